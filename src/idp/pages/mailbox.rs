//! The mailbox: lists all mails, including those that are not sent.

use chrono::SecondsFormat;
use maud::{Markup, html};

use crate::{
    idp::{
        pages::{Page, heading, layout},
        state::Idp,
        store::mails::Mail,
    },
    kernel::unix_time::UnixTime,
};

/// Number of mails per page.
pub const PER_PAGE: i64 = 50;

/// Lists mails at `path`, newest first. If `mails` has one mail more than a page shows, the page has a link to older
/// mails.
pub fn list(idp: &Idp, path: &str, mails: &[Mail]) -> Page {
    let title = "Mailbox";
    let per_page = usize::try_from(PER_PAGE).unwrap_or(usize::MAX);
    let shown = &mails[..mails.len().min(per_page)];
    let lead = html! { "Every email from this sign-in service, newest first." };
    let card = html! {
        (heading(None, title, &lead))
        @if shown.is_empty() {
            p class="empty" { "No emails yet. Invite someone or request a new password, and the email appears here." }
        } @else {
            ul class="mails" {
                @for mail in shown {
                    li {
                        a class="mail-row" href={ (path) "/" (mail.id) } {
                            span class="mail-subject" { (mail.subject) }
                            span class="mail-to" { "To " (mail.recipient) }
                            span class="mail-when" { (time(mail.created_at)) }
                        }
                    }
                }
            }
        }
        @if let Some(last) = shown.last().filter(|_| mails.len() > per_page) {
            p class="aside" { a href={ (path) "?before=" (last.id) } { "Older emails" } }
        }
    };
    Page::new(layout(Some(idp.host()), None, title, &card))
}

/// Shows a mail with its opened `text`, in which addresses are links.
pub fn mail(idp: &Idp, path: &str, mail: &Mail, text: &str) -> Page {
    let card = html! {
        p class="mail-back" { a href=(path) { "Mailbox" } }
        header class="card-head" {
            h1 { (mail.subject) }
            dl class="mail-properties" {
                div { dt { "To" } dd { (mail.recipient) } }
                div { dt { "Created" } dd { (time(mail.created_at)) } }
                div { dt { "Delivery" } dd { (delivery(mail)) } }
            }
        }
        div class="mail-body" {
            @for paragraph in text.trim().split("\n\n") {
                p { (linked(paragraph)) }
            }
        }
    };
    Page::new(layout(Some(idp.host()), None, &mail.subject, &card))
}

/// Renders the delivery status of a mail.
fn delivery(mail: &Mail) -> Markup {
    html! {
        @match (mail.sent_at, mail.due_at, &mail.problem) {
            (Some(at), _, _) => { "Sent " (time(at)) },
            (None, Some(at), Some(fault)) => { "Failed: " (fault) ". Next attempt " (time(at)) "." },
            (None, None, Some(fault)) => { "Failed: " (fault) ". No more attempts." },
            (None, Some(_), None) => "Waiting to be sent",
            (None, None, None) => "Shown only here; no mail server is configured",
        }
    }
}

fn time(at: UnixTime) -> Markup {
    html! { time datetime=(at.to_rfc3339_opts(SecondsFormat::Secs, true)) { (at.in_words()) } }
}

/// Turns addresses in `text` into links and keeps line breaks.
fn linked(text: &str) -> Markup {
    html! {
        @for (index, line) in text.lines().enumerate() {
            @if index > 0 { br; }
            @for word in line.split_inclusive(' ') {
                @if word.starts_with("http://") || word.starts_with("https://") {
                    a href=(word.trim_end()) rel="noreferrer" { (word.trim_end()) }
                    @if word.ends_with(' ') { " " }
                } @else {
                    (word)
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_become_anchors_and_other_text_is_escaped() {
        let html = linked("Hi <b>:\nhttps://a.example/?x=1&y=\"2\" now javascript:alert(1)").into_string();
        let address = "https://a.example/?x=1&amp;y=&quot;2&quot;";
        let expected =
            format!("Hi &lt;b&gt;:<br><a href=\"{address}\" rel=\"noreferrer\">{address}</a> now javascript:alert(1)");
        assert_eq!(html, expected);
    }
}
