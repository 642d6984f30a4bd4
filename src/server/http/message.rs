//! Standalone message pages for sign-in, sign-out and errors, rendered outside of the Leptos application.

mod invitation;
mod membership;
mod page;
mod refused;

use axum::{
    extract::{Request, State},
    http::{StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use url::Url;

use self::page::{Action, page};
use super::sign_in::login_query::LoginQuery;
use crate::{
    domain::errors::AppError,
    server::{error::Error, request_scope, state::AppState},
};

/// A message page. [`render`] turns it into HTML, because it knows the style sheet.
#[derive(Clone, Debug)]
pub struct Message {
    status: StatusCode,
    title: String,
    text: String,
    /// A quotation below the text.
    quote: Option<String>,
    actions: Vec<Action>,
    /// Seconds after which to try again.
    retry_after: Option<u32>,
}

impl Message {
    fn new(status: StatusCode, title: impl Into<String>, text: impl Into<String>) -> Self {
        let retry_after = (status == StatusCode::SERVICE_UNAVAILABLE).then_some(30);
        Self { status, title: title.into(), text: text.into(), quote: None, actions: Vec::new(), retry_after }
    }

    fn link(mut self, label: &str, href: impl Into<String>) -> Self {
        self.actions.push(Action::Link { label: label.to_owned(), href: href.into() });
        self
    }

    /// A link `/login?iss=…` that names another provider.
    #[must_use]
    pub fn other_issuer() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "This sign-in is for another service",
            "The link is for an identity provider that is not used here. Ask for a new link, or sign in here.",
        )
        .link("Sign in", "/login")
    }

    /// An invitation link that does not name the organization.
    #[must_use]
    pub fn incomplete_invitation() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "This invitation link is incomplete",
            "Part of the link is missing, perhaps because it was split over two lines. Open it again from the email, or copy \
             the whole link into the address bar.",
        )
        .link("Go to the start page", "/")
    }

    /// An unknown organization. The text is the same as for one that the person is not a member of.
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

    /// The provider does not answer. `query` is the sign-in to retry.
    #[must_use]
    pub fn provider_down(query: &LoginQuery) -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "Sign-in is not available at the moment",
            "The sign-in service isn’t responding as it should. Workspaces that you are signed in to still work. Try again in a minute.",
        )
        .link("Try again", query.address())
        .link("Go to the start page", "/")
    }

    /// The provider refused the authorization code. `query` is the sign-in to retry.
    #[must_use]
    pub fn code_refused(query: &LoginQuery) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "This sign-in link has expired or was already used", "Please sign in again.")
            .link("Sign in again", query.address())
    }

    /// A callback without an open login transaction of this browser.
    #[must_use]
    pub fn unknown_transaction() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "This sign-in link has expired or was already used",
            "A sign-in must finish within an hour, in the browser where it started. Please sign in again.",
        )
        .link("Sign in again", "/login")
    }

    /// A callback of a browser that sent no session cookie.
    #[must_use]
    pub fn no_cookie() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "Sign-in needs cookies",
            "This browser sent no cookie of a sign-in that has begun. If cookies are off for this site, allow them. Then sign in \
             again, in the browser where you finish.",
        )
        .link("Sign in again", "/login")
    }

    /// A response of the provider that is invalid or does not match the request.
    #[must_use]
    pub fn unverified() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "This sign-in could not be verified",
            "The sign-in service’s response does not match the request, so you were not signed in. Sign in again. If the \
             problem persists, contact your administrator.",
        )
        .link("Sign in again", "/login")
    }

    /// A valid sign-in to an organization that does not exist here.
    #[must_use]
    pub fn organization_not_set_up() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "This workspace is not set up yet",
            "You are a member, but the workspace does not exist here yet. Its owner has to sign in first.",
        )
        .link("Choose another workspace", "/")
        .link("Use another account", "/login?prompt=login")
    }

    /// The confirmation before a sign-out that was opened as a link.
    #[must_use]
    pub fn confirm_sign_out() -> Self {
        let mut page = Self::new(
            StatusCode::OK,
            "Sign out of Tessera?",
            "You will be signed out of all workspaces in this browser.",
        );
        page.actions.push(Action::Post {
            label: "Sign out".to_owned(),
            action: "/logout".to_owned(),
            fields: Vec::new(),
        });
        page.link("Stay signed in", "/")
    }

    /// A request from a page of another site.
    #[must_use]
    pub fn cross_site() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "This request came from another site",
            "Nothing was changed. Open Tessera and try again there.",
        )
        .link("Open Tessera", "/")
    }

    /// A request for a host that is not used here.
    #[must_use]
    pub fn other_host(base_url: &Url) -> Self {
        Self::new(
            StatusCode::MISDIRECTED_REQUEST,
            "This address is not used here",
            format!(
                "Tessera is at {base_url}. If you run it behind a proxy, let the proxy pass the Host header of requests on."
            ),
        )
        .link("Open Tessera", base_url.as_str())
    }

    /// A form that could not be saved, nor shown again: the database is not available, or there is too much to do. The page
    /// keeps its fields.
    #[must_use]
    pub fn try_form_again(error: &AppError, action: String, fields: Vec<(String, String)>) -> Self {
        let text = format!("{error} Your text is kept on this page.");
        let actions = vec![Action::Post { label: "Try again".to_owned(), action, fields }];
        Self { text, actions, ..Self::from_app_error(error) }
    }

    /// A form that exceeds the size limit.
    #[must_use]
    pub fn too_large() -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "There is too much text",
            "Nothing was changed. Go back to your text and shorten it.",
        )
    }

    /// A form of a person who is not signed in. It is too large to store until they have signed in.
    #[must_use]
    pub fn too_large_to_keep() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "Please sign in first",
            "Your session has ended, and this is too much text to keep while you sign in. Nothing was changed. Sign in in another tab, then go back and submit it again.",
        )
        .link("Sign in", "/login")
    }

    /// The form of a browser in which nobody has signed in was submitted. It is not kept.
    #[must_use]
    pub fn sign_in_first() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "Please sign in first",
            "Nothing was changed. Sign in in another tab, then go back and submit the form again.",
        )
        .link("Sign in", "/login")
    }

    /// Any other error.
    #[must_use]
    pub fn from_app_error(error: &AppError) -> Self {
        let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let title = match error {
            AppError::NotFound => "Page not found",
            AppError::Forbidden { .. } => "You don’t have permission",
            AppError::MembershipEnded { .. } => "Your membership has ended",
            AppError::OrganizationEnded { .. } => "This workspace has ended",
            AppError::SignInRequired => "Please sign in",
            AppError::TooManySessions => "Too many sign-ins",
            AppError::Unavailable => "Tessera can’t be reached",
            AppError::Busy => "Tessera is busy",
            _ => "Something went wrong",
        };
        let mut message = Self::new(status, title, error.to_string()).link("Go to the start page", "/");
        message.retry_after = error.retry_after().or(message.retry_after);
        message
    }

    /// Returns the request id to show on an error page; `None` if the text contains the id already.
    fn request_id(&self) -> Option<String> {
        let is_error = self.status.is_client_error() || self.status.is_server_error();
        is_error.then(request_scope::current_id).filter(|id| !self.text.contains(id))
    }
}

impl From<Error> for Message {
    fn from(error: Error) -> Self {
        Self::from_app_error(&error.into())
    }
}

impl IntoResponse for Message {
    fn into_response(self) -> Response {
        let mut response = (self.status, self.text.clone()).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// Middleware that explains the response of the session layer when it could not store the session: the database is full,
/// away or takes no writes. The response has no text, as no other has.
pub async fn explain_unsaved_session(response: Response) -> Response {
    let is_bare = response.status() == StatusCode::INTERNAL_SERVER_ERROR
        && !response.headers().contains_key(header::CONTENT_TYPE)
        && response.extensions().get::<Message>().is_none();
    if is_bare { Message::from_app_error(&AppError::Unavailable).into_response() } else { response }
}

/// Middleware that renders a [`Message`] as an HTML page.
pub async fn render(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let Some(message) = response.extensions_mut().remove::<Message>() else { return response };
    let id = message.request_id();
    let Message { status, title, text, quote, actions, .. } = message;
    let html = page(&app.files.stylesheet, &title, &text, quote.as_deref(), &actions, id.as_deref());
    // Keep the other headers: the response may set the session's cookie, and say when to try again.
    let mut headers = std::mem::take(response.headers_mut());
    headers.remove(header::CONTENT_TYPE);
    (status, headers, Html(html.into_string())).into_response()
}
