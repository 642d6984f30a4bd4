//! Markdown as people write it, turned into HTML that is safe to show to others.
//!
//! The parser makes HTML of whatever it is given, raw HTML included; what leaves here is only what the sanitiser knows.

mod mention;

use std::{borrow::Cow, collections::BTreeSet, sync::LazyLock};

use ammonia::{Builder, UrlRelative};
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, TextMergeStream, html};

use crate::domain::keys::TaskKey;

const TAGS: [&str; 24] = [
    "a",
    "blockquote",
    "br",
    "code",
    "del",
    "em",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "input",
    "li",
    "ol",
    "p",
    "pre",
    "strong",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
];

/// What may be in a text, besides text: no images, which would tell their host who reads, and no styles.
static SANITISER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .tags(TAGS.into())
        .generic_attributes([].into())
        .tag_attributes(
            [("a", ["href"].into()), ("input", ["checked", "disabled", "type"].into()), ("ol", ["start"].into())]
                .into(),
        )
        .tag_attribute_values([("input", [("type", ["checkbox"].into())].into())].into())
        .set_tag_attribute_value("input", "disabled", "")
        .set_tag_attribute_value("input", "type", "checkbox")
        .url_schemes(["http", "https", "mailto"].into())
        .url_relative(UrlRelative::Custom(Box::new(only_tasks)))
        .link_rel(Some("noopener noreferrer nofollow ugc"));
    builder
});

/// The HTML of a text in the organization called `org`. Keys of tasks become links to them.
#[must_use]
pub fn render(org: &str, text: &str) -> String {
    render_naming(org, text, &[])
}

/// As [`render`], and who is named with an `@` before one of `names` stands out.
#[must_use]
pub fn render_naming(org: &str, text: &str, names: &[&str]) -> String {
    let mut quoted: u32 = 0;
    let events = bounded(parse(text)).flat_map(|event| {
        match &event {
            // A code block and a link say what they say.
            Event::Start(Tag::CodeBlock(_) | Tag::Link { .. }) => quoted += 1,
            Event::End(TagEnd::CodeBlock | TagEnd::Link) => quoted = quoted.saturating_sub(1),
            _ => {}
        }
        match event {
            Event::Text(text) if quoted == 0 => with_names(org, text, names),
            // The page has headings of its own above these.
            Event::Start(Tag::Heading { level, id, classes, attrs }) => {
                vec![Event::Start(Tag::Heading { level: below(level), id, classes, attrs })]
            }
            Event::End(TagEnd::Heading(level)) => vec![Event::End(TagEnd::Heading(below(level)))],
            // A line break that was typed is meant.
            Event::SoftBreak => vec![Event::HardBreak],
            event => vec![event],
        }
    });
    let mut unsafe_html = String::with_capacity(text.len() * 2);
    html::push_html(&mut unsafe_html, events);
    SANITISER.clean(&unsafe_html).to_string()
}

/// What a text says, in one line and without its signs.
#[must_use]
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for event in parse(text) {
        match event {
            Event::Text(text) | Event::Code(text) => plain.push_str(&text),
            // Words of different paragraphs, rows or items are different words; those of one may be partly bold.
            Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. })
            | Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image) => {}
            Event::SoftBreak | Event::HardBreak | Event::Rule | Event::Start(_) | Event::End(_) => plain.push(' '),
            _ => {}
        }
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The `names`, in lower case, that a text calls with an `@` before them, outside of code and links.
#[must_use]
pub fn mentions(text: &str, names: &[&str]) -> BTreeSet<String> {
    let mut quoted: u32 = 0;
    let mut found = BTreeSet::new();
    for event in parse(text) {
        match event {
            Event::Start(Tag::CodeBlock(_) | Tag::Link { .. }) => quoted += 1,
            Event::End(TagEnd::CodeBlock | TagEnd::Link) => quoted = quoted.saturating_sub(1),
            Event::Text(text) if quoted == 0 => {
                found.extend(mention::all(&text, names).map(|range| text[range.start + 1..range.end].to_lowercase()));
            }
            _ => {}
        }
    }
    found
}

/// The most quotes, lists and the like within each other: each costs as much as all around it.
const DEPTH_MAX: usize = 40;

/// The most bytes of raw HTML; what is beyond is text.
const RAW_MAX: usize = 10_000;

/// The events of a text whose HTML is made and cleaned in a time that does not run away, whatever the text.
fn bounded<'a>(events: impl Iterator<Item = Event<'a>>) -> impl Iterator<Item = Event<'a>> {
    let (mut depth, mut dropped, mut raw) = (0_usize, 0_usize, 0_usize);
    events.filter_map(move |event| match event {
        Event::Start(_) if depth == DEPTH_MAX => {
            dropped += 1;
            None
        }
        Event::Start(_) => {
            depth += 1;
            Some(event)
        }
        // The last that was begun ends first.
        Event::End(_) if dropped > 0 => {
            dropped -= 1;
            None
        }
        Event::End(_) => {
            depth -= 1;
            Some(event)
        }
        Event::Html(html) | Event::InlineHtml(html) if raw + html.len() > RAW_MAX => Some(Event::Text(html)),
        Event::Html(html) => {
            raw += html.len();
            Some(Event::Html(html))
        }
        Event::InlineHtml(html) => {
            raw += html.len();
            Some(Event::InlineHtml(html))
        }
        event => Some(event),
    })
}

fn parse(text: &str) -> impl Iterator<Item = Event<'_>> {
    let options = Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS;
    // In one piece, where a sign that might mean something has broken it.
    TextMergeStream::new(Parser::new_ext(text, options))
}

const fn below(level: pulldown_cmark::HeadingLevel) -> pulldown_cmark::HeadingLevel {
    use pulldown_cmark::HeadingLevel::{H1, H2, H3, H4, H5, H6};
    match level {
        H1 => H3,
        H2 => H4,
        H3 => H5,
        H4 | H5 | H6 => H6,
    }
}

/// Has names stand out, and turns what looks like a task's key into a link.
fn with_names<'a>(org: &str, text: CowStr<'a>, names: &[&str]) -> Vec<Event<'a>> {
    let mut events = Vec::new();
    let mut plain = 0;
    for range in mention::all(&text, names) {
        events.extend(with_keys(org, text[plain..range.start].to_owned().into()));
        events.push(Event::Start(Tag::Strong));
        events.push(Event::Text(text[range.clone()].to_owned().into()));
        events.push(Event::End(TagEnd::Strong));
        plain = range.end;
    }
    if plain == 0 {
        return with_keys(org, text);
    }
    events.extend(with_keys(org, text[plain..].to_owned().into()));
    events
}

/// Turns what looks like a task's key into a link.
fn with_keys<'a>(org: &str, text: CowStr<'a>) -> Vec<Event<'a>> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let mut events = Vec::new();
    let mut plain = 0;
    let mut at = 0;
    while let Some(start) = text[at..].find(is_part).map(|start| at + start) {
        let end = text[start..].find(|c| !is_part(c)).map_or(text.len(), |end| start + end);
        let word = &text[start..end];
        // A key in lower case may be any word.
        let key = word.parse::<TaskKey>().ok().filter(|key| key.to_string() == word);
        if let Some(key) = key {
            events.push(Event::Text(text[plain..start].to_owned().into()));
            events.push(Event::InlineHtml(format!("<a href=\"/o/{org}/tasks/{key}\">{key}</a>").into()));
            plain = end;
        }
        at = end;
    }
    if plain == 0 {
        return vec![Event::Text(text)];
    }
    events.push(Event::Text(text[plain..].to_owned().into()));
    events
}

/// Of addresses within this site, those of tasks: a text does not lead to what does something when it is opened.
fn only_tasks(address: &str) -> Option<Cow<'_, str>> {
    let (org, key) = address.strip_prefix("/o/")?.split_once("/tasks/")?;
    let is_slug = org.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte));
    (is_slug && key.parse::<TaskKey>().is_ok()).then_some(Cow::Borrowed(address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_nested_or_written_as_html_without_end_is_bounded() {
        let deep = render("acme", &format!("{}deep", "> ".repeat(5_000)));
        assert!(deep.matches("<blockquote>").count() <= DEPTH_MAX, "{}", deep.len());
        assert!(deep.contains("deep"));
        let raw = render("acme", &"<del>".repeat(5_000));
        assert!(raw.matches("<del>").count() <= RAW_MAX / 5, "{}", raw.len());
        assert_eq!(
            render("acme", "> * a\n> * b"),
            "<blockquote>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n</blockquote>\n"
        );
    }

    #[test]
    fn a_text_in_one_line_says_the_same() {
        for (text, expected) in [
            ("# Plan\n\nOne **b**old\ntwo", "Plan One bold two"),
            ("- [x] `a_b`\n- [see](https://x.example) it", "a_b see it"),
            ("| a | b |\n|---|---|\n| c | d |", "a b c d"),
            ("", ""),
        ] {
            assert_eq!(plain(text), expected, "{text:?}");
        }
    }

    #[test]
    fn text_is_set_as_its_author_meant() {
        for (text, expected) in [
            ("One\ntwo\n\nthree", "<p>One<br>\ntwo</p>\n<p>three</p>\n"),
            ("# Big", "<h3>Big</h3>\n"),
            ("**a** _b_ ~~c~~ `d`", "<p><strong>a</strong> <em>b</em> <del>c</del> <code>d</code></p>\n"),
            ("1 < 2 & 3", "<p>1 &lt; 2 &amp; 3</p>\n"),
            ("- [x] done", "<ul>\n<li><input disabled=\"\" type=\"checkbox\" checked=\"\">\ndone</li>\n</ul>\n"),
            ("", ""),
        ] {
            assert_eq!(render("acme", text), expected, "{text:?}");
        }
        assert!(render("acme", "| a |\n|---|\n| b |").contains("<td>b</td>"));
        let link = render("acme", "[site](https://example.com)");
        assert!(
            link.contains(r#"<a href="https://example.com" rel="noopener noreferrer nofollow ugc">site</a>"#),
            "{link}"
        );
    }

    #[test]
    fn keys_of_tasks_lead_to_them() {
        let html = render("acme", "See WEB-12, (OPS-3) and web-4 or WEB-012; `WEB-5`");
        assert!(
            html.contains(r#"<a href="/o/acme/tasks/WEB-12" rel="noopener noreferrer nofollow ugc">WEB-12</a>,"#),
            "{html}"
        );
        assert!(html.contains(">OPS-3</a>)"), "{html}");
        assert_eq!(html.matches("<a ").count(), 2, "{html}");
        assert_eq!(render("acme", "[WEB-1](https://example.com)").matches("<a ").count(), 1);
    }

    #[test]
    fn a_text_is_said_plainly() {
        assert_eq!(plain("# Look\n\nat `this`,\n- one\n- [two](https://example.com)"), "Look at this, one two");
        assert_eq!(plain("<b>a</b> < b"), "a < b");
    }

    #[test]
    fn names_stand_out_and_are_found_outside_of_code() {
        let names = ["Ann Archer", "Ann", "joe_j@example.com"];
        let text = "@ann archer and (@Ann), @joe_j@example.com; `@Ann` WEB-1 [@Ann](https://example.com)";
        let html = render_naming("acme", text, &names);
        assert!(html.starts_with("<p><strong>@ann archer</strong> and (<strong>@Ann</strong>), "), "{html}");
        assert_eq!(html.matches("<strong>").count(), 3, "{html}");
        assert!(html.contains("/o/acme/tasks/WEB-1"), "{html}");
        let found: Vec<_> = mentions(text, &names).into_iter().collect();
        assert_eq!(found, ["ann", "ann archer", "joe_j@example.com"]);
        assert!(mentions("mail@Ann.example or @Anna", &names).is_empty());
    }

    /// Ways in which others have been made to run scripts; `alert` must be left as text at most.
    const VECTORS: &str = include_str!("markdown/vectors.txt");

    #[test]
    fn no_text_becomes_a_script() {
        let mut count = 0;
        for vector in VECTORS.lines().filter(|line| !line.is_empty() && !line.starts_with("# ")) {
            let html = render("acme", &vector.replace("\\n", "\n"));
            let tags: Vec<_> = html.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or(rest)).collect();
            for tag in tags {
                let lower = tag.to_ascii_lowercase();
                let name = lower.trim_start_matches('/').split([' ', '/']).next().unwrap_or_default();
                assert!(TAGS.contains(&name), "{vector} gives <{tag}>");
                assert!(!lower.contains(" on") && !lower.contains("style="), "{vector} gives <{tag}>");
                if let Some((_, address)) = lower.split_once("href=\"") {
                    let is_safe =
                        ["http://", "https://", "mailto:", "/o/acme/tasks/"].iter().any(|it| address.starts_with(it));
                    assert!(is_safe, "{vector} gives <{tag}>");
                }
                assert!(!lower.contains("src="), "{vector} gives <{tag}>");
            }
            count += 1;
        }
        assert!(count > 60, "the corpus was read: {count}");
    }
}
