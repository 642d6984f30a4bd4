//! The log of what happened, by Auth0's codes for it.

use crate::{
    idp::{
        id::{ClientId, OrganizationId, UserId},
        state::Idp,
        store::events,
    },
    kernel::database::Tx,
};

/// What happened. The codes are those of Auth0's tenant logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Somebody signed in.
    Login,
    /// A wrong password.
    WrongPassword,
    /// An address without an account.
    UnknownUser,
    /// Too many tries at one account from one address.
    TooManyTries,
    /// A mail to prove an address was asked for, by signing up with it.
    SignUpRequested,
    SignUp,
    SignUpFailed,
    /// A mail to choose a new password was asked for.
    PasswordChangeRequested,
    PasswordChanged,
    /// An address was proved by the link that was sent to it.
    EmailVerified,
    EmailVerificationFailed,
    Logout,
    InvitationAccepted,
    InvitationFailed,
}

impl Kind {
    /// Auth0's code.
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
            Self::EmailVerificationFailed => "fv",
            Self::Logout => "slo",
            Self::InvitationAccepted => "si",
            Self::InvitationFailed => "fi",
        }
    }
}

/// Something that happened, and to whom.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a> {
    pub kind: Kind,
    /// A sentence or a name, for whoever reads the log.
    pub description: &'a str,
    pub user: Option<&'a UserId>,
    pub client: Option<&'a ClientId>,
    pub organization: Option<&'a OrganizationId>,
    /// Where it came from.
    pub address: Option<&'a str>,
}

impl<'a> Event<'a> {
    /// An event about nobody in particular, to be completed by `Event { user, ..Event::of(…) }`.
    pub const fn of(kind: Kind, description: &'a str) -> Self {
        Self { kind, description, user: None, client: None, organization: None, address: None }
    }
}

/// Writes `event` into the log, in the transaction of what it tells of.
pub async fn record(tx: &mut Tx, idp: &Idp, event: Event<'_>) -> sqlx::Result<()> {
    let event = events::Event {
        id: idp.random.uuid(idp.clock.now()).to_string(),
        at: idp.now(),
        kind: event.kind.code().to_owned(),
        description: event.description.to_owned(),
        user_id: event.user.map(ToString::to_string),
        client_id: event.client.map(ToString::to_string),
        organization_id: event.organization.map(ToString::to_string),
        address: event.address.map(str::to_owned),
    };
    events::insert(tx, &event).await
}
