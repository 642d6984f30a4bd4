//! Message pages for a person who opens an invitation.

use axum::http::StatusCode;

use super::{Message, page::Action};
use crate::domain::dates;
use crate::{
    domain::{isolate::isolated, permissions::Role},
    server::{
        http::sign_in::invitation_link::InvitationLink,
        repo::invitations::{Found, State},
    },
};

impl Message {
    /// The invitation, for a person who may accept it.
    #[must_use]
    pub fn invitation(found: &Found, link: &InvitationLink) -> Self {
        let invitation = &found.invitation;
        let (role, email) = (role_phrase(invitation.role.0), &invitation.email);
        let until = invitation
            .expires_at
            .map_or_else(String::new, |at| format!(" and expires on {}", dates::day(at.date_naive())));
        let text = format!("You’ll join {role}. The invitation is for {email}{until}.");
        let mut page = Self::new(
            StatusCode::OK,
            format!("{} invites you to {}", isolated(&invitation.inviter), isolated(&found.organization.display_name)),
            text,
        );
        page.quote = Some(invitation.message.clone()).filter(|message| !message.is_empty());
        page.post("Accept invitation", link, "accept").link("Decline", link.address("decline"))
    }

    /// The invitation, in a browser where other people are signed in.
    #[must_use]
    pub fn invitation_for_another(found: &Found, others: &[String], link: &InvitationLink) -> Self {
        let (email, organization) = (&found.invitation.email, isolated(&found.organization.display_name));
        let text = format!(
            "You are signed in as {}, but the invitation to {organization} is for {email}. It works only once, so it has not \
             been used yet.",
            join_names(others)
        );
        Self::new(StatusCode::OK, "This invitation is for another address", text)
            .post(&format!("Sign out and accept as {email}"), link, "change-account")
            .link("Stay signed in", "/")
    }

    /// An invitation that was created at the provider, in a browser where a person is signed in.
    #[must_use]
    pub fn invitation_while_signed_in(addresses: &[String], link: &InvitationLink) -> Self {
        let who = join_names(addresses);
        let text = format!(
            "You are signed in as {who}. If the invitation was sent to that address, continue. Otherwise switch \
             accounts first, because the link works only once."
        );
        Self::new(StatusCode::OK, "Which account is this invitation for?", text)
            .post(&format!("Continue as {who}"), link, "continue")
            .post("Switch account", link, "change-account")
    }

    /// The invitation of a person who is already a member.
    #[must_use]
    pub fn invitation_of_member(found: &Found) -> Self {
        let org = &found.organization;
        Self::new(
            StatusCode::OK,
            format!("You’re already in {}", isolated(&org.display_name)),
            format!("{} is already a member, so there is nothing to accept.", found.invitation.email),
        )
        .link(&format!("Open {}", isolated(&org.display_name)), format!("/o/{}", org.slug))
    }

    /// An invitation that can no longer be accepted.
    #[must_use]
    pub fn closed_invitation(found: &Found, state: State) -> Self {
        let (invitation, org) = (&found.invitation, &found.organization);
        let (email, inviter) = (&invitation.email, isolated(&invitation.inviter));
        let organization = isolated(&org.display_name);
        let (title, text) = match state {
            State::Accepted => (
                "This invitation was accepted",
                format!(
                    "{email} has joined {organization}. If that was you, open the workspace: a link works only once."
                ),
            ),
            State::Declined => (
                "This invitation was declined",
                format!("If that was a mistake, ask {inviter} for a new invitation to {organization}."),
            ),
            State::Replaced => (
                "There is a newer invitation",
                format!(
                    "{inviter} has sent the invitation to {organization} again, so this link no longer works. Open the link \
                     in the latest email to {email}."
                ),
            ),
            State::Expired => (
                "This invitation has expired",
                format!("Ask {inviter} to send the invitation to {organization} again."),
            ),
            _ => (
                "This invitation was revoked",
                format!("Someone at {organization} revoked it. If you think that’s a mistake, ask {inviter}."),
            ),
        };
        let page = Self::new(StatusCode::GONE, title, text);
        match state {
            State::Accepted => page.link(&format!("Open {organization}"), format!("/o/{}", org.slug)),
            _ => page,
        }
        .link("Go to the start page", "/")
    }

    /// An unknown ticket.
    #[must_use]
    pub fn unknown_invitation() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "Invitation not found",
            "Part of the link may be missing. Open it again from the email, or ask for a new invitation.",
        )
        .link("Go to the start page", "/")
    }

    /// The confirmation before declining an invitation.
    #[must_use]
    pub fn confirm_decline(found: &Found, link: &InvitationLink) -> Self {
        let (inviter, organization) = (isolated(&found.invitation.inviter), isolated(&found.organization.display_name));
        Self::new(
            StatusCode::OK,
            format!("Decline the invitation to {organization}?"),
            format!("The link will stop working, and {inviter} will see that you declined. You can be invited again."),
        )
        .post("Decline invitation", link, "decline")
        .link("Back", link.address(""))
    }

    /// The invitation was declined.
    #[must_use]
    pub fn declined_invitation(found: &Found) -> Self {
        let (inviter, organization) = (isolated(&found.invitation.inviter), isolated(&found.organization.display_name));
        Self::new(
            StatusCode::OK,
            "Invitation declined",
            format!("You will not join {organization}. If you change your mind, ask {inviter} for a new invitation."),
        )
        .link("Go to the start page", "/")
    }

    fn post(mut self, label: &str, link: &InvitationLink, action: &str) -> Self {
        self.actions.push(Action::Post { label: label.to_owned(), action: link.address(action), fields: Vec::new() });
        self
    }
}

/// Returns the role as a phrase, for example `as a member`.
fn role_phrase(role: Role) -> String {
    let article = if matches!(role, Role::Admin | Role::Owner) { "an" } else { "a" };
    format!("as {article} {}", role.label().to_lowercase())
}

/// Joins names: `a`, `a and b`, `a, b and c`.
fn join_names(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
