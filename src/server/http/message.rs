//! A page that says what happened and what to do, outside of the application proper: for the steps of signing in and
//! out, and for errors that leave no page to show.

mod membership;
mod refused;

use axum::{
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};

use super::sign_in::login::LoginQuery;
use crate::{
    domain::errors::AppError,
    server::{error::Error, state::AppState},
    web::ui::document::{Action, message_page},
};

mod invitation;

/// The page. As a response it is rendered by [`render`], which knows the style sheet.
#[derive(Clone, Debug)]
pub struct Message {
    status: StatusCode,
    title: String,
    text: String,
    /// What somebody else says, below the text.
    quote: Option<String>,
    actions: Vec<Action>,
}

impl Message {
    fn new(status: StatusCode, title: impl Into<String>, text: impl Into<String>) -> Self {
        Self { status, title: title.into(), text: text.into(), quote: None, actions: Vec::new() }
    }

    fn link(mut self, label: &str, href: impl Into<String>) -> Self {
        self.actions.push(Action::Link { label: label.to_owned(), href: href.into() });
        self
    }

    /// `/login?iss=…` for a provider that is not ours.
    #[must_use]
    pub fn other_issuer() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "This sign-in is for another service",
            "The link names an identity provider that this Tessera does not use. Ask whoever gave it to you for a new \
             one, or sign in here.",
        )
        .link("Sign in", "/login")
    }

    /// An invitation link that lost a part.
    #[must_use]
    pub fn incomplete_invitation() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "This invitation link is incomplete",
            "A part of the link is missing, perhaps because it was broken over two lines. Open it again from the \
             message, or copy all of it into the address bar.",
        )
        .link("Go to the start page", "/")
    }

    /// An organization that is not known here. The same words as for one that the person is not in.
    #[must_use]
    pub fn unknown_organization(name: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "You can’t open this workspace",
            format!(
                "Either there is no workspace called “{name}”, or you are not a member of it. Check the address, or \
                 ask someone in the workspace to invite you."
            ),
        )
        .link("Sign in", "/login")
        .link("Go to the start page", "/")
    }

    /// The provider does not answer. `query` is what to try again with.
    #[must_use]
    pub fn provider_down(query: &LoginQuery) -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "Sign-in is not available at the moment",
            "The sign-in service does not answer. Workspaces that you are signed in to already still work. Try again in \
             a minute.",
        )
        .link("Try again", login_address(query))
        .link("Go to the start page", "/")
    }

    /// The provider refused the code of an attempt that was ours. `query` is what to try again with.
    #[must_use]
    pub fn code_refused(query: &LoginQuery) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "This sign-in has expired or was used before",
            "The sign-in service did not accept its own answer any more. Begin again; nothing else is lost.",
        )
        .link("Sign in again", login_address(query))
    }

    /// A callback that this browser did not ask for, or that was used before.
    #[must_use]
    pub fn unknown_attempt() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "This sign-in has expired or was used before",
            "A sign-in must end in the browser that it was begun in, within an hour, and only once. Begin again; \
             nothing else is lost.",
        )
        .link("Sign in again", "/login")
    }

    /// An answer of the provider that is not what was asked for, or not signed by it.
    #[must_use]
    pub fn unverified() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "This sign-in could not be verified",
            "The answer of the sign-in service is not for what was asked, so you were not signed in. Begin again; if it \
             stays like this, tell whoever runs this Tessera.",
        )
        .link("Sign in again", "/login")
    }

    /// A good sign-in to an organization that nobody has set up here.
    #[must_use]
    pub fn organization_not_set_up() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "This workspace is not set up yet",
            "You are a member, but the workspace does not exist in this Tessera. Its owner has to sign in first.",
        )
        .link("Choose another workspace", "/")
        .link("Use another account", "/login?prompt=login")
    }

    /// The question before a sign-out that was opened as a link.
    #[must_use]
    pub fn confirm_sign_out() -> Self {
        let mut page = Self::new(
            StatusCode::OK,
            "Sign out of Tessera?",
            "You will be signed out of all workspaces in this browser.",
        );
        page.actions.push(Action::Post { label: "Sign out".to_owned(), action: "/logout".to_owned() });
        page.link("Stay signed in", "/")
    }

    /// A request from a page of another site.
    #[must_use]
    pub fn cross_site() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "This request came from another site",
            "Nothing was changed. Open Tessera itself and try again there.",
        )
        .link("Open Tessera", "/")
    }

    /// A form that is larger than any of ours.
    #[must_use]
    pub fn too_large() -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "That is too much text",
            "Nothing was changed. Go back, where your text still is, and shorten it.",
        )
    }

    /// A form of somebody who is not signed in, with more than is kept until they are.
    #[must_use]
    pub fn too_large_to_keep() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "Please sign in first",
            "Your session has ended, and this is too much text to keep meanwhile. Nothing was changed. Sign in in another \
             tab, then go back here, where your text still is, and send it again.",
        )
        .link("Sign in", "/login")
    }

    /// Anything else.
    #[must_use]
    pub fn from_app_error(error: &AppError) -> Self {
        let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let title = match error {
            AppError::NotFound => "There is nothing here",
            AppError::Forbidden { .. } => "You may not do this",
            AppError::SignInRequired => "Please sign in",
            _ => "That did not work",
        };
        Self::new(status, title, error.to_string()).link("Go to the start page", "/")
    }
}

/// The address that begins the sign-in of `query` as somebody else.
fn other_account(query: &LoginQuery) -> String {
    login_address(&LoginQuery { prompt: Some("login".to_owned()), login_hint: None, ..query.clone() })
}

/// The address that begins the sign-in of `query`.
#[must_use]
pub fn login_address(query: &LoginQuery) -> String {
    query.address()
}

impl From<Error> for Message {
    fn from(error: Error) -> Self {
        Self::from_app_error(&error.into())
    }
}

impl IntoResponse for Message {
    fn into_response(self) -> Response {
        let mut response = (self.status, self.text.clone()).into_response();
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("30"));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// Middleware that gives a [`Message`] its page.
pub async fn render(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let Some(message) = response.extensions_mut().remove::<Message>() else { return response };
    let stylesheet = super::assets::stylesheet(&app.leptos);
    let html = message_page(&stylesheet, &message.title, &message.text, message.quote.as_deref(), &message.actions);
    let retry_after = response.headers_mut().remove(header::RETRY_AFTER);
    let mut response = (message.status, Html(html)).into_response();
    if let Some(retry_after) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, retry_after);
    }
    response
}
