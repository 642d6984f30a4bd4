//! Merges two versions of a text with a common base (a three-way merge, as in "A Formal Investigation of Diff3",
//! Khanna, Kunal and Pierce, 2007).
//!
//! Lines are compared first. Lines that both versions changed are compared word by word. If both changed the same
//! words, the lines are a conflict for the reader to resolve.

use std::{ops::Range, time::Instant};

use similar::{Algorithm, DiffTag, capture_diff_slices_deadline};

use crate::domain::tasks::merge::Part;

/// Merges a title. If both versions changed the same words, the whole title is a conflict. After `deadline`, changes are
/// found in larger pieces.
#[must_use]
pub fn title(base: &str, yours: &str, theirs: &str, deadline: Instant) -> Vec<Part> {
    vec![words(base, yours, theirs, deadline).map_or_else(|| Part::clash(yours, theirs), Part::same)]
}

/// Merges a text of several lines. After `deadline`, changes are found in larger pieces.
#[must_use]
pub fn text(base: &str, yours: &str, theirs: &str, deadline: Instant) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for chunk in chunks([&lines(base), &lines(yours), &lines(theirs)], true, deadline) {
        let part = match chunk {
            Chunk::Settled(text) => Part::same(text),
            Chunk::Clash { base, yours, theirs } => {
                words(&base, &yours, &theirs, deadline).map_or_else(|| Part::clash(yours, theirs), Part::same)
            }
        };
        match parts.last_mut() {
            Some(last) if !last.is_clash() && !part.is_clash() => last.same.push_str(&part.same),
            _ => parts.push(part),
        }
    }
    parts
}

/// Merges word by word; `None` if both versions changed the same words.
fn words(base: &str, yours: &str, theirs: &str, deadline: Instant) -> Option<String> {
    let chunks = chunks([&tokens(base), &tokens(yours), &tokens(theirs)], false, deadline);
    chunks
        .into_iter()
        .map(|chunk| match chunk {
            Chunk::Settled(text) => Some(text),
            Chunk::Clash { .. } => None,
        })
        .collect()
}

enum Chunk {
    Settled(String),
    Clash { base: String, yours: String, theirs: String },
}

/// A range of the base and the range that replaces it in one version.
struct Hunk {
    base: Range<usize>,
    version: Range<usize>,
}

/// Aligns both versions with the base. Overlapping changes are one chunk; with `touching`, adjacent ones too.
fn chunks([base, yours, theirs]: [&[&str]; 3], touching: bool, deadline: Instant) -> Vec<Chunk> {
    let [mut mine, mut other] = [yours, theirs].map(|version| hunks(base, version, deadline).into_iter().peekable());
    let mut chunks = Vec::new();
    // Positions reached in the base and in each version.
    let (mut at, mut at_yours, mut at_theirs) = (0, 0, 0);
    while let Some(start) = [mine.peek(), other.peek()].into_iter().flatten().map(|hunk| hunk.base.start).min() {
        let equal = start - at;
        if equal > 0 {
            chunks.push(Chunk::Settled(base[at..start].concat()));
        }
        let (from_yours, from_theirs) = (at_yours + equal, at_theirs + equal);
        let mut end = start;
        let (mut end_yours, mut end_theirs) = (None, None);
        loop {
            let belongs = |hunk: &Hunk| {
                let at = hunk.base.start;
                at == start || at < end || (touching && at == end)
            };
            if let Some(hunk) = mine.next_if(belongs) {
                end = end.max(hunk.base.end);
                end_yours = Some((hunk.base.end, hunk.version.end));
            } else if let Some(hunk) = other.next_if(belongs) {
                end = end.max(hunk.base.end);
                end_theirs = Some((hunk.base.end, hunk.version.end));
            } else {
                break;
            }
        }
        // After its last change a version has the same text as the base.
        let reached = |last: Option<(usize, usize)>, from: usize| {
            last.map_or(from + (end - start), |(in_base, in_version)| in_version + (end - in_base))
        };
        (at, at_yours, at_theirs) = (end, reached(end_yours, from_yours), reached(end_theirs, from_theirs));
        let original = base[start..end].concat();
        let (yours, theirs) = (yours[from_yours..at_yours].concat(), theirs[from_theirs..at_theirs].concat());
        chunks.push(match (end_yours, end_theirs) {
            (Some(_), None) => Chunk::Settled(yours),
            (None, _) => Chunk::Settled(theirs),
            _ if yours == theirs => Chunk::Settled(yours),
            _ => Chunk::Clash { base: original, yours, theirs },
        });
    }
    if at < base.len() {
        chunks.push(Chunk::Settled(base[at..].concat()));
    }
    chunks
}

fn hunks(base: &[&str], version: &[&str], deadline: Instant) -> Vec<Hunk> {
    capture_diff_slices_deadline(Algorithm::Myers, base, version, Some(deadline))
        .into_iter()
        .filter(|op| op.tag() != DiffTag::Equal)
        .map(|op| Hunk { base: op.old_range(), version: op.new_range() })
        .collect()
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// Splits into words, white space, punctuation and line ends.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut start = 0;
    let kind = |c: char| {
        if c.is_alphanumeric() {
            0
        } else if c == '\n' {
            1
        } else if c.is_whitespace() {
            2
        } else {
            3
        }
    };
    let mut last = None;
    for (at, c) in text.char_indices() {
        let kind = kind(c);
        // Punctuation and line ends are tokens of their own.
        if last.is_some_and(|last| last != kind || kind % 2 == 1) {
            tokens.push(&text[start..at]);
            start = at;
        }
        last = Some(kind);
    }
    if start < text.len() {
        tokens.push(&text[start..]);
    }
    tokens
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::domain::tasks::merge::compose;

    fn text(base: &str, yours: &str, theirs: &str) -> Vec<Part> {
        super::text(base, yours, theirs, Instant::now() + Duration::from_millis(250))
    }

    fn title(base: &str, yours: &str, theirs: &str) -> Vec<Part> {
        super::title(base, yours, theirs, Instant::now() + Duration::from_millis(250))
    }

    fn merged(base: &str, yours: &str, theirs: &str) -> Option<String> {
        let parts = text(base, yours, theirs);
        (!parts.iter().any(Part::is_clash)).then(|| compose(&parts))
    }

    #[test]
    fn separate_changes_merge() {
        let base = "one\ntwo\nthree\nfour\nfive";
        for (yours, theirs, expected) in [
            ("ONE\ntwo\nthree\nfour\nfive", "one\ntwo\nthree\nfour\nFIVE", "ONE\ntwo\nthree\nfour\nFIVE"),
            ("two\nthree\nfour\nfive", "one\ntwo\nthree\nfour\nfive\nsix", "two\nthree\nfour\nfive\nsix"),
            ("zero\none\ntwo\nthree\nfour\nfive", "one\ntwo\nfour\nfive", "zero\none\ntwo\nfour\nfive"),
            (base, "", ""),
            ("both\n", "both\n", "both"),
        ] {
            assert_eq!(merged(base, yours, theirs).as_deref(), Some(expected), "{yours:?} {theirs:?}");
            assert_eq!(merged(base, theirs, yours).as_deref(), Some(expected), "the other way round");
        }
    }

    #[test]
    fn different_words_of_a_line_merge() {
        let joined = merged("Draw a map of the harbour", "Draw two maps of the harbour", "Draw a map of the port");
        assert_eq!(joined.as_deref(), Some("Draw two maps of the port"));
        assert_eq!(title("Fix the login", "Fix the sign-in", "Fix the login today")[0].same, "Fix the sign-in today");
    }

    #[test]
    fn overlapping_changes_conflict_and_the_rest_merges() {
        let parts = text("top\nmiddle\nkeep\nend\n", "TOP\nmine\nkeep\nend\n", "top\ntheirs\nkeep\nend\nmore\n");
        assert_eq!(
            parts,
            [Part::clash("TOP\nmine\n", "top\ntheirs\n"), Part::same("keep\nend\nmore\n")],
            "lines that touch are one change"
        );
        assert_eq!(text("", "mine", "theirs"), [Part::clash("mine", "theirs")]);
        assert_eq!(title("Title", "Mine", "Theirs"), [Part::clash("Mine", "Theirs")]);
        assert_eq!(text("gone\n", "", "changed\n"), [Part::clash("", "changed\n")]);
    }

    #[test]
    fn merging_loses_no_text() {
        // Small texts over few lines, to cover every kind of overlap.
        let random = crate::kernel::random::Random::seeded(7);
        let text_of = |random: &crate::kernel::random::Random| {
            let bytes = random.bytes::<6>();
            bytes.iter().map(|byte| ["a\n", "b\n", "c d\n", "", "e", "\n"][usize::from(byte % 6)]).collect::<String>()
        };
        for _ in 0..3_000 {
            let (base, yours, theirs) = (text_of(&random), text_of(&random), text_of(&random));
            let parts = text(&base, &yours, &theirs);
            assert_eq!(compose(&text(&base, &yours, &base)), yours.trim_end(), "{base:?} {yours:?}");
            assert_eq!(compose(&text(&base, &base, &theirs)), theirs.trim_end(), "{base:?} {theirs:?}");
            for part in parts.iter().filter(|part| part.is_clash()) {
                assert!(yours.contains(&part.yours) && theirs.contains(&part.theirs), "{parts:?}");
            }
        }
    }

    #[test]
    fn long_texts_merge_in_time() {
        let long = |word: &str| (0..20_000).map(|line| format!("{word}{}", line % 977)).collect::<Vec<_>>().join("\n");
        let started = std::time::Instant::now();
        let parts = text(&long("a"), &long("b"), &long("c"));
        assert!(parts.iter().any(Part::is_clash));
        assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    }
}
