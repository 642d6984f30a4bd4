//! Renders Markdown to HTML that is safe to show to others.
//!
//! The parser passes raw HTML through; the sanitizer keeps only allowed tags and attributes.

mod mention;

use std::{borrow::Cow, collections::BTreeSet, sync::LazyLock};

use ammonia::{Builder, UrlRelative};
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, TextMergeStream};

use crate::{
    domain::keys::TaskKey,
    kernel::secret::fingerprint,
    server::{access::OrgContext, error::Error, rendered::RenderKey},
};

pub use self::mention::Names;

/// The allowed elements.
pub const TAGS: [&str; 24] = [
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

/// The allowed HTML: no images, which would tell their host who reads, and no styles.
static SANITIZER: LazyLock<Builder<'static>> = LazyLock::new(|| {
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
        .url_relative(UrlRelative::Custom(Box::new(allow_task_links)))
        .link_rel(Some("noopener noreferrer nofollow ugc"));
    builder
});

/// Renders a text to HTML. Task keys become links. No transaction may be open.
///
/// # Errors
/// [`Error::Busy`] if too much work of the organization is waiting.
#[tracing::instrument(skip_all)]
pub async fn render(ctx: &OrgContext, text: String) -> Result<String, Error> {
    Ok(render_all(ctx, vec![text], Vec::new()).await?.concat())
}

/// Renders each of `texts` like [`render`], and also emphasizes mentions of `names`. A text that was rendered before is
/// not rendered again.
#[tracing::instrument(skip_all)]
pub async fn render_all(ctx: &OrgContext, texts: Vec<String>, mut names: Vec<String>) -> Result<Vec<String>, Error> {
    names.sort_unstable();
    let all_names = fingerprint(&names.join("\n"));
    let key = |text: &String| {
        let names = if text.contains('@') { all_names.as_str() } else { "" };
        RenderKey::of([ctx.slug.as_str(), names, text])
    };
    let keys: Vec<_> = texts.iter().map(key).collect();
    let kept = &ctx.state().rendered;
    let mut rendered: Vec<_> = keys.iter().map(|key| kept.get(*key)).collect();
    let mut missing: Vec<_> = texts.into_iter().enumerate().collect();
    missing.retain(|(index, _)| rendered[*index].is_none());
    if !missing.is_empty() {
        let (org, bytes) = (ctx.slug.clone(), missing.iter().map(|(_, text)| text.len()).sum());
        let work = move |_| {
            let names = names.iter().map(String::as_str).collect();
            let render = |(index, text): (usize, String)| (index, html(&org, &text, &names));
            missing.into_iter().map(render).collect::<Vec<_>>()
        };
        for (index, html) in ctx.run_heavy(bytes, work).await? {
            kept.insert(keys[index], html.clone());
            rendered[index] = Some(html);
        }
    }
    Ok(rendered.into_iter().flatten().collect())
}

/// Returns a text as HTML without its formatting, for when it cannot be rendered.
#[must_use]
pub fn unformatted(text: &str) -> String {
    format!("<p>{}</p>", ammonia::clean_text(text))
}

/// Renders a text of the organization `org`, and emphasizes mentions of `names`.
#[must_use]
pub fn html(org: &str, text: &str, names: &Names<'_>) -> String {
    let mut quoted: u32 = 0;
    let events = limit(parse(text)).flat_map(|event| {
        match &event {
            // Code blocks and links keep their text unchanged.
            Event::Start(Tag::CodeBlock(_) | Tag::Link { .. }) => quoted += 1,
            Event::End(TagEnd::CodeBlock | TagEnd::Link) => quoted = quoted.saturating_sub(1),
            _ => {}
        }
        match event {
            Event::Text(text) if quoted == 0 => link_names_and_keys(org, text, names),
            // The page uses the higher heading levels.
            Event::Start(Tag::Heading { level, id, classes, attrs }) => {
                vec![Event::Start(Tag::Heading { level: demote(level), id, classes, attrs })]
            }
            Event::End(TagEnd::Heading(level)) => vec![Event::End(TagEnd::Heading(demote(level)))],
            // Keep the line breaks of the author.
            Event::SoftBreak => vec![Event::HardBreak],
            event => vec![event],
        }
    });
    let mut unsafe_html = String::with_capacity(text.len() * 2);
    pulldown_cmark::html::push_html(&mut unsafe_html, events);
    SANITIZER.clean(&unsafe_html).to_string()
}

/// Returns a text as one line without markup.
#[must_use]
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for event in parse(text) {
        match event {
            Event::Text(text) | Event::Code(text) => plain.push_str(&text),
            // Blocks are separated by a space; inline markup is not, since a word may be partly bold.
            Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. })
            | Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image) => {}
            Event::SoftBreak | Event::HardBreak | Event::Rule | Event::Start(_) | Event::End(_) => plain.push(' '),
            _ => {}
        }
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns the `names`, in lower case, that a text mentions outside of code and links.
#[must_use]
pub fn mentions(text: &str, names: &Names<'_>) -> BTreeSet<String> {
    let mut quoted: u32 = 0;
    let mut found = BTreeSet::new();
    for event in parse(text) {
        match event {
            Event::Start(Tag::CodeBlock(_) | Tag::Link { .. }) => quoted += 1,
            Event::End(TagEnd::CodeBlock | TagEnd::Link) => quoted = quoted.saturating_sub(1),
            Event::Text(text) if quoted == 0 => {
                found.extend(
                    mention::find_all(&text, names).map(|range| text[range.start + 1..range.end].to_lowercase()),
                );
            }
            _ => {}
        }
    }
    found
}

/// Maximum nesting depth of quotes, lists and the like: rendering cost grows with each level.
const DEPTH_MAX: usize = 40;

/// Maximum number of bytes of raw HTML; the rest is shown as text.
const RAW_MAX: usize = 10_000;

/// Limits nesting and raw HTML, so that rendering time stays bounded for any text.
fn limit<'a>(events: impl Iterator<Item = Event<'a>>) -> impl Iterator<Item = Event<'a>> {
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
        // Elements end in reverse order.
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
    // Merge text that the parser split at characters that could have been markup.
    TextMergeStream::new(Parser::new_ext(text, options))
}

const fn demote(level: pulldown_cmark::HeadingLevel) -> pulldown_cmark::HeadingLevel {
    use pulldown_cmark::HeadingLevel::{H1, H2, H3, H4, H5, H6};
    match level {
        H1 => H3,
        H2 => H4,
        H3 => H5,
        H4 | H5 | H6 => H6,
    }
}

/// Emphasizes mentions and links task keys.
fn link_names_and_keys<'a>(org: &str, text: CowStr<'a>, names: &Names<'_>) -> Vec<Event<'a>> {
    let mut events = Vec::new();
    let mut plain = 0;
    for range in mention::find_all(&text, names) {
        events.extend(link_keys(org, text[plain..range.start].to_owned().into()));
        events.push(Event::Start(Tag::Strong));
        events.push(Event::Text(text[range.clone()].to_owned().into()));
        events.push(Event::End(TagEnd::Strong));
        plain = range.end;
    }
    if plain == 0 {
        return link_keys(org, text);
    }
    events.extend(link_keys(org, text[plain..].to_owned().into()));
    events
}

/// Links task keys.
fn link_keys<'a>(org: &str, text: CowStr<'a>) -> Vec<Event<'a>> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let mut events = Vec::new();
    let mut plain = 0;
    let mut at = 0;
    while let Some(start) = text[at..].find(is_part).map(|start| at + start) {
        let end = text[start..].find(|c| !is_part(c)).map_or(text.len(), |end| start + end);
        let word = &text[start..end];
        // Link keys in upper case only: a key in lower case may be an ordinary word.
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

/// Rejects all relative links except those to tasks: a link in a text must not trigger an action.
fn allow_task_links(address: &str) -> Option<Cow<'_, str>> {
    let (org, key) = address.strip_prefix("/o/")?.split_once("/tasks/")?;
    let is_slug = org.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte));
    (is_slug && key.parse::<TaskKey>().is_ok()).then_some(Cow::Borrowed(address))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn render(org: &str, text: &str) -> String {
        html(org, text, &Names::default())
    }

    #[test]
    fn nesting_and_raw_html_are_limited() {
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
    fn plain_text_keeps_the_words() {
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
    fn markdown_renders_to_html() {
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
    fn task_keys_become_links() {
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
    fn plain_text_has_no_markup() {
        assert_eq!(plain("# Look\n\nat `this`,\n- one\n- [two](https://example.com)"), "Look at this, one two");
        assert_eq!(plain("<b>a</b> < b"), "a < b");
    }

    #[test]
    fn mentions_are_emphasized_outside_of_code() {
        let names = Names::from_iter(["Ann Archer", "Ann", "joe_j@example.com"]);
        let text = "@ann archer and (@Ann), @joe_j@example.com; `@Ann` WEB-1 [@Ann](https://example.com)";
        let html = html("acme", text, &names);
        assert!(html.starts_with("<p><strong>@ann archer</strong> and (<strong>@Ann</strong>), "), "{html}");
        assert_eq!(html.matches("<strong>").count(), 3, "{html}");
        assert!(html.contains("/o/acme/tasks/WEB-1"), "{html}");
        let found: Vec<_> = mentions(text, &names).into_iter().collect();
        assert_eq!(found, ["ann", "ann archer", "joe_j@example.com"]);
        assert!(mentions("mail@Ann.example or @Anna", &names).is_empty());
    }

    /// Known script injections; `alert` may remain as text at most.
    const VECTORS: &str = include_str!("markdown/vectors.txt");

    #[test]
    fn known_script_injections_are_harmless() {
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
