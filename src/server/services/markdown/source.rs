//! Parses Markdown so that no text is lost: what does not become markup is text.
//!
//! Raw HTML is text. An image is a link, because it would tell its host who reads. A link to a place that is not allowed is
//! its text and its address. A definition that no link uses is text.

use pulldown_cmark::{CodeBlockKind, CowStr, Event, LinkType, Options, Parser, Tag, TagEnd, TextMergeStream};

/// The extensions of `CommonMark` that are on.
pub(super) const OPTIONS: Options = Options::ENABLE_STRIKETHROUGH
    .union(Options::ENABLE_TABLES)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_FOOTNOTES);

/// Maximum nesting depth of quotes, lists and the like: rendering cost grows with each level.
pub const DEPTH_MAX: usize = 40;

/// Parses a text that [`super::repair::prepare`] has prepared. `is_allowed` says whether a link may lead to an address.
///
/// The only raw HTML of the events is that of [`SUPERSCRIPT`]. A line break in a paragraph is a line feed in its text.
pub fn events<'a, F: Fn(&str) -> bool + 'a>(prepared: &'a str, is_allowed: F) -> impl Iterator<Item = Event<'a>> {
    let mut shown = Shown { is_allowed, links: Vec::new(), footnote: None, is_first_line: false };
    // Merges text that the parser splits at characters that could have been markup.
    TextMergeStream::new(limit(Parser::new_ext(prepared, OPTIONS)).flat_map(move |event| shown.show(event)))
}

/// Limits nesting, so that rendering time stays bounded for any text.
fn limit<'a>(events: impl Iterator<Item = Event<'a>>) -> impl Iterator<Item = Event<'a>> {
    let (mut depth, mut dropped) = (0_usize, 0_usize);
    events.filter(move |event| match event {
        Event::Start(_) if depth == DEPTH_MAX => {
            dropped += 1;
            false
        }
        Event::Start(_) => {
            depth += 1;
            true
        }
        // Elements end in reverse order.
        Event::End(_) if dropped > 0 => {
            dropped -= 1;
            false
        }
        Event::End(_) => {
            depth -= 1;
            true
        }
        _ => true,
    })
}

/// The markup around the label of a footnote.
pub const SUPERSCRIPT: [&str; 2] = ["<sup>", "</sup>"];

/// A link or image that has begun.
struct OpenLink<'a> {
    address: CowStr<'a>,
    /// Whether it is a link on the page. If not, its address follows its text.
    is_link: bool,
    /// Whether its text is its address.
    is_bare: bool,
    title: CowStr<'a>,
    has_text: bool,
}

/// Turns the events of the parser into those that are shown.
struct Shown<'a, F> {
    is_allowed: F,
    links: Vec<OpenLink<'a>>,
    /// The label of a footnote that has begun, until its first paragraph.
    footnote: Option<CowStr<'a>>,
    is_first_line: bool,
}

impl<'a, F: Fn(&str) -> bool> Shown<'a, F> {
    fn show(&mut self, event: Event<'a>) -> Vec<Event<'a>> {
        if matches!(event, Event::Text(_) | Event::Code(_) | Event::InlineHtml(_) | Event::FootnoteReference(_)) {
            self.links.iter_mut().for_each(|link| link.has_text = true);
        }
        let mut shown = match &event {
            Event::Start(tag) => self.label(tag),
            _ => Vec::new(),
        };
        match event {
            Event::SoftBreak | Event::HardBreak => shown.push(Event::Text("\n".into())),
            Event::InlineHtml(html) if is_line_break(&html) => shown.push(Event::Text("\n".into())),
            Event::InlineHtml(html) => shown.push(Event::Text(html)),
            Event::Start(Tag::HtmlBlock) => {
                self.is_first_line = true;
                shown.push(Event::Start(Tag::Paragraph));
                shown.extend(self.label_within());
            }
            Event::Start(Tag::Paragraph) => {
                shown.push(Event::Start(Tag::Paragraph));
                shown.extend(self.label_within());
            }
            Event::Html(html) => shown.push(Event::Text(self.html_lines(&html))),
            Event::End(TagEnd::HtmlBlock) => shown.push(Event::End(TagEnd::Paragraph)),
            Event::FootnoteReference(label) => shown.extend(superscript(label)),
            Event::Start(Tag::FootnoteDefinition(label)) => self.footnote = Some(label),
            Event::End(TagEnd::FootnoteDefinition) => shown.extend(self.label_alone()),
            Event::Start(Tag::Link { link_type, dest_url, title, .. }) => {
                shown.extend(self.open(link_type, dest_url, title));
            }
            Event::Start(Tag::Image { dest_url, title, .. }) => {
                shown.extend(self.open(LinkType::Inline, dest_url, title));
            }
            Event::End(TagEnd::Link | TagEnd::Image) => shown.extend(self.close()),
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                // One word is the name of a language.
                if info.split_whitespace().nth(1).is_some() {
                    shown.push(Event::Start(Tag::Paragraph));
                    shown.push(Event::Text(info));
                    shown.push(Event::End(TagEnd::Paragraph));
                }
                shown.push(Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)));
            }
            event => shown.push(event),
        }
        shown
    }

    /// The label of a footnote before its first element; the label stands in its first paragraph.
    fn label(&mut self, tag: &Tag<'a>) -> Vec<Event<'a>> {
        match (tag, self.footnote.is_some()) {
            (Tag::Paragraph | Tag::HtmlBlock, _) | (_, false) => Vec::new(),
            _ => self.label_alone(),
        }
    }

    fn label_within(&mut self) -> Vec<Event<'a>> {
        let label = self.footnote.take().map(|label| superscript(label).into_iter().chain([Event::Text(" ".into())]));
        label.into_iter().flatten().collect()
    }

    fn label_alone(&mut self) -> Vec<Event<'a>> {
        let Some(label) = self.footnote.take() else { return Vec::new() };
        let mut shown = vec![Event::Start(Tag::Paragraph)];
        shown.extend(superscript(label));
        shown.push(Event::End(TagEnd::Paragraph));
        shown
    }

    fn html_lines(&mut self, html: &str) -> CowStr<'a> {
        let lines = html.strip_suffix('\n').unwrap_or(html);
        let separator = if std::mem::take(&mut self.is_first_line) { "" } else { "\n" };
        format!("{separator}{lines}").into()
    }

    fn open(&mut self, link_type: LinkType, address: CowStr<'a>, title: CowStr<'a>) -> Option<Event<'a>> {
        let is_email = link_type == LinkType::Email;
        let is_link = self.links.is_empty() && (is_email || (self.is_allowed)(&address));
        let is_bare = is_email || link_type == LinkType::Autolink;
        let tag = Tag::Link { link_type, dest_url: address.clone(), title: title.clone(), id: "".into() };
        self.links.push(OpenLink { address, is_link, is_bare, title, has_text: false });
        is_link.then_some(Event::Start(tag))
    }

    fn close(&mut self) -> Vec<Event<'a>> {
        let Some(OpenLink { address, is_link, is_bare, title, has_text }) = self.links.pop() else { return Vec::new() };
        let title = if title.is_empty() { String::new() } else { format!(" \"{title}\"") };
        match (is_link, has_text) {
            (true, true) => vec![Event::End(TagEnd::Link)],
            (true, false) => vec![Event::Text(address), Event::End(TagEnd::Link)],
            (false, _) if is_bare => Vec::new(),
            (false, true) => vec![Event::Text(format!(" ({address}{title})").into())],
            (false, false) => vec![Event::Text(format!("{address}{title}").into())],
        }
    }
}

fn superscript(label: CowStr<'_>) -> [Event<'_>; 3] {
    let [start, end] = SUPERSCRIPT;
    [Event::InlineHtml(start.into()), Event::Text(label), Event::InlineHtml(end.into())]
}

/// Whether a tag is `<br>`: the only HTML that is markup here.
fn is_line_break(html: &str) -> bool {
    let name = html.trim_start_matches('<').trim_end_matches('>').trim_end_matches('/').trim_end();
    name.eq_ignore_ascii_case("br")
}
