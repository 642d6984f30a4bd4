//! Page that asks to confirm an irreversible action.

use maud::html;

use crate::idp::{pages::Page, state::Idp};

#[derive(Clone, Copy, Debug)]
pub struct Confirmation<'a> {
    /// Section of the console that the page belongs to.
    pub section: &'a str,
    /// Question to confirm, as the title of the page.
    pub title: &'a str,
    /// Explanation of the consequences.
    pub text: &'a str,
    /// Address that the form is posted to.
    pub action: &'a str,
    /// Name and value of a hidden field of the form.
    pub field: Option<(&'a str, &'a str)>,
    /// Label of the button that confirms.
    pub button: &'a str,
    /// Address of the link that cancels.
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
