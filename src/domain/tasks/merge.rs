//! Two versions of a text that were made from the same one, brought together: what both sides know of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What two people made of a task's texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merge {
    /// The version that is saved now, and that this is brought together with.
    pub version: i64,
    /// The name of whoever saved it.
    pub by: String,
    pub title: Vec<Part>,
    pub description: Vec<Part>,
}

/// A piece of a text. The pieces one after the other are the whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Part {
    pub choice: Choice,
    /// What both agree on, or one of them changed.
    pub same: String,
    /// What the reader made of it.
    pub yours: String,
    /// What somebody else made of it.
    pub theirs: String,
    /// What the reader writes instead of either.
    pub other: String,
}

/// Which text a piece has.
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
    /// Between which one chooses where the two disagree.
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
    /// A piece that nobody has to choose about.
    #[must_use]
    pub fn same(text: impl Into<String>) -> Self {
        Self { same: text.into(), ..Self::default() }
    }

    /// A piece that both have changed. Until somebody chooses, it is the reader's.
    #[must_use]
    pub fn clash(yours: impl Into<String>, theirs: impl Into<String>) -> Self {
        let yours = yours.into();
        Self { choice: Choice::Yours, other: yours.clone(), yours, theirs: theirs.into(), same: String::new() }
    }

    /// Whether there is something to choose.
    #[must_use]
    pub fn is_clash(&self) -> bool {
        self.choice != Choice::Same
    }

    fn chosen(&self) -> String {
        match self.choice {
            Choice::Same => self.same.clone(),
            Choice::Yours => self.yours.clone(),
            Choice::Theirs => self.theirs.clone(),
            Choice::Both => format!("{}{}", with_end(&self.yours), self.theirs),
            Choice::Other => self.other.clone(),
        }
    }
}

/// The whole text, as it was chosen.
#[must_use]
pub fn compose(parts: &[Part]) -> String {
    let mut text = String::new();
    for part in parts {
        // What was chosen is whole lines, whether or not its last line was ended.
        if part.is_clash() {
            text = format!("{}{}", with_end(&text), with_end(&part.chosen()));
        } else {
            text.push_str(&part.same);
        }
    }
    text.trim_end().to_owned()
}

/// `text` with the end of its last line.
fn with_end(text: &str) -> String {
    if text.is_empty() || text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") }
}

/// The pieces of the field `name` of a form that came back.
#[must_use]
pub fn parts_of(name: &str, fields: &BTreeMap<String, String>) -> Vec<Part> {
    let mut parts = Vec::new();
    loop {
        let of = |what: &str| fields.get(&format!("{name}[{}][{what}]", parts.len())).cloned();
        let Some(choice) = of("choice") else { return parts };
        let choice = Choice::OFFERED.into_iter().find(|known| known.slug() == choice).unwrap_or_default();
        let text = |what| of(what).unwrap_or_default().replace("\r\n", "\n");
        let part =
            Part { choice, same: text("same"), yours: text("yours"), theirs: text("theirs"), other: text("other") };
        parts.push(part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_is_what_was_chosen_of_each_piece() {
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
    fn what_was_chosen_survives_a_form_that_comes_back() {
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
        assert_eq!(parts_of("title", &fields), parts);
        assert_eq!(parts_of("description", &fields), []);
    }
}
