//! What is said to somebody who opens an invitation.

use axum::http::StatusCode;
use url::form_urlencoded;

use super::Message;
use crate::{
    domain::permissions::Role,
    server::{
        http::sign_in::invitation::Link,
        repo::invitations::{Found, State},
    },
    web::ui::{date, document::Action},
};

impl Message {
    /// The invitation, to somebody who may accept it.
    #[must_use]
    pub fn invitation(found: &Found, link: &Link) -> Self {
        let invitation = &found.invitation;
        let (role, email) = (as_a(invitation.role.0), &invitation.email);
        let until = invitation
            .expires_at
            .map_or_else(String::new, |at| format!(" and good until {}", date::day(at.date_naive())));
        let text = format!("You would join {role}. The invitation is for {email}{until}.");
        let mut page = Self::new(
            StatusCode::OK,
            format!("{} invites you to {}", invitation.inviter, found.place.display_name),
            text,
        );
        page.quote = Some(invitation.message.clone()).filter(|message| !message.is_empty());
        page.post("Accept invitation", link, "accept").link("Decline", address(link, "decline"))
    }

    /// The invitation, in a browser in which other people are signed in.
    #[must_use]
    pub fn invitation_for_another(found: &Found, others: &[String], link: &Link) -> Self {
        let (email, organization) = (&found.invitation.email, &found.place.display_name);
        let text = format!(
            "You are signed in as {}, and the invitation to {organization} is for {email}. Accepted with another account \
             it would be used up without letting anybody in, so nothing has been done with it yet.",
            and(others)
        );
        Self::new(StatusCode::OK, "This invitation is for another address", text)
            .post(&format!("Sign out and accept as {email}"), link, "change-account")
            .link("Stay signed in", "/")
    }

    /// An invitation that was made at the provider, in a browser in which somebody is signed in.
    #[must_use]
    pub fn invitation_while_signed_in(addresses: &[String], link: &Link) -> Self {
        let who = and(addresses);
        let text = format!(
            "You are signed in as {who}. If the invitation was sent to that address, continue. If it was sent to another, \
             change the account first: opened with the wrong one it would be used up."
        );
        Self::new(StatusCode::OK, "Which account is this invitation for?", text)
            .post(&format!("Continue as {who}"), link, "continue")
            .post("Change account", link, "change-account")
    }

    /// The invitation of somebody who is in the organization already.
    #[must_use]
    pub fn invitation_of_member(found: &Found) -> Self {
        let place = &found.place;
        Self::new(
            StatusCode::OK,
            format!("You are in {} already", place.display_name),
            format!("{} is a member: there is nothing to accept any more.", found.invitation.email),
        )
        .link(&format!("Open {}", place.display_name), format!("/o/{}", place.slug))
    }

    /// An invitation that cannot be accepted any more.
    #[must_use]
    pub fn closed_invitation(found: &Found, state: State) -> Self {
        let (invitation, place) = (&found.invitation, &found.place);
        let (email, inviter, organization) = (&invitation.email, &invitation.inviter, &place.display_name);
        let (title, text) = match state {
            State::Accepted => (
                "This invitation was accepted",
                format!(
                    "{email} has joined {organization} with it. If that was you, go on in; a link works only once."
                ),
            ),
            State::Declined => (
                "This invitation was declined",
                format!("If that was a mistake, ask {inviter} for a new invitation to {organization}."),
            ),
            State::Replaced => (
                "There is a newer invitation",
                format!(
                    "{inviter} has sent this invitation to {organization} again, which made this link invalid. Open the \
                     link in the latest message to {email}."
                ),
            ),
            State::Expired => (
                "This invitation has expired",
                format!(
                    "It could be accepted for a limited time. Ask {inviter} to send the invitation to {organization} again."
                ),
            ),
            _ => (
                "This invitation was withdrawn",
                format!("Somebody at {organization} has taken it back. If you think that is a mistake, ask {inviter}."),
            ),
        };
        let page = Self::new(StatusCode::GONE, title, text);
        match state {
            State::Accepted => page.link(&format!("Open {organization}"), format!("/o/{}", place.slug)),
            _ => page,
        }
        .link("Go to the start page", "/")
    }

    /// A ticket that nobody knows.
    #[must_use]
    pub fn unknown_invitation() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "There is no such invitation",
            "A part of the link may be missing. Open it again from the message, or ask for a new invitation.",
        )
        .link("Go to the start page", "/")
    }

    /// The question before an invitation is declined.
    #[must_use]
    pub fn confirm_decline(found: &Found, link: &Link) -> Self {
        let (inviter, organization) = (&found.invitation.inviter, &found.place.display_name);
        Self::new(
            StatusCode::OK,
            format!("Decline the invitation to {organization}?"),
            format!("The link stops working, and {inviter} sees that you declined. You can be invited again."),
        )
        .post("Decline invitation", link, "decline")
        .link("Back", address(link, ""))
    }

    /// After it was declined.
    #[must_use]
    pub fn declined_invitation(found: &Found) -> Self {
        let (inviter, organization) = (&found.invitation.inviter, &found.place.display_name);
        Self::new(
            StatusCode::OK,
            "You have declined",
            format!("You will not join {organization}. If you change your mind, ask {inviter} for a new invitation."),
        )
        .link("Go to the start page", "/")
    }

    fn post(mut self, label: &str, link: &Link, action: &str) -> Self {
        self.actions.push(Action::Post { label: label.to_owned(), action: address(link, action) });
        self
    }
}

fn address(link: &Link, action: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("ticket", &link.ticket);
    if let Some(organization) = &link.organization {
        query.append_pair("organization", organization);
    }
    let separator = if action.is_empty() { "" } else { "/" };
    format!("/invitation{separator}{action}?{}", query.finish())
}

/// For example `as a member`.
fn as_a(role: Role) -> String {
    let article = if matches!(role, Role::Admin | Role::Owner) { "an" } else { "a" };
    format!("as {article} {}", role.label().to_lowercase())
}

/// `a`, `a and b`, `a, b and c`.
fn and(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
