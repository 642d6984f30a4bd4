//! Changes a text where Markdown would drop a part of it: definitions that no link uses become text, and a table gets the
//! columns that its rows have more than its head.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::source::OPTIONS;

/// Maximum length of the label of a definition in bytes; `CommonMark` allows 999 characters.
const LABEL_MAX: usize = 4_000;

/// Maximum number of columns that a table is widened by.
const COLUMNS_MAX: usize = 100;

/// Prepares a text for [`super::source::events`].
pub fn prepare(text: &str) -> Cow<'_, str> {
    let may_lose = text.contains("]:") || (text.contains('|') && text.contains('-'));
    let insertions = if may_lose { Repair::of(text) } else { BTreeMap::new() };
    if insertions.is_empty() {
        return Cow::Borrowed(text);
    }
    let (mut prepared, mut at) = (String::with_capacity(text.len() + 16 * insertions.len()), 0);
    for (place, inserted) in insertions {
        prepared.push_str(&text[at..place]);
        prepared.push_str(&inserted);
        at = place;
    }
    prepared.push_str(&text[at..]);
    Cow::Owned(prepared)
}

/// What is known of a text while it is parsed.
struct Repair<'a> {
    text: &'a str,
    /// The places of definitions that links use.
    used: BTreeSet<usize>,
    /// What the events show.
    kept: Vec<Range<usize>>,
    /// The head of the table that is read, its widest row beyond it, the row that is read, and the end of its last cell.
    head: usize,
    excess: usize,
    row: usize,
    cell: usize,
    insertions: BTreeMap<usize, String>,
}

impl<'a> Repair<'a> {
    /// What to insert into a text, by place.
    fn of(text: &'a str) -> BTreeMap<usize, String> {
        let mut parser = Parser::new_ext(text, OPTIONS).into_offset_iter();
        let definitions: Vec<Range<usize>> =
            parser.reference_definitions().iter().map(|(_, definition)| definition.span.clone()).collect();
        let (used, kept, insertions) = (BTreeSet::new(), definitions.clone(), BTreeMap::new());
        let mut repair = Self { text, used, kept, head: 0, excess: 0, row: 0, cell: 0, insertions };
        while let Some((event, range)) = parser.next() {
            if let Event::Start(Tag::Link { id, .. } | Tag::Image { id, .. }) = &event {
                let definition = parser.reference_definitions().get(id);
                repair.used.extend(definition.map(|definition| definition.span.start));
            }
            repair.read(&event, range);
        }
        repair.escape_definitions(&definitions);
        repair.insertions
    }

    fn read(&mut self, event: &Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(Tag::FootnoteDefinition(_)) => self.kept.push(range.start..range.start + 1),
            Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::CodeBlock(_))
            | Event::Text(_)
            | Event::Code(_)
            | Event::Html(_)
            | Event::InlineHtml(_) => self.kept.push(range),
            Event::Start(Tag::TableHead) => (self.head, self.excess) = (range.start, 0),
            Event::Start(Tag::TableRow) => (self.row, self.cell) = (range.end, range.start),
            Event::Start(Tag::TableCell) => self.cell = range.end,
            Event::End(TagEnd::TableRow) => {
                let rest = self.text.get(self.cell..self.row).unwrap_or_default().trim();
                let rest = rest.strip_prefix('|').unwrap_or(rest);
                if !rest.is_empty() {
                    let pipes = rest.strip_suffix('|').unwrap_or(rest).matches('|').count();
                    self.excess = self.excess.max(pipes + 1).min(COLUMNS_MAX);
                }
            }
            Event::End(TagEnd::Table) if self.excess > 0 => self.widen(),
            _ => {}
        }
    }

    /// Adds columns to the head of the table, and to the line below, which says how they are aligned.
    fn widen(&mut self) {
        let line_from = |start: usize| {
            let end = self.text[start..].find('\n').map_or(self.text.len(), |end| start + end);
            let is_closed = self.text[start..end].trim_end().ends_with('|');
            (start + self.text[start..end].trim_end().len(), is_closed, end)
        };
        let (head, is_closed, end) = line_from(self.head);
        self.insertions.insert(head, " |".repeat(self.excess + usize::from(!is_closed)));
        if end < self.text.len() {
            let (delimiters, is_closed, _) = line_from(end + 1);
            let columns = if is_closed { "---|" } else { "|---" };
            self.insertions.insert(delimiters, columns.repeat(self.excess));
        }
    }

    /// Escapes the definitions that do not define the address of a link.
    fn escape_definitions(&mut self, definitions: &[Range<usize>]) {
        self.kept.sort_by_key(|range| range.start);
        // The longest range that begins before a place may be any of the earlier ones.
        let mut reached = 0;
        for range in &mut self.kept {
            reached = reached.max(range.end);
            range.end = reached;
        }
        let is_kept = |at: usize| {
            let next = self.kept.partition_point(|range| range.start <= at);
            next.checked_sub(1).is_some_and(|last| at < self.kept[last].end)
        };
        // A second definition with the label of another.
        let text = self.text;
        let label = |end: usize| {
            let from = text.floor_char_boundary(end.saturating_sub(LABEL_MAX));
            text[from..end].rfind('[').map(|start| from + start)
        };
        let labels = text.match_indices("]:").filter_map(|(end, _)| label(end));
        let again = labels.filter(|start| is_beginning(text, *start) && !is_kept(*start));
        let unused = definitions.iter().map(|range| range.start).filter(|start| !self.used.contains(start));
        let escaped: Vec<usize> = unused.chain(again).collect();
        self.insertions.extend(escaped.into_iter().map(|start| (start, "\\".to_owned())));
    }
}

/// Whether only marks of quotes and lists are before this place in its line.
fn is_beginning(text: &str, at: usize) -> bool {
    // From the place backwards, which ends at the first other character: a line may be long.
    let mut line = text[..at].chars().rev().take_while(|c| !matches!(c, '\n' | '\r'));
    line.all(|c| " \t>-*+.)".contains(c) || c.is_ascii_digit())
}
