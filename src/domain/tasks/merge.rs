//! A merge of two versions of a text.

use serde::{Deserialize, Serialize};

/// Merge of the texts of a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merge {
    /// Number of the saved version that the reader's texts are merged with.
    pub version: i64,
    /// Name of the person who saved that version.
    pub by: String,
    pub title: Vec<Part>,
    pub description: Vec<Part>,
}

/// A piece of a merged text. All pieces in order make up the text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Part {
    pub choice: Choice,
    /// Text that is not in conflict.
    pub same: String,
    /// Text of the reader.
    pub yours: String,
    /// Text of the other person.
    pub theirs: String,
    /// Text that the reader enters instead of both.
    pub other: String,
}

/// The text that a piece uses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    #[default]
    Same,
    Yours,
    Theirs,
    Both,
    Other,
}

impl Choice {
    /// Choices for a conflict.
    pub const OFFERED: [Self; 4] = [Self::Yours, Self::Theirs, Self::Both, Self::Other];

    /// The name in forms.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Yours => "yours",
            Self::Theirs => "theirs",
            Self::Both => "both",
            Self::Other => "other",
        }
    }
}

impl Part {
    /// Creates a piece without a conflict.
    #[cfg(feature = "ssr")]
    #[must_use]
    pub fn same(text: impl Into<String>) -> Self {
        Self { same: text.into(), ..Self::default() }
    }

    /// Creates a conflict. The default choice is the text of the reader.
    #[cfg(feature = "ssr")]
    #[must_use]
    pub fn clash(yours: impl Into<String>, theirs: impl Into<String>) -> Self {
        let yours = yours.into();
        Self { choice: Choice::Yours, other: yours.clone(), yours, theirs: theirs.into(), same: String::new() }
    }

    /// Whether the piece is a conflict.
    #[must_use]
    pub fn is_clash(&self) -> bool {
        self.choice != Choice::Same
    }

    fn chosen_text(&self) -> String {
        match self.choice {
            Choice::Same => self.same.clone(),
            Choice::Yours => self.yours.clone(),
            Choice::Theirs => self.theirs.clone(),
            Choice::Both => format!("{}{}", with_line_end(&self.yours), self.theirs),
            Choice::Other => self.other.clone(),
        }
    }
}

/// Joins the chosen texts.
#[must_use]
pub fn compose(parts: &[Part]) -> String {
    let mut text = String::new();
    for part in parts {
        // Conflicts consist of whole lines, even if the last line has no line end.
        if part.is_clash() {
            text = format!("{}{}", with_line_end(&text), with_line_end(&part.chosen_text()));
        } else {
            text.push_str(&part.same);
        }
    }
    text.trim_end().to_owned()
}

/// Returns `text` with a line end.
fn with_line_end(text: &str) -> String {
    if text.is_empty() || text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") }
}

/// Parses the pieces of the text `name` from a submitted form, whose fields `field` returns by name.
#[must_use]
pub fn parts_of(name: &str, field: &dyn Fn(&str) -> Option<String>) -> Vec<Part> {
    let mut parts = Vec::new();
    loop {
        let of = |what: &str| field(&format!("{name}[{}][{what}]", parts.len()));
        let Some(choice) = of("choice") else { return parts };
        let choice = Choice::OFFERED.into_iter().find(|candidate| candidate.slug() == choice).unwrap_or_default();
        let text = |what| of(what).unwrap_or_default().replace("\r\n", "\n");
        let part =
            Part { choice, same: text("same"), yours: text("yours"), theirs: text("theirs"), other: text("other") };
        parts.push(part);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn compose_joins_the_chosen_texts() {
        let parts = |choice| {
            [
                Part::same("One\n"),
                Part { choice, other: "else".to_owned(), ..Part::clash("mine\n", "theirs\n") },
                Part::same("Two\n"),
            ]
        };
        for (choice, expected) in [
            (Choice::Yours, "One\nmine\nTwo"),
            (Choice::Theirs, "One\ntheirs\nTwo"),
            (Choice::Both, "One\nmine\ntheirs\nTwo"),
            (Choice::Other, "One\nelse\nTwo"),
        ] {
            assert_eq!(compose(&parts(choice)), expected, "{choice:?}");
        }
        let last = [Part { choice: Choice::Both, ..Part::clash("mine", "theirs") }];
        assert_eq!(compose(&last), "mine\ntheirs");
        assert_eq!(compose(&[Part::same("a "), Part::same("b")]), "a b");
    }

    #[test]
    fn choices_round_trip_through_a_form() {
        let parts = vec![Part::same("One\n"), Part::clash("mine", "theirs")];
        let mut fields = BTreeMap::new();
        for (at, part) in parts.iter().enumerate() {
            for (what, text) in [
                ("choice", part.choice.slug()),
                ("same", &part.same),
                ("yours", &part.yours),
                ("theirs", &part.theirs),
                ("other", &part.other),
            ] {
                fields.insert(format!("title[{at}][{what}]"), text.replace('\n', "\r\n"));
            }
        }
        let field = |name: &str| fields.get(name).cloned();
        assert_eq!(parts_of("title", &field), parts);
        assert_eq!(parts_of("description", &field), []);
    }
}
