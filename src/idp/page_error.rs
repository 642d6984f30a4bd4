//! Errors that a browser sees as a page.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};

use crate::{idp::error, kernel::database::is_unavailable};

/// Why a page cannot be shown, or a form cannot be accepted.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// The login is unknown, has expired, or belongs to another browser.
    #[error("no such login")]
    Expired,
    /// The login has already responded to the client.
    #[error("the login is finished")]
    Finished {
        /// Name of the application, and the address at which its login begins.
        client: String,
        login_uri: String,
    },
    /// The request is invalid and has no callback to which an error could be sent.
    #[error("{0}")]
    BadRequest(String),
    /// The other issuer does not respond.
    #[error("{issuer} does not answer")]
    Unreachable {
        /// Name of the issuer, and the address at which the login continues without it.
        issuer: String,
        back_address: String,
    },
    /// The tenant does not allow users to sign up.
    #[error("sign-up is closed")]
    SignUpClosed,
    /// The link of a mail is unknown, has expired, or was used.
    #[error("no such ticket")]
    TicketGone {
        /// Address at which the user can request a new link, if any.
        again: Option<String>,
    },
    /// The link of a sign-up is unknown, has expired, or was used.
    #[error("no such sign-up")]
    SignUpGone,
    #[error("there is nothing here")]
    NotFound,
    /// The request is for a host that is not the issuer's.
    #[error("the request is for another host")]
    OtherHost { issuer: String },
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Provider(#[from] error::Error),
}

impl PageError {
    /// Whether the database cannot be used at the moment.
    fn is_unavailable(&self) -> bool {
        match self {
            Self::Database(error) => is_unavailable(error),
            Self::Provider(error) => error.is_unavailable(),
            _ => false,
        }
    }

    fn page(&self) -> ErrorPage {
        let (status, title, text) = match self {
            Self::Expired => (
                StatusCode::BAD_REQUEST,
                "This sign-in has expired",
                "It was started too long ago or in another browser. Go back to the application and sign in again."
                    .into(),
            ),
            Self::Finished { .. } => (
                StatusCode::BAD_REQUEST,
                "This sign-in is finished",
                "You were already sent back to the application. To sign in again, start there.".into(),
            ),
            Self::BadRequest(text) => (StatusCode::BAD_REQUEST, "This sign-in can’t start", text.clone()),
            Self::Unreachable { issuer, .. } => (
                StatusCode::SERVICE_UNAVAILABLE,
                "This sign-in is unavailable",
                format!("{issuer} isn’t responding at the moment. Try again later, or sign in another way."),
            ),
            Self::SignUpClosed => (
                StatusCode::FORBIDDEN,
                "Sign-up is closed",
                "Administrators of this sign-in service create accounts. Ask them for one, or for an invitation."
                    .into(),
            ),
            Self::TicketGone { .. } => (
                StatusCode::BAD_REQUEST,
                "This link can no longer be used",
                "It was already used, has expired or was replaced by a newer one.".into(),
            ),
            Self::SignUpGone => (
                StatusCode::BAD_REQUEST,
                "This link can no longer be used",
                "It was already used or has expired. If you have your account, go back to the application and sign \
                 in. If not, sign up there again."
                    .into(),
            ),
            Self::NotFound => {
                (StatusCode::NOT_FOUND, "Page not found", "Check the address, or start from the application.".into())
            }
            Self::OtherHost { issuer } => (
                StatusCode::MISDIRECTED_REQUEST,
                "This address is not used here",
                format!(
                    "This sign-in service is at {issuer}. Start from the application, and go back there to sign in."
                ),
            ),
            _ if self.is_unavailable() => {
                (StatusCode::SERVICE_UNAVAILABLE, "This sign-in is unavailable", error::UNAVAILABLE.into())
            }
            Self::Database(_) | Self::Provider(_) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Something went wrong here",
                "You were not signed in. Go back and try again in a moment.".into(),
            ),
        };
        let next_link = match self {
            Self::Finished { client, login_uri } if !login_uri.is_empty() => {
                Some((format!("Return to {client}"), login_uri.clone()))
            }
            Self::Unreachable { back_address, .. } => {
                Some(("Back to the sign-in page".to_owned(), back_address.clone()))
            }
            Self::TicketGone { again: Some(again) } => Some(("Ask for a new link".to_owned(), again.clone())),
            _ => None,
        };
        let retry_after = self.is_unavailable().then_some(error::RETRY_AFTER);
        ErrorPage { status, title, text, next_link, retry_after }
    }
}

/// Stores the error page in the response. The layer `routes::error_page` renders it, because it knows the host.
impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        if self.is_unavailable() {
            tracing::warn!(error = %self, "the database of the identity provider is not available");
        } else if let Self::Database(_) | Self::Provider(_) = self {
            tracing::error!(error = %self, "a page of the identity provider failed");
        }
        let page = self.page();
        let mut response = page.status.into_response();
        response.extensions_mut().insert(page);
        response
    }
}

/// Content of an error page.
#[derive(Clone, Debug)]
pub struct ErrorPage {
    pub status: StatusCode,
    pub title: &'static str,
    pub text: String,
    /// Label and target of the link.
    pub next_link: Option<(String, String)>,
    /// Value of the header `Retry-After`, in seconds.
    pub retry_after: Option<u16>,
}
