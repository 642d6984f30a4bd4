//! Renders Markdown to HTML that is safe to show to others.
//!
//! `source` makes text of everything that is not let through. The sanitizer is a second wall: it keeps only allowed tags
//! and attributes.

mod autolink;
mod inline;
mod mention;
mod repair;
mod source;
#[cfg(test)]
mod tests;

use std::{borrow::Cow, collections::BTreeSet, sync::LazyLock};

use ammonia::{Builder, UrlRelative};
use pulldown_cmark::{Alignment, Event, Tag, TagEnd};
use url::Url;

use self::inline::{Targets, link_all};
pub use self::{inline::ProjectKeys, mention::Names};
use crate::{
    domain::permissions::Permission,
    kernel::secret::fingerprint,
    server::{access::OrgContext, error::Error, rendered::RenderKey, repo::projects},
};

/// The allowed elements.
pub const TAGS: [&str; 25] = [
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
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
];

/// The elements whose text has its own direction.
const DIRECTED: [&str; 9] = ["h3", "h4", "h5", "h6", "ol", "p", "td", "th", "ul"];

/// The allowed HTML: no images, which would tell their host who reads, and no styles.
static SANITIZER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    let attributes = [
        ("a", ["href", "title"].into()),
        ("input", ["checked", "disabled", "type"].into()),
        ("ol", ["start"].into()),
        ("td", ["align"].into()),
        ("th", ["align"].into()),
    ];
    builder
        .tags(TAGS.into())
        .generic_attributes([].into())
        .tag_attributes(attributes.into())
        .tag_attribute_values([("input", [("type", ["checkbox"].into())].into())].into())
        .set_tag_attribute_value("input", "disabled", "")
        .set_tag_attribute_value("input", "type", "checkbox")
        .url_schemes(SCHEMES.into())
        .url_relative(UrlRelative::Custom(Box::new(keep_workspace_link)))
        .link_rel(Some("noopener noreferrer nofollow ugc"));
    for element in DIRECTED {
        builder.set_tag_attribute_value(element, "dir", "auto");
    }
    builder
});

/// The schemes that a link may have.
const SCHEMES: [&str; 3] = ["http", "https", "mailto"];

/// Renders a text to HTML. Addresses and task keys become links. No transaction may be open.
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
    let projects = linked_projects(ctx, &texts).await?;
    let all_projects = projects.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
    let key = |text: &String| {
        let names = if text.contains(['@', '＠']) { all_names.as_str() } else { "" };
        RenderKey::of([ctx.slug.as_str(), names, all_projects.as_str(), text])
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
            let render = |(index, text): (usize, String)| (index, html(&org, &text, &names, &projects));
            missing.into_iter().map(render).collect::<Vec<_>>()
        };
        for (index, html) in ctx.run_heavy(bytes, work).await? {
            kept.insert(keys[index], html.clone());
            rendered[index] = Some(html);
        }
    }
    Ok(rendered.into_iter().flatten().collect())
}

/// Finds the projects of the possible task keys in `texts` that the person may see.
async fn linked_projects(ctx: &OrgContext, texts: &[String]) -> Result<ProjectKeys, Error> {
    let possible: ProjectKeys = texts
        .iter()
        .filter(|text| text.contains('-'))
        .flat_map(|text| inline::keys_in(text).map(|(_, key)| key.project.to_string()))
        .collect();
    if possible.is_empty() {
        return Ok(possible);
    }
    let mut tx = ctx.read(Permission::ReadTasks).await?;
    projects::existing_keys(&mut tx, ctx.project_scope(), &possible).await
}

/// Returns a text as HTML without its formatting, for when it cannot be rendered.
#[must_use]
pub fn unformatted(text: &str) -> String {
    format!("<p dir=\"auto\">{}</p>", ammonia::clean_text(text))
}

/// Renders a text of the organization `org`, emphasizes mentions of `names`, and links the keys of tasks of `projects`.
#[must_use]
pub fn html(org: &str, text: &str, names: &Names, projects: &ProjectKeys) -> String {
    let targets = Targets { org, names, projects };
    let prepared = repair::prepare(text);
    let mut quoted: u32 = 0;
    let mut table = Table::default();
    let events = source::events(&prepared, |address| is_allowed(org, address)).flat_map(|event| {
        match &event {
            // Code blocks and links keep their text unchanged.
            Event::Start(Tag::CodeBlock(_) | Tag::Link { .. }) => quoted += 1,
            Event::End(TagEnd::CodeBlock | TagEnd::Link) => quoted = quoted.saturating_sub(1),
            _ => {}
        }
        match event {
            Event::Text(text) if quoted == 0 => link_all(&text, targets),
            // The page uses the higher heading levels.
            Event::Start(Tag::Heading { level, id, classes, attrs }) => {
                vec![Event::Start(Tag::Heading { level: demote(level), id, classes, attrs })]
            }
            Event::End(TagEnd::Heading(level)) => vec![Event::End(TagEnd::Heading(demote(level)))],
            event => vec![table.aligned(event)],
        }
    });
    let mut unsafe_html = String::with_capacity(text.len() * 2);
    pulldown_cmark::html::push_html(&mut unsafe_html, events);
    SANITIZER.clean(&unsafe_html).to_string()
}

/// Writes the cells of a table with an attribute for their alignment. The library's own has a style.
#[derive(Default)]
struct Table {
    alignments: Vec<Alignment>,
    is_head: bool,
    column: usize,
}

impl Table {
    fn aligned<'a>(&mut self, event: Event<'a>) -> Event<'a> {
        match &event {
            Event::Start(Tag::Table(alignments)) => self.alignments.clone_from(alignments),
            Event::Start(Tag::TableHead) => (self.is_head, self.column) = (true, 0),
            Event::Start(Tag::TableRow) => (self.is_head, self.column) = (false, 0),
            Event::Start(Tag::TableCell) => {
                let alignment = match self.alignments.get(self.column) {
                    Some(Alignment::Left) => " align=\"left\"",
                    Some(Alignment::Center) => " align=\"center\"",
                    Some(Alignment::Right) => " align=\"right\"",
                    Some(Alignment::None) | None => "",
                };
                self.column += 1;
                return Event::InlineHtml(format!("<{}{alignment}>", self.cell()).into());
            }
            Event::End(TagEnd::TableCell) => return Event::InlineHtml(format!("</{}>", self.cell()).into()),
            _ => {}
        }
        event
    }

    const fn cell(&self) -> &'static str {
        if self.is_head { "th" } else { "td" }
    }
}

/// Returns a text as one line without markup.
#[must_use]
pub fn plain(text: &str) -> String {
    let prepared = repair::prepare(text);
    let mut plain = String::with_capacity(text.len());
    for event in source::events(&prepared, |_| true) {
        match event {
            Event::Text(text) | Event::Code(text) => plain.push_str(&text),
            // Blocks are separated by a space; inline markup is not, since a word may be partly bold.
            Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. })
            | Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link) => {}
            Event::InlineHtml(_) | Event::Rule | Event::Start(_) | Event::End(_) => plain.push(' '),
            _ => {}
        }
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns the keys ([`Names::key`]) of the `names` that a text mentions outside of code and links.
#[must_use]
pub fn mentions(text: &str, names: &Names) -> BTreeSet<String> {
    let prepared = repair::prepare(text);
    let mut quoted: u32 = 0;
    let mut found = BTreeSet::new();
    for event in source::events(&prepared, |_| true) {
        match event {
            Event::Start(Tag::CodeBlock(_) | Tag::Link { .. }) => quoted += 1,
            Event::End(TagEnd::CodeBlock | TagEnd::Link) => quoted = quoted.saturating_sub(1),
            Event::Text(text) if quoted == 0 => found.extend(inline::mentioned(&text, names)),
            _ => {}
        }
    }
    found
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

/// Whether a text of the organization `org` may link to an address: on the web, by mail, or a page of the workspace. An
/// address relative to the page would lead elsewhere from each page that shows the text.
fn is_allowed(org: &str, address: &str) -> bool {
    match Url::parse(address) {
        Ok(url) => SCHEMES.contains(&url.scheme()),
        Err(_) => workspace_of(address).is_some_and(|slug| slug == org),
    }
}

/// The organization of a link to a page of a workspace.
fn workspace_of(address: &str) -> Option<&str> {
    let path = address.strip_prefix("/o/")?;
    let is_plain = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./?&=,%+~#:".contains(&byte));
    let is_direct = !address.contains("//") && !address.contains("..");
    (is_plain && is_direct).then(|| path.split(['/', '?', '#']).next().unwrap_or(path)).filter(|slug| !slug.is_empty())
}

/// Rejects all relative links except those to pages of workspaces: a link in a text must not trigger an action.
fn keep_workspace_link(address: &str) -> Option<Cow<'_, str>> {
    workspace_of(address).map(|_| Cow::Borrowed(address))
}
