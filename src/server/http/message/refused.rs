//! Message pages for the errors that the provider sends to the callback. None of them retries by itself: a refused
//! sign-in would be refused again.

use axum::http::StatusCode;

use super::Message;
use crate::server::http::sign_in::{login_query::LoginQuery, prompt};

/// Why the provider refused the sign-in, derived from the error code and its description.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reason {
    NotAMember,
    WrongConnection,
    Cancelled,
    Blocked,
    UnknownOrganization,
    OrganizationRequired,
    NoConnection,
    InvitationUsed,
    InvitationMismatch,
    InteractionRequired,
    ServerError,
    Other,
}

impl Reason {
    fn parse(error: &str, description: &str) -> Self {
        let says = |text: &str| description.contains(text);
        match error {
            "access_denied" if says("belongs to connection") => Self::WrongConnection,
            "access_denied" if says("is not part of") => Self::NotAMember,
            "access_denied" if says("is blocked") => Self::Blocked,
            "access_denied" => Self::Cancelled,
            "unauthorized" if says("blocked") => Self::Blocked,
            "invalid_request" if says("invitation not found") => Self::InvitationUsed,
            "invalid_request" if says("invitation") => Self::InvitationMismatch,
            "invalid_request" if says("no connections enabled for the organization") => Self::NoConnection,
            "invalid_request" if says("organization is required") => Self::OrganizationRequired,
            "invalid_request" if says("organization is not allowed") => Self::Other,
            "invalid_request" if says("organization") => Self::UnknownOrganization,
            "server_error" | "temporarily_unavailable" => Self::ServerError,
            error if prompt::requires_interaction(error) => Self::InteractionRequired,
            _ => Self::Other,
        }
    }

    const fn status(self) -> StatusCode {
        match self {
            Self::NotAMember | Self::WrongConnection | Self::Cancelled | Self::Blocked | Self::NoConnection => {
                StatusCode::FORBIDDEN
            }
            Self::InteractionRequired => StatusCode::UNAUTHORIZED,
            Self::ServerError => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::NotAMember => "You can’t open this workspace",
            Self::WrongConnection => "This workspace uses a different sign-in method",
            Self::Cancelled => "You were not signed in",
            Self::Blocked => "This account is blocked",
            Self::UnknownOrganization => "You can’t sign in to this workspace",
            Self::OrganizationRequired => "Choose a workspace",
            Self::NoConnection => "No one can sign in to this workspace at the moment",
            Self::InvitationUsed => "This invitation can no longer be used",
            Self::InvitationMismatch => "This invitation doesn’t match",
            Self::InteractionRequired => "Please sign in",
            Self::ServerError => "Sign-in is not available at the moment",
            Self::Other => "The sign-in was refused",
        }
    }

    /// Returns what happened to the account `who`, and what the person can do.
    fn text(self, who: &str) -> String {
        match self {
            Self::NotAMember => format!(
                "{who} is not a member of it. Sign in with another account, or ask someone in the workspace to \
                 invite you."
            ),
            Self::WrongConnection => format!(
                "{who} can’t be used to sign in to this workspace. Use your company account."
            ),
            Self::Blocked => {
                format!(
                    "{who} is not allowed to sign in. Ask your administrator to unblock it, or use another account. Open \
                     invitations stay valid."
                )
            }
            Self::Cancelled => {
                "The sign-in was cancelled, or the sign-in service does not allow this account.".to_owned()
            }
            Self::UnknownOrganization => {
                "The sign-in service does not know this workspace. It may have been deleted or renamed. Ask someone in the \
                 workspace for its address."
                    .to_owned()
            }
            Self::OrganizationRequired => {
                "You can only sign in to a workspace. Open your workspace’s address, for example from a bookmark or an \
                 email."
                    .to_owned()
            }
            Self::NoConnection => {
                "No sign-in method is enabled for it. Ask a workspace administrator.".to_owned()
            }
            Self::InvitationUsed => "It was already accepted, has expired or was revoked. If you accepted it, sign \
                                     in. Otherwise ask for a new invitation."
                .to_owned(),
            Self::InvitationMismatch => {
                "The link belongs to another workspace or service, or its role no longer exists. Open the link in the email \
                 again, or ask for a new invitation."
                    .to_owned()
            }
            Self::InteractionRequired => "The sign-in service needs your input to continue.".to_owned(),
            Self::ServerError => "The sign-in service reports a problem. Workspaces that you are signed in to still work. Try \
                                  again in a minute."
                .to_owned(),
            Self::Other => "The sign-in service did not accept the request. Sign in again. If the problem persists, contact \
                            your administrator."
                .to_owned(),
        }
    }
}

impl Message {
    /// An error that the provider sent to the callback of the sign-in `query`. Known codes select the text; the
    /// provider's description is not shown. `account` is the address of the refused account, if it is known.
    #[must_use]
    pub fn refused(error: &str, description: &str, query: &LoginQuery, account: Option<&str>) -> Self {
        let reason = Reason::parse(error, description);
        let who = account.map_or_else(
            || "The account that you signed in with".to_owned(),
            |account| format!("The account {account}"),
        );
        let page = Self::new(reason.status(), reason.title(), reason.text(&who));
        let (again, other) = (query.address(), query.address_for_other_account());
        match reason {
            Reason::NotAMember | Reason::WrongConnection => {
                page.link("Use another account", other).link("Choose another workspace", "/")
            }
            Reason::Blocked => page.link("Use another account", other).link("Go to the start page", "/"),
            Reason::UnknownOrganization => {
                page.link("Choose another workspace", "/").link("Use your workspace’s name", "/sign-in")
            }
            Reason::OrganizationRequired | Reason::InvitationMismatch => page.link("Go to the start page", "/"),
            Reason::NoConnection => page.link("Try again", again).link("Choose another workspace", "/"),
            Reason::InvitationUsed => page.link("Sign in", again).link("Go to the start page", "/"),
            Reason::InteractionRequired => page.link("Sign in", again).link("Use another account", other),
            Reason::ServerError => page.link("Try again", again).link("Go to the start page", "/"),
            Reason::Cancelled | Reason::Other => {
                page.link("Sign in again", again).link("Use another account", other).link("Go to the start page", "/")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_derived_from_code_and_description() {
        for (error, description, expected) in [
            ("access_denied", "user auth0|x is not part of the org_x organization", Reason::NotAMember),
            (
                "access_denied",
                "user auth0|x belongs to connection c that is not part of the org_x organization",
                Reason::WrongConnection,
            ),
            ("access_denied", "User did not authorize the request", Reason::Cancelled),
            ("access_denied", "", Reason::Cancelled),
            ("unauthorized", "user is blocked", Reason::Blocked),
            ("invalid_request", "parameter organization is invalid: org_x", Reason::UnknownOrganization),
            (
                "invalid_request",
                "authorization request parameter organization must be an organization id",
                Reason::UnknownOrganization,
            ),
            ("invalid_request", "parameter organization is required for this client", Reason::OrganizationRequired),
            ("invalid_request", "parameter organization is not allowed for this client", Reason::Other),
            ("invalid_request", "no connections enabled for the organization", Reason::NoConnection),
            ("invalid_request", "invitation not found or already used", Reason::InvitationUsed),
            ("invalid_request", "invalid invitation ticket (organization mismatch)", Reason::InvitationMismatch),
            ("invalid_request", "", Reason::Other),
            ("login_required", "Login required", Reason::InteractionRequired),
            ("server_error", "", Reason::ServerError),
            ("<script>", "<script>", Reason::Other),
        ] {
            assert_eq!(Reason::parse(error, description), expected, "{error}: {description}");
        }
    }
}
