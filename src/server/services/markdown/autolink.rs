//! Finds addresses in a text as GitHub Flavored Markdown does (section 6.9, "Autolinks (extension)"): `https://…`,
//! `http://…`, `www.…`, and e-mail addresses. Unlike there, an address may follow and contain letters of any script.

use std::ops::Range;

/// Maximum number of characters of a domain (RFC 1035 section 2.3.4). No more of a text is read for one.
const DOMAIN_MAX: usize = 255;

/// An address in a text, and where a link on it leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Autolink {
    pub range: Range<usize>,
    pub href: String,
}

/// Finds the addresses in a text, in order.
pub fn find_all(text: &str) -> Vec<Autolink> {
    let (mut found, mut at, mut free) = (Vec::new(), 0, 0);
    while let Some(start) = text[at..].find(['h', 'H', 'w', 'W', '@']).map(|start| at + start) {
        let link = if text[start..].starts_with('@') { email(text, free, start) } else { web(text, start) };
        at = link.as_ref().map_or(start + 1, |link| link.range.end);
        free = link.as_ref().map_or(free, |link| link.range.end);
        found.extend(link);
    }
    found
}

/// An address of the web at `start`.
fn web(text: &str, start: usize) -> Option<Autolink> {
    let before = text[..start].chars().next_back();
    if before.is_some_and(|c| c.is_ascii_alphanumeric() || "/.@_-".contains(c)) {
        return None;
    }
    let rest = &text[start..];
    let has = |prefix: &str| rest.get(..prefix.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(prefix));
    let (scheme, skipped) = ["https://", "http://"]
        .into_iter()
        .find(|prefix| has(prefix))
        .map(|prefix| ("", prefix.len()))
        .or_else(|| has("www.").then_some(("http://", 0)))?;
    let domain = domain_length(&rest[skipped..])?;
    let end_of_domain = skipped + domain;
    let path = &rest[end_of_domain..];
    let end = if path.starts_with(['/', '?', '#', ':']) {
        end_of_domain + path.find(ends_address).unwrap_or(path.len())
    } else {
        end_of_domain
    };
    let address = without_punctuation(&rest[..end]);
    (address.len() > skipped)
        .then(|| Autolink { range: start..start + address.len(), href: format!("{scheme}{address}") })
}

/// The length of a valid domain at the beginning of `text`: at least two labels, without underscores in the last two.
fn domain_length(text: &str) -> Option<usize> {
    let is_part = |c: char| c.is_alphanumeric() || "-_.".contains(c);
    let length: usize = text.chars().take_while(|c| is_part(*c)).take(DOMAIN_MAX + 1).map(char::len_utf8).sum();
    if text[..length].chars().count() > DOMAIN_MAX {
        return None;
    }
    let domain = text[..length].trim_end_matches(['.', '-', '_']);
    let mut labels = domain.rsplit('.');
    let (last, second) = (labels.next()?, labels.next()?);
    let is_valid = |label: &str| !label.is_empty() && !label.contains('_');
    (is_valid(last) && is_valid(second)).then_some(domain.len())
}

/// Whether an address ends before `c`: white space, and the punctuation of scripts without spaces.
fn ends_address(c: char) -> bool {
    c.is_whitespace() || c.is_control() || c == '<' || "、。，．！？；：（）「」『』【】《》〈〉".contains(c)
}

/// The address without the punctuation of the sentence that it stands in. Reads the address once, because texts may consist of
/// brackets alone.
fn without_punctuation(mut address: &str) -> &str {
    // How many more of each bracket are closed than opened.
    let mut closed = [('(', ')'), ('[', ']'), ('{', '}')].map(|(open, close)| {
        let count = |bracket: char| address.matches(bracket).count();
        (close, count(close).saturating_sub(count(open)))
    });
    while let Some(last) = address.chars().next_back() {
        let unbalanced = closed.iter_mut().find(|(close, more)| *close == last && *more > 0);
        let is_bracket = unbalanced.is_some();
        if let Some((_, more)) = unbalanced {
            *more -= 1;
        }
        if !is_bracket && !"?!.,:;*_~'\"”’»…".contains(last) {
            break;
        }
        address = &address[..address.len() - last.len_utf8()];
    }
    address
}

/// The e-mail address around the `@` at `at`. It begins at `from` or later.
fn email(text: &str, from: usize, at: usize) -> Option<Autolink> {
    let is_local = |c: char| c.is_ascii_alphanumeric() || ".-_+".contains(c);
    let local = text[from..at].char_indices().rev().take_while(|(_, c)| is_local(*c)).last();
    let start = from + local?.0;
    let rest = &text[at + 1..];
    let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))).unwrap_or(rest.len());
    let domain = rest[..length].trim_end_matches('.');
    let is_valid = domain.contains('.') && !domain.starts_with('.') && !domain.ends_with(['-', '_']);
    let goes_on = text[..start].ends_with(['/', '@']);
    (is_valid && !goes_on).then(|| {
        let range = start..at + 1 + domain.len();
        Autolink { href: format!("mailto:{}", &text[range.clone()]), range }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_as_in_github_flavored_markdown() {
        for (text, expected) in [
            ("www.commonmark.org", "www.commonmark.org"),
            ("Visit www.commonmark.org/help for more", "www.commonmark.org/help"),
            ("Visit https://a.example.", "https://a.example"),
            ("(see https://a.example/x_(y))", "https://a.example/x_(y)"),
            ("https://a.example/?q=1&x=2#top, and", "https://a.example/?q=1&x=2#top"),
            ("HTTPS://A.example", "HTTPS://A.example"),
            ("見てhttps://a.example/路。次", "https://a.example/路"),
            ("Смотри https://пример.рф/путь!", "https://пример.рф/путь"),
            ("«https://a.example»", "https://a.example"),
            ("foo@bar.baz", "foo@bar.baz"),
            ("hello@mail+xyz.example isn't valid, but hello+xyz@mail.example is.", "hello+xyz@mail.example"),
            ("a.b-c_d@a.b.", "a.b-c_d@a.b"),
            ("a.b-c_d@a.b-", ""),
            ("http://localhost x.www.example.com nohttp://a.example", ""),
            ("www. https:// @ @a.b 1@2", ""),
            ("mailto:joe@a.example", "joe@a.example"),
        ] {
            let found: Vec<_> = find_all(text).into_iter().map(|link| text[link.range].to_owned()).collect();
            assert_eq!(found.join(" "), expected, "{text}");
        }
        let brackets = format!("http://a.example/{}", ")".repeat(99_900));
        assert_eq!(find_all(&brackets)[0].href, "http://a.example/");
        assert!(find_all(&"éwww.".repeat(16_000)).len() <= 1, "only the end is short enough for a domain");
        assert_eq!(find_all("www.a.example")[0].href, "http://www.a.example");
        assert_eq!(find_all("joe@a.example")[0].href, "mailto:joe@a.example");
    }
}
