//! HTML pages without scripts. Their Content-Security-Policy forbids scripts; only the answer as a message of a window is one.

pub mod account;
pub mod callback;
pub mod consent;
pub mod console;
pub mod email_verification;
pub mod error;
mod form_post;
pub mod home;
pub mod interstitial;
pub mod invitation;
pub mod login;
pub mod mailbox;
pub mod name_organization;
pub mod organization;
pub mod password_refusal;
pub mod reset_password;
pub mod sign_out;
pub mod signup;
mod web_message;

pub mod brand;
mod field;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use maud::{DOCTYPE, Markup, html};

use crate::idp::{authorization, flow::login::Login, state::Idp, store::organizations::Organization};

/// A page with its status and headers.
#[derive(Debug)]
pub struct Page {
    status: StatusCode,
    markup: Markup,
    /// Further origins to which the forms of the page may lead. Chromium also applies `form-action` to redirects after
    /// a form.
    form_targets: Vec<String>,
    /// Value of the header `Retry-After`, in seconds.
    retry_after: Option<i64>,
}

impl Page {
    fn new(markup: Markup) -> Self {
        Self { status: StatusCode::OK, markup, form_targets: Vec::new(), retry_after: None }
    }

    /// Creates a page of `login`, whose forms may lead to the client's callback.
    fn of_login(markup: Markup, login: &Login) -> Self {
        let mut form_targets: Vec<_> = login.request.callback.origin().into_iter().collect();
        form_targets.extend(authorization::origin(&login.client.initiate_login_uri));
        form_targets.dedup();
        Self { form_targets, ..Self::new(markup) }
    }

    pub fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// Sets the status 429 and the header `Retry-After`.
    pub fn with_retry_after(self, seconds: i64) -> Self {
        Self { status: StatusCode::TOO_MANY_REQUESTS, retry_after: Some(seconds), ..self }
    }

    fn policy(&self) -> HeaderValue {
        let targets = self.form_targets.iter().fold(String::new(), |list, target| format!("{list} {target}"));
        let policy = format!(
            "default-src 'none'; style-src 'self'; img-src 'self' data: https:; form-action 'self'{targets}; \
             base-uri 'none'; frame-ancestors 'none'"
        );
        HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'; style-src 'self'"))
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let policy = self.policy();
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
            (header::CONTENT_SECURITY_POLICY, policy),
        ];
        let retry_after = self.retry_after.map(|seconds| [(header::RETRY_AFTER, seconds.to_string())]);
        let body = (self.status, headers, self.markup.into_string());
        match retry_after {
            Some(retry_after) => (retry_after, body).into_response(),
            None => body.into_response(),
        }
    }
}

/// Renders the `head` of a document.
fn head(title: &str) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="robots" content="noindex";
            title { (title) }
            link rel="stylesheet" href="/assets/provider.css";
            link rel="icon" href="data:,";
        }
    }
}

/// Renders the HTML document around a card.
fn layout(host: Option<&str>, organization: Option<&Organization>, title: &str, card: &Markup) -> Markup {
    let colour = organization.and_then(brand::colour);
    html! {
        (DOCTYPE)
        html lang="en" {
            (head(title))
            body {
                main class="card" {
                    @if let Some(colour) = colour {
                        (brand::stripe(colour))
                    }
                    (card)
                }
                @if let Some(host) = host {
                    footer class="host" {
                        "You are at " span class="host-name" { (host) }
                    }
                }
            }
        }
    }
}

/// Renders the heading of a card, below the organization's avatar or the provider's logo.
fn heading(organization: Option<&Organization>, title: &str, below: &Markup) -> Markup {
    html! {
        header class="card-head" {
            @match organization {
                Some(organization) => (brand::avatar(organization)),
                None => (brand::logo()),
            }
            h1 { (title) }
            p class="lead" { (below) }
        }
    }
}

/// Renders an error of the whole form, which screen readers announce when the page opens.
fn alert(message: Option<&str>) -> Markup {
    html! {
        @if let Some(message) = message {
            p class="alert" id="form-error" role="alert" { (message) }
        }
    }
}

/// Renders the hidden field with the `state` of the login.
fn state(login: &Login) -> Markup {
    html! { input type="hidden" name="state" value=(login.state); }
}

/// Creates a page with `card`, within a login if there is one.
fn page_with_or_without_login(idp: &Idp, login: Option<&Login>, title: &str, card: &Markup) -> Page {
    match login {
        Some(login) => login_page(idp, login, title, card),
        None => Page::new(layout(Some(idp.host()), None, title, card)),
    }
}

/// Creates a page of `login` with `card`.
fn login_page(idp: &Idp, login: &Login, title: &str, card: &Markup) -> Page {
    Page::of_login(layout(Some(idp.host()), login.organization.as_ref(), title, card), login)
}
