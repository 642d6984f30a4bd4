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

use super::{drafts, fragment, message::Message, security};
use crate::{
    app::document,
    server::{
        access,
        auth::session::{Browser, BrowserSession},
        error::Error,
        fair_queue::SlotKind,
        open_page,
        request_scope::RequestScope,
        state::AppState,
    },
    web::ui::{form::FormRetry, sent_form::PageToken},
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
    let browser = match BrowserSession::of(request.extensions()) {
        Some(session) => match session.browser().await {
            Ok(browser) => browser,
            Err(error) => return Message::from(error).into_response(),
        },
        None => None,
    };
    let context = match browser {
        Some(browser) => access::from_seat(&app, browser.id, &slug, SlotKind::Request).await,
        None => Err(Error::SignInRequired),
    };
    match context {
        Ok((context, _slot)) => {
            // The page is there whether or not this can be stored.
            if let Err(error) = context.store_time_zone().await {
                tracing::warn!(%error, "cannot store a time zone");
            }
            request.extensions_mut().insert(context);
            next.run(request).await
        }
        Err(Error::SignInRequired) => match lead_on(&app, browser, &slug, Opened::of(&request)).await {
            Ok(response) => response,
            Err(error) => Message::from(error).into_response(),
        },
        Err(Error::MembershipEnded { organization }) => Message::membership_ended(&slug, &organization).into_response(),
        Err(error) => Message::from(error).into_response(),
    }
}

/// The page that was asked for.
struct Opened {
    /// Its path and query.
    path: String,
    /// Whether its address may have a fragment.
    has_fragment: bool,
}

impl Opened {
    fn of(request: &Request) -> Self {
        Self { path: path_and_query(request).to_owned(), has_fragment: fragment::may_have(request.headers()) }
    }
}

/// Leads a member to the present name of the organization that was called `slug`, and everybody else to the sign-in.
async fn lead_on(
    app: &AppState,
    browser: Option<Browser>,
    slug: &str,
    Opened { path, has_fragment }: Opened,
) -> Result<Response, Error> {
    let moved = match browser {
        Some(browser) => open_page::moved(app, browser, slug).await?,
        None => None,
    };
    Ok(match moved {
        Some(moved) if moved.has_ended => Message::organization_ended(&moved.display_name).into_response(),
        Some(moved) => {
            Redirect::to(&path.replacen(&format!("/o/{slug}"), &format!("/o/{}", moved.slug), 1)).into_response()
        }
        None if has_fragment => fragment::page(app, &sign_in_address(slug, &path, None)),
        None => sign_in(slug, &path, None).into_response(),
    })
}

fn path_and_query(request: &Request) -> &str {
    request.uri().path_and_query().map_or("/", |path| path.as_str())
}

/// Redirects to the sign-in to the organization with the name `slug`; the sign-in returns to `return_to`.
pub(super) fn sign_in(slug: &str, return_to: &str, draft: Option<&str>) -> Redirect {
    Redirect::to(&sign_in_address(slug, return_to, draft))
}

/// Returns the address of that sign-in. Without a draft it ends with the page to return to, so that a fragment can be
/// appended.
fn sign_in_address(slug: &str, return_to: &str, draft: Option<&str>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("organization_name", slug).append_pair("return_to", return_to);
    if let Some(draft) = draft {
        query.append_pair(drafts::PARAMETER, draft);
    }
    format!("/login?{}", query.finish())
}

/// Returns the name of the organization that `path` is in.
fn slug(path: &str) -> Option<&str> {
    path.strip_prefix("/o/")?.split('/').next().filter(|slug| !slug.is_empty())
}

/// Provides the contexts of pages and server functions: the application state and, for pages, the form to render again.
pub fn provide(app: &AppState) {
    provide_context(app.clone());
    provide_context(app.leptos.clone());
    let parts = use_context::<Parts>();
    let extensions = parts.as_ref().map(|parts| &parts.extensions);
    // The id of the request is another for each page, and is on it anyway.
    let id = extensions.and_then(|extensions| extensions.get::<RequestScope>()).map(|scope| scope.id().to_owned());
    provide_context(PageToken(id.unwrap_or_default()));
    provide_context(extensions.and_then(|extensions| extensions.get::<FormRetry>().cloned()));
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
