//! Pages for the errors that the provider sends to the callback. Each says what happened and what to do, and none goes on
//! by itself: a sign-in that was refused would be refused again.

use axum::http::StatusCode;

use super::{Message, login_address, other_account};
use crate::server::http::sign_in::{login::LoginQuery, prompt};

/// What the provider means, as far as it can be told: errors are codes, descriptions are hints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reason {
    NotAMember,
    WrongConnection,
    Cancelled,
    Blocked,
    UnknownOrganization,
    OrganizationRequired,
    NoConnection,
    InvitationSpent,
    InvitationMismatch,
    MustAsk,
    Trouble,
    Other,
}

impl Reason {
    fn of(error: &str, description: &str) -> Self {
        let says = |text: &str| description.contains(text);
        match error {
            "access_denied" if says("belongs to connection") => Self::WrongConnection,
            "access_denied" if says("is not part of") => Self::NotAMember,
            "access_denied" if says("is blocked") => Self::Blocked,
            "access_denied" => Self::Cancelled,
            "unauthorized" if says("blocked") => Self::Blocked,
            "invalid_request" if says("invitation not found") => Self::InvitationSpent,
            "invalid_request" if says("invitation") => Self::InvitationMismatch,
            "invalid_request" if says("no connections enabled for the organization") => Self::NoConnection,
            "invalid_request" if says("organization is required") => Self::OrganizationRequired,
            "invalid_request" if says("organization is not allowed") => Self::Other,
            "invalid_request" if says("organization") => Self::UnknownOrganization,
            "server_error" | "temporarily_unavailable" => Self::Trouble,
            error if prompt::must_ask(error) => Self::MustAsk,
            _ => Self::Other,
        }
    }

    const fn status(self) -> StatusCode {
        match self {
            Self::NotAMember | Self::WrongConnection | Self::Cancelled | Self::Blocked | Self::NoConnection => {
                StatusCode::FORBIDDEN
            }
            Self::MustAsk => StatusCode::UNAUTHORIZED,
            Self::Trouble => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::NotAMember => "You can’t open this workspace",
            Self::WrongConnection => "This workspace has its own way to sign in",
            Self::Cancelled => "You were not signed in",
            Self::Blocked => "This account is blocked",
            Self::UnknownOrganization => "This workspace can’t be signed in to",
            Self::OrganizationRequired => "Say which workspace",
            Self::NoConnection => "Nobody can sign in to this workspace at the moment",
            Self::InvitationSpent => "This invitation can’t be used any more",
            Self::InvitationMismatch => "This invitation does not fit",
            Self::MustAsk => "Please sign in",
            Self::Trouble => "Sign-in is not available at the moment",
            Self::Other => "The sign-in was refused",
        }
    }

    /// What happened, to the account called `who`, and what to do.
    fn text(self, who: &str) -> String {
        match self {
            Self::NotAMember => format!(
                "{who} is not a member of it, or no longer. Sign in with another account, or ask someone in the \
                 workspace to invite you."
            ),
            Self::WrongConnection => format!(
                "{who} signs in another way than this workspace accepts. Use the account that your company gave you."
            ),
            Self::Blocked => {
                format!(
                    "{who} may not sign in. Ask whoever looks after the accounts of your company to let it in again, or \
                     use another one. An invitation that you have stays open."
                )
            }
            Self::Cancelled => {
                "The sign-in was cancelled, or the sign-in service does not let this account in.".to_owned()
            }
            Self::UnknownOrganization => {
                "The sign-in service does not know it: perhaps it was deleted or renamed. Ask \
                                          someone in the workspace for its address."
                    .to_owned()
            }
            Self::OrganizationRequired => {
                "The sign-in service lets people in to a workspace only. Open the address of \
                                           yours, for example from a bookmark or a message."
                    .to_owned()
            }
            Self::NoConnection => {
                "No way to sign in is switched on for it. Ask an administrator of the workspace.".to_owned()
            }
            Self::InvitationSpent => "It was accepted before, has expired or was withdrawn. If you accepted it \
                                      yourself, just sign in; otherwise ask for a new one."
                .to_owned(),
            Self::InvitationMismatch => {
                "The link belongs to another workspace or another service, or gives a role that \
                                         does not exist any more. Open it again as it is in the message, or ask for a \
                                         new one."
                    .to_owned()
            }
            Self::MustAsk => "The sign-in service wants to hear from you before it goes on.".to_owned(),
            Self::Trouble => "The sign-in service reports a problem on its side. Workspaces that you are signed in to \
                              already still work. Try again in a minute."
                .to_owned(),
            Self::Other => "The sign-in service did not accept the request. Begin again; if it stays like this, tell \
                            whoever runs this Tessera."
                .to_owned(),
        }
    }
}

impl Message {
    /// An error that the provider sent to the callback of the sign-in that began with `query`. Only known codes choose
    /// words; its text is not repeated. `account` is the address that was used, if it is known.
    #[must_use]
    pub fn refused(error: &str, description: &str, query: &LoginQuery, account: Option<&str>) -> Self {
        let reason = Reason::of(error, description);
        let who = account.map_or_else(
            || "The account that you signed in with".to_owned(),
            |account| format!("The account {account}"),
        );
        let page = Self::new(reason.status(), reason.title(), reason.text(&who));
        let (again, other) = (login_address(query), other_account(query));
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
            Reason::InvitationSpent => page.link("Sign in", again).link("Go to the start page", "/"),
            Reason::MustAsk => page.link("Sign in", again).link("Use another account", other),
            Reason::Trouble => page.link("Try again", again).link("Go to the start page", "/"),
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
    fn a_reason_is_found_by_the_code_and_then_by_the_words() {
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
            ("invalid_request", "invitation not found or already used", Reason::InvitationSpent),
            ("invalid_request", "invalid invitation ticket (organization mismatch)", Reason::InvitationMismatch),
            ("invalid_request", "", Reason::Other),
            ("login_required", "Login required", Reason::MustAsk),
            ("server_error", "", Reason::Trouble),
            ("<script>", "<script>", Reason::Other),
        ] {
            assert_eq!(Reason::of(error, description), expected, "{error}: {description}");
        }
    }
}
