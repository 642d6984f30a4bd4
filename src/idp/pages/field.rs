//! Labelled input of a form with an error that screen readers announce.

use maud::{Markup, Render, html};

/// A field of a form.
#[derive(Clone, Copy, Debug, Default)]
pub struct Field<'a> {
    /// Name and id of the input.
    pub name: &'a str,
    pub label: &'a str,
    /// Attribute `type` of the input.
    pub kind: &'a str,
    pub value: &'a str,
    /// Autofill token of HTML for the input.
    pub autocomplete: &'a str,
    pub hint: Option<&'a str>,
    pub error: Option<&'a str>,
    /// Whether the error of the form concerns this field.
    pub blamed: bool,
    pub focus: bool,
}

impl Render for Field<'_> {
    fn render(&self) -> Markup {
        let (hint, error) = (format!("{}-hint", self.name), format!("{}-error", self.name));
        let described_by =
            [self.error.map(|_| error.as_str()), self.blamed.then_some("form-error"), self.hint.map(|_| hint.as_str())];
        let described_by = described_by.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let invalid = self.error.is_some() || self.blamed;
        html! {
            div class="field" {
                label for=(self.name) { (self.label) }
                @if let Some(text) = self.hint {
                    p class="hint" id=(hint) { (text) }
                }
                input dir="auto" id=(self.name) name=(self.name) type=(self.kind) value=[(!self.value.is_empty()).then_some(self.value)]
                    autocomplete=(self.autocomplete) required autofocus[self.focus]
                    autocapitalize=[(self.kind == "email").then_some("none")]
                    spellcheck=[(self.kind != "password").then_some("false")]
                    aria-invalid=[invalid.then_some("true")]
                    aria-describedby=[(!described_by.is_empty()).then_some(&described_by)];
                @if let Some(text) = self.error {
                    p class="error" id=(error) { (text) }
                }
            }
        }
    }
}
