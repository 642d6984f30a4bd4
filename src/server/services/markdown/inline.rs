//! Finds mentions, addresses and task keys in the text of a paragraph.

use std::{collections::BTreeSet, ops::Range};

use pulldown_cmark::{CowStr, Event, LinkType, Tag, TagEnd};

use super::{
    autolink,
    mention::{self, Names},
};
use crate::domain::keys::TaskKey;

/// The keys of the projects whose tasks a text may link to.
pub type ProjectKeys = BTreeSet<String>;

/// What a part of a text refers to.
enum Reference {
    Mention,
    /// An address, and where it leads.
    Address(String),
}

/// Finds mentions and addresses, in order. Of two that overlap, the first counts.
fn references(text: &str, names: &Names) -> Vec<(Range<usize>, Reference)> {
    let mut found: Vec<_> =
        mention::find_all(text, names).into_iter().map(|range| (range, Reference::Mention)).collect();
    if text.contains(['@', ':']) || text.contains("ww") || text.contains("WW") {
        found.extend(autolink::find_all(text).into_iter().map(|link| (link.range, Reference::Address(link.href))));
    }
    found.sort_by_key(|(range, _)| range.start);
    let mut end = 0;
    found.retain(|(range, _)| {
        let is_free = range.start >= end;
        end = if is_free { range.end } else { end };
        is_free
    });
    found
}

/// The keys of the `names` that a text mentions, as [`Names::key`] gives them.
pub fn mentioned<'a>(text: &'a str, names: &'a Names) -> impl Iterator<Item = String> + 'a {
    // Addresses, which may contain what looks like a mention, are not looked for without one.
    let has_mention = !mention::find_all(text, names).is_empty();
    let found = if has_mention { references(text, names) } else { Vec::new() };
    let mentions = found.into_iter().filter(|(_, reference)| matches!(reference, Reference::Mention));
    mentions.map(|(range, _)| Names::key(text[range].trim_start_matches(['@', '＠'])))
}

/// What the texts of a page link to.
#[derive(Clone, Copy)]
pub struct Targets<'a> {
    /// Slug of the organization.
    pub org: &'a str,
    pub names: &'a Names,
    pub projects: &'a ProjectKeys,
}

/// Emphasizes mentions, and links addresses and task keys.
pub fn link_all<'a>(text: &CowStr<'a>, targets: Targets<'_>) -> Vec<Event<'a>> {
    let (mut events, mut plain) = (Vec::new(), 0);
    for (range, reference) in references(text, targets.names) {
        link_keys(&text[plain..range.start], targets, &mut events);
        plain = range.end;
        let (start, end) = match reference {
            Reference::Mention => (Tag::Strong, TagEnd::Strong),
            Reference::Address(href) => (link_to(href), TagEnd::Link),
        };
        events.push(Event::Start(start));
        push_text(&text[range], &mut events);
        events.push(Event::End(end));
    }
    link_keys(&text[plain..], targets, &mut events);
    events
}

fn link_to(href: String) -> Tag<'static> {
    Tag::Link { link_type: LinkType::Inline, dest_url: href.into(), title: "".into(), id: "".into() }
}

/// Appends text with the line breaks of its author.
pub fn push_text(text: &str, events: &mut Vec<Event<'_>>) {
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            events.push(Event::HardBreak);
        }
        if !line.is_empty() {
            events.push(Event::Text(line.to_owned().into()));
        }
    }
}

/// Appends text with links on the keys of tasks.
fn link_keys(text: &str, targets: Targets<'_>, events: &mut Vec<Event<'_>>) {
    let mut plain = 0;
    for (range, key) in keys_in(text) {
        if !targets.projects.contains(key.project.as_str()) {
            continue;
        }
        push_text(&text[plain..range.start], events);
        events.push(Event::Start(link_to(format!("/o/{}/tasks/{key}", targets.org))));
        push_text(&text[range.clone()], events);
        events.push(Event::End(TagEnd::Link));
        plain = range.end;
    }
    push_text(&text[plain..], events);
}

/// Finds what may be the key of a task: in upper case, because a key in lower case may be an ordinary word, and no part of
/// an address, a path or a name.
pub fn keys_in(text: &str) -> impl Iterator<Item = (Range<usize>, TaskKey)> + '_ {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let (mut at, mut last) = (0, 0);
    std::iter::from_fn(move || {
        loop {
            let start = at + text[at..].find(is_part)?;
            let end = text[start..].find(|c| !is_part(c)).map_or(text.len(), |end| start + end);
            at = end;
            let word = &text[start..end];
            let key = word.parse::<TaskKey>().ok().filter(|key| key.to_string() == word);
            let before = &text[..start];
            let is_alone = !before.ends_with(|c: char| "/\\=#?&%_.@~".contains(c))
                || before.ends_with('/') && last > 0 && last + 1 == start;
            let mut after = text[end..].chars();
            let goes_on = match after.next() {
                Some('@' | '_' | '=') => true,
                Some('.') => after.next().is_some_and(char::is_alphanumeric),
                _ => false,
            };
            if let Some(key) = key
                && is_alone
                && !goes_on
            {
                last = end;
                return Some((start..end, key));
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_stand_alone() {
        for (text, expected) in [
            ("See WEB-12, (OPS-3) and web-4 or WEB-012", "WEB-12 OPS-3"),
            ("WEB-1/WEB-2, WEB-3. 見てWEB-4を", "WEB-1 WEB-2 WEB-3 WEB-4"),
            ("example.com/WEB-1 a/WEB-2 x?k=WEB-3 #WEB-4 me@WEB-5 WEB-6@x WEB-7.example", ""),
            ("XWEB-1 WEB-1-2 WEB-1_x", "XWEB-1"),
        ] {
            let found: Vec<_> = keys_in(text).map(|(_, key)| key.to_string()).collect();
            assert_eq!(found.join(" "), expected, "{text}");
        }
    }
}
