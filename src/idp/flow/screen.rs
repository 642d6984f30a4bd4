//! Pages and steps of a login.

use crate::idp::{
    authorization::CallbackError,
    id::{ConnectionId, OrganizationId},
};

/// Next step of a login.
#[derive(Debug)]
pub enum Step {
    /// Show a page of the login.
    Show(Screen),
    /// Issue an authorization code for this organization, or for none.
    Grant(Option<OrganizationId>),
    /// Respond to the client with an error.
    Refuse(CallbackError),
}

/// A page of a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    Login,
    SignUp,
    /// Asks for the name of an organization before the sign-in.
    NameOrganization,
    /// Lists the user's organizations after the sign-in.
    ChooseOrganization,
    Invitation,
    /// Asks whether to use the signed-in account or another one.
    ChooseAccount,
    Consent,
    /// Redirects to the login page of another issuer.
    Federate,
}

impl Screen {
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

    /// Whether the page requires a session that satisfies the request.
    pub const fn is_after_sign_in(self) -> bool {
        matches!(self, Self::ChooseOrganization | Self::ChooseAccount | Self::Consent)
    }

    /// Returns the address that redirects to the login page of another issuer.
    ///
    /// Use it in a link, never in a form: browsers apply the page's `form-action` to every redirect after a form,
    /// through the other issuer and back.
    pub fn issuer_address(state: &str, connection: &ConnectionId, login_hint: Option<&str>) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("state", state).append_pair("connection", connection.as_str());
        if let Some(hint) = login_hint {
            query.append_pair("login_hint", hint);
        }
        format!("{}?{}", Self::Federate.path(), query.finish())
    }

    /// Returns the address of the page within the login `state`.
    pub fn address(self, state: &str) -> String {
        format!("{}?state={state}", self.path())
    }
}
