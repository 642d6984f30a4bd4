//! Template of all mails: a few sentences, a button, and the link of the button as text.

use maud::{DOCTYPE, html};

use crate::idp::{pages::brand, store::organizations::Organization};

/// Colour of the button if the organization has no colour.
const COLOUR: &str = "#a4502f";
const FONT: &str = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";

/// Content of a mail, rendered as text and as HTML.
#[derive(Debug)]
pub struct EmailTemplate<'a> {
    pub subject: String,
    pub heading: String,
    /// Organization whose name and colour the mail shows.
    pub organization: Option<&'a Organization>,
    /// Paragraphs before the button.
    pub before: Vec<String>,
    /// Label and target of the button.
    pub button: (&'static str, String),
    /// Paragraphs after the button.
    pub after: Vec<String>,
}

impl EmailTemplate<'_> {
    /// Renders the mail as plain text.
    pub fn text(&self) -> String {
        let (label, address) = &self.button;
        let mut parts = vec![self.heading.clone()];
        parts.extend(self.before.iter().cloned());
        parts.push(format!("{label}:\n{address}"));
        parts.extend(self.after.iter().cloned());
        parts.join("\n\n") + "\n"
    }

    /// Renders the mail as HTML with inline styles, because mail programs ignore other styles.
    pub fn html(&self, host: &str) -> String {
        let colour = self.organization.and_then(brand::colour).unwrap_or(COLOUR);
        let (label, address) = &self.button;
        let paragraph = "margin:0 0 16px;font-size:16px;line-height:24px";
        let button = format!(
            "display:inline-block;padding:12px 24px;border-radius:6px;background:{colour};color:{};font-weight:600;\
             font-size:16px;line-height:24px;text-decoration:none",
            brand::text_colour_on(colour)
        );
        let markup = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light";
                    title { (self.subject) }
                }
                body style={ "margin:0;padding:24px 12px;background:#f6f2ec;color:#2a211b;" (FONT) } {
                    div style={ "max-width:520px;margin:0 auto;background:#ffffff;border:1px solid #e6dfd6;border-top:4px solid " (colour) ";border-radius:8px" } {
                        div style="padding:28px 28px 12px" {
                            @if let Some(organization) = self.organization {
                                p style="margin:0 0 12px;font-size:14px;line-height:20px;color:#6b5f55" { (organization.label()) }
                            }
                            h1 style="margin:0 0 16px;font-size:22px;line-height:28px" { (self.heading) }
                            @for text in &self.before {
                                p style=(paragraph) { (text) }
                            }
                            p style="margin:24px 0" { a href=(address) style=(button) { (label) } }
                            p style="margin:0 0 16px;font-size:14px;line-height:20px;color:#6b5f55" {
                                "If the button doesn’t work, open this address:" br;
                                a href=(address) style="color:#8a3f22;word-break:break-all" { (address) }
                            }
                            @for text in &self.after {
                                p style=(paragraph) { (text) }
                            }
                        }
                    }
                    p style="max-width:520px;margin:12px auto 0;font-size:12px;line-height:18px;color:#6b5f55" { "Sent by " (host) }
                }
            }
        };
        markup.into_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_text_and_the_link_is_written_out() {
        let template = EmailTemplate {
            subject: "<b>".to_owned(),
            heading: "Join <b>".to_owned(),
            organization: None,
            before: vec!["A & B".to_owned()],
            button: ("Accept", "http://a.example/?x=1&y=2".to_owned()),
            after: Vec::new(),
        };
        assert_eq!(template.text(), "Join <b>\n\nA & B\n\nAccept:\nhttp://a.example/?x=1&y=2\n");
        let html = template.html("idp.example");
        assert!(html.contains("Join &lt;b&gt;") && !html.contains("<b>"), "{html}");
        assert_eq!(html.matches("http://a.example/?x=1&amp;y=2").count(), 3);
    }
}
