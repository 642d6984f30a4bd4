//! Leptos' pages: who may open them, and what their server functions find in context.

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

use super::{forms, message::Message, security};
use crate::{
    app::shell,
    server::{access, auth::session::BrowserSession, error::Error, state::AppState},
    web::ui::form::FormRetry,
};

/// Middleware: opens the organization that a page is in, or sends the person to sign in and back. Its page finds the
/// context among the request's extensions.
pub async fn guard(State(app): State<AppState>, mut request: Request, next: Next) -> Response {
    let Some(slug) = slug(request.uri().path()).map(str::to_owned) else { return next.run(request).await };
    // A name in an address is lower case, however it was typed.
    if slug.contains(char::is_uppercase) {
        let here = request.uri().path_and_query().map_or("/", |here| here.as_str());
        return Redirect::to(&here.replacen(&slug, &slug.to_lowercase(), 1)).into_response();
    }
    let browser = match BrowserSession::of(request.extensions()) {
        Some(session) => session.browser().await,
        None => Ok(None),
    };
    let opened = match browser {
        Ok(Some(browser)) => access::from_seat(&app, browser.id, &slug).await,
        Ok(None) => Err(Error::SignInRequired),
        Err(error) => Err(error),
    };
    match opened {
        Ok(context) => {
            request.extensions_mut().insert(context);
            next.run(request).await
        }
        Err(Error::SignInRequired) => {
            let here = request.uri().path_and_query().map_or("/", |here| here.as_str());
            sign_in(&slug, here, None).into_response()
        }
        Err(Error::MembershipEnded { organization }) => Message::membership_ended(&slug, &organization).into_response(),
        Err(error) => Message::from(error).into_response(),
    }
}

/// To the sign-in for the organization called `slug`, and back to `here`.
pub fn sign_in(slug: &str, here: &str, draft: Option<&str>) -> Redirect {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("organization_name", slug).append_pair("return_to", here);
    if let Some(draft) = draft {
        query.append_pair("draft", draft);
    }
    Redirect::to(&format!("/login?{}", query.finish()))
}

/// The organization that a path is in.
fn slug(path: &str) -> Option<&str> {
    path.strip_prefix("/o/")?.split('/').next().filter(|slug| !slug.is_empty())
}

/// Provides what pages and server functions use: the application's parts, and for pages a form to show again.
pub fn provide(app: &AppState) {
    provide_context(app.clone());
    provide_context(app.leptos.clone());
    let retry = use_context::<Parts>().and_then(|parts| parts.extensions.get::<FormRetry>().cloned());
    provide_context(retry);
    if let (Some(response), Some(nonce)) = (use_context::<ResponseOptions>(), leptos::nonce::use_nonce()) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, security::policy(&app.config, Some(&nonce)));
    }
}

/// Middleware: puts what was typed before a sign-in back into the page's form.
pub async fn restore_draft(State(app): State<AppState>, mut request: Request, next: Next) -> Response {
    let id = request.uri().query().and_then(|query| {
        form_urlencoded::parse(query.as_bytes()).find_map(|(name, value)| (name == "draft").then(|| value.into_owned()))
    });
    if let Some(id) = id {
        match forms::restore(&app, BrowserSession::of(request.extensions()), &id).await {
            Ok(Some(retry)) => _ = request.extensions_mut().insert(retry),
            Ok(None) => {}
            Err(error) => return Message::from(error).into_response(),
        }
    }
    next.run(request).await
}

/// Renders the page at the request's path.
pub async fn render(app: AppState, request: Request<Body>) -> Response {
    let (context, options) = (app.clone(), app.leptos.clone());
    leptos_axum::render_app_async_with_context(move || provide(&context), move || shell(options.clone()))(request).await
}

/// Renders the page that says that there is nothing at this path.
pub async fn not_found(State(app): State<AppState>, request: Request<Body>) -> Response {
    let mut response = render(app, request).await;
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_its_organization() {
        assert_eq!(slug("/o/acme"), Some("acme"));
        assert_eq!(slug("/o/acme/projects/WEB/board"), Some("acme"));
        assert_eq!(slug("/o/"), None);
        assert_eq!(slug("/organizations/acme"), None);
    }
}
