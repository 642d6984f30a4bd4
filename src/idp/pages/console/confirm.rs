//! The question before something that cannot be taken back.

use maud::html;

use crate::idp::{pages::Page, state::Idp};

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Confirmation<'a> {
    /// The section that it belongs to.
    pub section: &'a str,
    /// A question.
    pub title: &'a str,
    /// What will happen.
    pub text: &'a str,
    /// Where the answer goes.
    pub action: &'a str,
    /// What it is about: name and value of a hidden field.
    pub field: Option<(&'a str, &'a str)>,
    /// What is done.
    pub button: &'a str,
    /// Where one goes who does not want it.
    pub back: &'a str,
}

impl Confirmation<'_> {
    pub fn page(&self, idp: &Idp) -> Page {
        let content = html! {
            section class="confirm" aria-labelledby="question" {
                h1 id="question" { (self.title) }
                p { (self.text) }
                form class="actions" method="post" action=(self.action) {
                    @if let Some((name, value)) = self.field {
                        input type="hidden" name=(name) value=(value);
                    }
                    button class="primary danger" type="submit" { (self.button) }
                    a class="secondary" href=(self.back) { "Cancel" }
                }
            }
        };
        super::page(idp, self.section, self.title, &content)
    }
}
