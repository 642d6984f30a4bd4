//! The event log, with Auth0's codes.

use crate::{
    idp::{
        id::{ClientId, OrganizationId, UserId},
        state::Idp,
        store::events,
    },
    kernel::{
        client_address::ClientAddress,
        database::Tx,
        metrics::{Outcome, Service},
    },
};

/// Kinds of events. The codes are those of Auth0's tenant logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A user signed in.
    Login,
    /// A sign-in with a wrong password.
    WrongPassword,
    /// A sign-in with an unknown address.
    UnknownUser,
    /// Too many password attempts on one account from one address.
    TooManyTries,
    /// A sign-up that waits for the verification of its address.
    SignUpRequested,
    SignUp,
    SignUpFailed,
    /// A request for a link to choose a new password.
    PasswordChangeRequested,
    PasswordChanged,
    /// The user verified the address with the link in a mail.
    EmailVerified,
    Logout,
    InvitationAccepted,
    InvitationFailed,
}

impl Kind {
    /// Returns how the sign-in ended; `None` for other events.
    const fn sign_in_outcome(self) -> Option<Outcome> {
        match self {
            Self::Login => Some(Outcome::Done),
            Self::WrongPassword | Self::UnknownUser | Self::TooManyTries => Some(Outcome::Refused),
            _ => None,
        }
    }

    /// Returns Auth0's code for this kind of event.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Login => "s",
            Self::WrongPassword => "fp",
            Self::UnknownUser => "fu",
            Self::TooManyTries => "limit_wc",
            Self::SignUpRequested => "svr",
            Self::SignUp => "ss",
            Self::SignUpFailed => "fs",
            Self::PasswordChangeRequested => "scpr",
            Self::PasswordChanged => "scp",
            Self::EmailVerified => "sv",
            Self::Logout => "slo",
            Self::InvitationAccepted => "si",
            Self::InvitationFailed => "fi",
        }
    }
}

/// An event to record in the log.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a> {
    pub kind: Kind,
    /// Sentence or name for the readers of the log.
    pub description: &'a str,
    pub user: Option<&'a UserId>,
    pub client: Option<&'a ClientId>,
    pub organization: Option<&'a OrganizationId>,
    /// IP address of the client that sent the request.
    pub address: Option<ClientAddress>,
}

impl<'a> Event<'a> {
    /// Creates an event without references, to be completed as `Event { user, ..Event::of(…) }`.
    pub const fn of(kind: Kind, description: &'a str) -> Self {
        Self { kind, description, user: None, client: None, organization: None, address: None }
    }
}

/// Inserts `event` in the transaction of the change that it describes.
pub async fn record(tx: &mut Tx, idp: &Idp, event: Event<'_>) -> sqlx::Result<()> {
    if let Some(outcome) = event.kind.sign_in_outcome() {
        idp.metrics.count_sign_in(Service::Provider, outcome);
    }
    let event = events::Event {
        id: idp.random.uuid(idp.clock.now()).to_string(),
        at: idp.now(),
        kind: event.kind.code().to_owned(),
        description: event.description.to_owned(),
        user_id: event.user.map(ToString::to_string),
        client_id: event.client.map(ToString::to_string),
        organization_id: event.organization.map(ToString::to_string),
        address: event.address.map(|address| address.to_string()),
    };
    events::insert(tx, &event).await
}
