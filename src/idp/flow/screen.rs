//! The pages of a login.

use crate::idp::{
    authorization::CallbackError,
    id::{ConnectionId, OrganizationId},
};

/// What comes next in a login.
#[derive(Debug)]
pub enum Step {
    /// The person must be asked.
    Show(Screen),
    /// The client gets a code, for this organization.
    Grant(Option<OrganizationId>),
    /// The client gets an error.
    Refuse(CallbackError),
}

/// A page that asks something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    Login,
    SignUp,
    /// Which organization, by name, before signing in.
    NameOrganization,
    /// Which organization, among one's own, after signing in.
    ChooseOrganization,
    Invitation,
    /// As whom, when the browser is signed in.
    ChooseAccount,
    /// Whether the client may have what it asks for.
    Consent,
    /// The login page of another issuer.
    Federate,
}

impl Screen {
    /// Its address.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Login => "/u/login",
            Self::SignUp => "/u/signup",
            Self::NameOrganization => "/u/organization-name",
            Self::ChooseOrganization => "/u/organization",
            Self::Invitation => "/u/invitation",
            Self::ChooseAccount => "/u/account",
            Self::Consent => "/u/consent",
            Self::Federate => "/u/federate",
        }
    }

    /// Whether it is shown to somebody who is signed in, and well enough for the request.
    pub const fn is_after_sign_in(self) -> bool {
        matches!(self, Self::ChooseOrganization | Self::ChooseAccount | Self::Consent)
    }

    /// The address that leads to the login page of another issuer. A link, never a form: browsers hold whatever a form
    /// leads to against the page's policy, all the way through the other issuer and back.
    pub fn issuer_address(state: &str, connection: &ConnectionId, login_hint: Option<&str>) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("state", state).append_pair("connection", connection.as_str());
        if let Some(hint) = login_hint {
            query.append_pair("login_hint", hint);
        }
        format!("{}?{}", Self::Federate.path(), query.finish())
    }

    /// Its address in the login `state`.
    pub fn address(self, state: &str) -> String {
        format!("{}?state={state}", self.path())
    }
}
