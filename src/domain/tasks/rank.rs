//! Ranks order the tasks of a column. Between two ranks there is always room for a third, so a move changes one row.
//!
//! A rank is a fraction between 0 and 1 in base 62, written without its point and never ending in the lowest digit, so
//! that each fraction has one spelling. The digits ascend in ASCII: ranks are compared as bytes (with `COLLATE "C"`
//! where the database would otherwise sort by language).

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE: u32 = 62;
const MIDDLE: char = 'V';

/// Appending and prepending change the rank by 1 in this digit: 238,000 appends fit in three characters.
const STEP_DIGITS: usize = 3;
const STEPS: u32 = BASE.pow(3);

/// Maximum length of a rank from [`between`].
pub const LONGEST: usize = 60;

/// Returns a rank after `low` and before `high`; without one of them, a rank at that end of the list.
///
/// Returns `None` if the two are not ranks in ascending order (two rows got the same rank concurrently), or if the
/// result would be longer than [`LONGEST`]: then assign new ranks with [`spread`] and retry.
#[must_use]
pub fn between(low: Option<&str>, high: Option<&str>) -> Option<String> {
    if ![low, high].into_iter().flatten().all(is_rank) {
        return None;
    }
    let rank = match (low, high) {
        (None, None) => MIDDLE.to_string(),
        (Some(low), None) => after(low),
        (None, Some(high)) => before(high),
        (Some(low), Some(high)) if low < high => inside(low, high),
        (Some(_), Some(_)) => return None,
    };
    (rank.len() <= LONGEST).then_some(rank)
}

/// Returns `count` ascending ranks, evenly spaced.
#[must_use]
pub fn spread(count: usize) -> Vec<String> {
    let parts = count as u128 + 1;
    let (mut digits, mut whole) = (1, u128::from(BASE));
    while whole < parts * u128::from(BASE) {
        digits += 1;
        whole *= u128::from(BASE);
    }
    (1..parts).map(|part| trim_zeros(to_digits(part * whole / parts, digits))).collect()
}

fn is_rank(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric()) && !text.is_empty() && !text.ends_with('0')
}

/// Returns the rank one step above `low`. The empty text stands for 0.
fn after(low: &str) -> String {
    let (head, rest) = split(low);
    if head + 1 < STEPS {
        trim_zeros(to_digits(u128::from(head + 1), STEP_DIGITS))
    } else {
        low[..STEP_DIGITS].to_owned() + &after(rest)
    }
}

/// Returns the rank one step below `high`, which is not 0.
fn before(high: &str) -> String {
    let (head, rest) = split(high);
    match head {
        0 => to_digits(0, STEP_DIGITS) + &before(rest),
        1 => to_digits(0, STEP_DIGITS) + &MIDDLE.to_string(),
        _ => trim_zeros(to_digits(u128::from(head - 1), STEP_DIGITS)),
    }
}

/// Returns the shortest rank near the middle between `low` and `high`, which are in order.
fn inside(low: &str, high: &str) -> String {
    let digit = |text: &str, at: usize| text.as_bytes().get(at).map_or(0, |byte| value(*byte));
    let mut at = 0;
    while digit(low, at) == digit(high, at) {
        at += 1;
    }
    let (below, above) = (digit(low, at), digit(high, at));
    let mut rank = high[..at].to_owned();
    if above - below > 1 {
        rank.push(digit_of(u32::midpoint(below, above)));
    } else if at + 1 < high.len() {
        rank.push(digit_of(above));
    } else {
        rank.push(digit_of(below));
        match low.get(at + 1..) {
            None | Some("") => rank.push(MIDDLE),
            Some(rest) => rank.push_str(&after(rest)),
        }
    }
    rank
}

/// Splits a rank into the number of its first digits and the rest.
fn split(rank: &str) -> (u32, &str) {
    let bytes = rank.as_bytes();
    let head = (0..STEP_DIGITS).fold(0, |head, at| head * BASE + bytes.get(at).map_or(0, |byte| value(*byte)));
    (head, rank.get(STEP_DIGITS..).unwrap_or_default())
}

fn to_digits(mut number: u128, digits: usize) -> String {
    let mut text = vec!['0'; digits];
    for place in text.iter_mut().rev() {
        *place = digit_of(u32::try_from(number % u128::from(BASE)).unwrap_or_default());
        number /= u128::from(BASE);
    }
    text.into_iter().collect()
}

fn trim_zeros(mut text: String) -> String {
    text.truncate(text.trim_end_matches('0').len());
    text
}

fn digit_of(value: u32) -> char {
    char::from(DIGITS[value as usize])
}

fn value(digit: u8) -> u32 {
    let (first, offset) = match digit {
        b'0'..=b'9' => (b'0', 0),
        b'A'..=b'Z' => (b'A', 10),
        _ => (b'a', 36),
    };
    u32::from(digit - first) + offset
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A repeatable sequence from the Lehmer generator.
    fn draws(seed: u64) -> impl FnMut(usize) -> usize {
        let mut state = seed;
        move |limit| {
            state = state * 48_271 % 0x7fff_ffff;
            usize::try_from(state).unwrap() % limit
        }
    }

    fn assert_ascending(ranks: &[String]) {
        assert!(ranks.iter().all(|rank| is_rank(rank)), "{ranks:?}");
        assert!(ranks.is_sorted_by(|a, b| a < b), "{ranks:?}");
    }

    #[test]
    fn random_inserts_always_find_room() {
        for seed in 1..40 {
            let mut draw = draws(seed);
            let mut ranks = spread(draw(5));
            for _ in 0..400 {
                let at = draw(ranks.len() + 1);
                let low = at.checked_sub(1).map(|below| ranks[below].as_str());
                let rank = between(low, ranks.get(at).map(String::as_str)).unwrap();
                ranks.insert(at, rank);
            }
            assert_ascending(&ranks);
            assert!(ranks.iter().all(|rank| rank.len() < LONGEST / 2), "{ranks:?}");
        }
    }

    #[test]
    fn appending_and_prepending_stay_short() {
        let (mut last, mut first) = (between(None, None).unwrap(), between(None, None).unwrap());
        for _ in 0..100_000 {
            let (next, previous) = (between(Some(&last), None).unwrap(), between(None, Some(&first)).unwrap());
            assert!(next > last && previous < first);
            (last, first) = (next, previous);
        }
        assert!(last.len() <= 3 && first.len() <= 3, "{last} {first}");
    }

    #[test]
    fn there_is_room_beyond_extreme_ranks() {
        for low in ["z", "zzz", "zzzzzz", "zz"] {
            assert!(between(Some(low), None).unwrap().as_str() > low);
        }
        for high in ["1", "01", "001", "0001", "000001", "0011"] {
            let rank = between(None, Some(high)).unwrap();
            assert!(rank.as_str() < high && is_rank(&rank), "{rank} {high}");
        }
    }

    #[test]
    fn inserting_into_one_gap_ends_with_none() {
        let (low, mut high, mut inserted) = ("V", "W".to_owned(), 0);
        while let Some(rank) = between(Some(low), Some(&high)) {
            assert!(rank.as_str() > low && rank < high && is_rank(&rank));
            (high, inserted) = (rank, inserted + 1);
        }
        assert!(inserted > 250, "{inserted}");
    }

    #[test]
    fn invalid_bounds_have_no_rank_between() {
        for (low, high) in [("V", "V"), ("W", "V"), ("", "V"), ("V0", "W"), ("V", "W0"), ("é", "z"), ("V", "~")] {
            assert_eq!(between(Some(low), Some(high)), None, "{low:?} {high:?}");
        }
    }

    #[test]
    fn spread_ranks_are_ascending_and_short() {
        for count in [0, 1, 2, 61, 62, 300, 5_000] {
            let ranks = spread(count);
            assert_eq!(ranks.len(), count);
            assert_ascending(&ranks);
            assert!(ranks.iter().all(|rank| rank.len() <= 4), "{ranks:?}");
        }
    }
}
