//! Message pages for a person who is not, or no longer, a member of an organization.

use axum::http::StatusCode;

use super::Message;
use crate::server::http::sign_in::login_query::LoginQuery;

impl Message {
    /// The organization `name`, named by `query` of a person who is signed in as `account` and no member. The text is the
    /// same if the organization does not exist.
    #[must_use]
    pub fn not_a_member(name: &str, account: Option<&str>, query: &LoginQuery) -> Self {
        let who = account.map_or_else(String::new, |account| format!(" as {account}"));
        Self::new(
            StatusCode::NOT_FOUND,
            "You are not a member of this workspace",
            format!(
                "You are signed in{who}. You are not a member of a workspace called “{name}”. Check the name, or ask \
                 someone in the workspace to invite you."
            ),
        )
        .link("Choose another workspace", "/")
        .link("Use another account", query.address_for_other_account())
        .link("Enter another name", "/sign-in")
    }

    /// A seat in the organization with the name `slug` whose membership has ended.
    #[must_use]
    pub fn membership_ended(slug: &str, organization: &str) -> Self {
        let query = LoginQuery { organization_name: Some(slug.to_owned()), ..LoginQuery::default() };
        Self::new(
            StatusCode::FORBIDDEN,
            "Your membership has ended",
            format!(
                "You are no longer an active member of {organization}: you have left, or an administrator has removed or \
                 suspended you. Your other workspaces are not affected. If you were invited again, sign in again."
            ),
        )
        .link("Choose another workspace", "/")
        .link("Sign in again", query.address())
        .link("Use another account", query.address_for_other_account())
    }

    /// An organization that has ended at the provider, for one of its members.
    #[must_use]
    pub fn organization_ended(organization: &str) -> Self {
        Self::new(
            StatusCode::GONE,
            "This workspace has ended",
            format!(
                "{organization} was deleted at the sign-in service, so no one can sign in to it. Its data is kept for now. Ask \
                 its owner if this is a mistake. Your other workspaces are not affected."
            ),
        )
        .link("Choose another workspace", "/")
    }

    /// A valid sign-in to an organization in which the membership is suspended. `query` started the sign-in.
    #[must_use]
    pub fn membership_suspended(organization: &str, query: &LoginQuery) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "Your membership is suspended",
            format!(
                "An administrator of {organization} has suspended your membership and can restore it. Your other \
                 workspaces are not affected."
            ),
        )
        .link("Choose another workspace", "/")
        .link("Use another account", query.address_for_other_account())
    }
}
