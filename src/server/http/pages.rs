//! Renders the Leptos pages: access to organizations, contexts and drafts.

use axum::{
    body::Body,
    extract::{Request, State},
    http::{StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse as _, Redirect, Response},
};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use url::form_urlencoded;

use super::{drafts, message::Message, security};
use crate::{
    app::document,
    server::{access, auth::session::BrowserSession, error::Error, fair_queue::SlotKind, state::AppState},
    web::ui::form::FormRetry,
};

/// Middleware that authorizes access to the organization of a page and adds its context to the request's extensions. A
/// person without a seat is redirected to the sign-in. The page is rendered in a slot of its organization.
pub async fn guard(State(app): State<AppState>, mut request: Request, next: Next) -> Response {
    let Some(slug) = slug(request.uri().path()).map(str::to_owned) else {
        return match app.slot(None, SlotKind::Request).await {
            Ok(_slot) => next.run(request).await,
            Err(error) => Message::from(error).into_response(),
        };
    };
    // Organization names in URLs are lower case.
    if slug.contains(char::is_uppercase) {
        let path = path_and_query(&request);
        return Redirect::to(&path.replacen(&slug, &slug.to_lowercase(), 1)).into_response();
    }
    let browser = match BrowserSession::of(request.extensions()) {
        Some(session) => session.browser().await,
        None => Ok(None),
    };
    let context = match browser {
        Ok(Some(browser)) => access::from_seat(&app, browser.id, &slug, SlotKind::Request).await,
        Ok(None) => Err(Error::SignInRequired),
        Err(error) => Err(error),
    };
    match context {
        Ok((context, _slot)) => {
            request.extensions_mut().insert(context);
            next.run(request).await
        }
        Err(Error::SignInRequired) => sign_in(&slug, path_and_query(&request), None).into_response(),
        Err(Error::MembershipEnded { organization }) => Message::membership_ended(&slug, &organization).into_response(),
        Err(error) => Message::from(error).into_response(),
    }
}

fn path_and_query(request: &Request) -> &str {
    request.uri().path_and_query().map_or("/", |path| path.as_str())
}

/// Redirects to the sign-in to the organization with the name `slug`; the sign-in returns to `return_to`.
pub(super) fn sign_in(slug: &str, return_to: &str, draft: Option<&str>) -> Redirect {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("organization_name", slug).append_pair("return_to", return_to);
    if let Some(draft) = draft {
        query.append_pair(drafts::PARAMETER, draft);
    }
    Redirect::to(&format!("/login?{}", query.finish()))
}

/// Returns the name of the organization that `path` is in.
fn slug(path: &str) -> Option<&str> {
    path.strip_prefix("/o/")?.split('/').next().filter(|slug| !slug.is_empty())
}

/// Provides the contexts of pages and server functions: the application state and, for pages, the form to render again.
pub fn provide(app: &AppState) {
    provide_context(app.clone());
    provide_context(app.leptos.clone());
    let retry = use_context::<Parts>().and_then(|parts| parts.extensions.get::<FormRetry>().cloned());
    provide_context(retry);
    if let (Some(response), Some(nonce)) = (use_context::<ResponseOptions>(), leptos::nonce::use_nonce()) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, security::policy(&app.config, Some(&nonce)));
    }
}

/// Renders the page at the request's path.
pub async fn render(app: AppState, request: Request<Body>) -> Response {
    let (context, files) = (app.clone(), app.files.clone());
    let document = if slug(request.uri().path()).is_some() { document::workspace } else { document::visitor };
    leptos_axum::render_app_async_with_context(move || provide(&context), move || document(&files))(request).await
}

/// Renders the “not found” page.
pub async fn not_found(State(app): State<AppState>, request: Request<Body>) -> Response {
    let mut response = render(app, request).await;
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_organization_in_a_path() {
        assert_eq!(slug("/o/acme"), Some("acme"));
        assert_eq!(slug("/o/acme/projects/WEB/board"), Some("acme"));
        assert_eq!(slug("/o/"), None);
        assert_eq!(slug("/organizations/acme"), None);
    }
}
