//! Every route, and the layers around them.

use std::{sync::OnceLock, time::Duration};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::StatusCode,
    middleware::from_fn_with_state,
    response::IntoResponse as _,
    routing::{any, get, post},
};
use leptos_axum::{AxumRouteListing, LeptosRoutes as _};
use tower::{ServiceBuilder, limit::GlobalConcurrencyLimitLayer};
use tower_http::{
    catch_panic::CatchPanicLayer, compression::CompressionLayer, csrf::CsrfLayer, timeout::TimeoutLayer,
    trace::TraceLayer,
};
use tower_sessions::{Expiry, SessionManagerLayer, cookie::SameSite, cookie::time};

use super::{
    assets, forms, health, live_stream,
    message::{self, Message},
    pages, security,
    sign_in::{backchannel, callback, invitation, login, logout, recent},
    vanity,
};
use crate::{
    app::{App, shell},
    domain::errors::AppError,
    server::{
        auth::{session, session_store::Store},
        rest,
        state::AppState,
    },
};

/// How long a session lasts, counted from the last sign-in.
const SESSION_LIFETIME: time::Duration = time::Duration::days(14);

/// Enough to render while other pages wait for the database.
const PAGES_AT_ONCE_PER_CORE: usize = 8;

/// How long a request may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The application.
pub fn router(app: &AppState) -> Router {
    let sessions = SessionManagerLayer::new(Store::new(app.db.clone(), app.clock.clone()))
        .with_name(session::cookie_name(app.config.is_https()))
        .with_secure(app.config.is_https())
        .with_http_only(true)
        // The provider leads back from another site, which Strict would not survive.
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(SESSION_LIFETIME));
    let csrf = CsrfLayer::new().with_rejection_response(|_| Message::cross_site().into_response());
    let (context, options) = (app.clone(), app.leptos.clone());
    let provide = move || pages::provide(&context);
    let pages = Router::new()
        .leptos_routes_with_context(app, page_routes(provide.clone()), provide, move || shell(options.clone()))
        .fallback(pages::not_found)
        .layer(
            ServiceBuilder::new()
                .layer(GlobalConcurrencyLimitLayer::new(pages_at_once()))
                .layer(from_fn_with_state(app.clone(), pages::guard))
                .layer(from_fn_with_state(app.clone(), pages::restore_draft))
                .layer(from_fn_with_state(app.clone(), invitation::lead_back)),
        );
    let people = Router::new()
        .route("/login", get(login::get))
        .route("/callback", get(callback::get))
        .route("/logout", get(logout::get).post(logout::post))
        .route("/o/{org}/live", get(live_stream::get))
        .route("/sign-in/forget", post(recent::forget))
        // It has a limit of its own, at which nothing that was typed is lost.
        .route("/fn/{*function}", any(forms::run).layer(DefaultBodyLimit::disable()))
        .merge(invitation::router())
        .merge(pages)
        // From the inside out.
        .layer(sessions)
        .layer(csrf)
        .layer(from_fn_with_state(app.clone(), message::render))
        .layer(from_fn_with_state(app.clone(), vanity::redirect));
    Router::new()
        .merge(people)
        // The provider calls it, not a browser: no session, no origin.
        .route("/backchannel-logout", post(backchannel::post))
        .merge(rest::router())
        .merge(assets::router(&app.leptos))
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .layer(
            ServiceBuilder::new()
                .layer(TraceLayer::new_for_http().make_span_with(span))
                .layer(from_fn_with_state(app.clone(), security::headers))
                .layer(CompressionLayer::new())
                .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
                    let error =
                        AppError::Internal { reference: crate::kernel::random::Random::system().alphanumeric(8) };
                    tracing::error!(%error, "a handler panicked");
                    (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response()
                }))
                .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, TIMEOUT)),
        )
        .with_state(app.clone())
}

/// Names a request in the log: without its query, which may hold a ticket or a code.
fn span(request: &Request) -> tracing::Span {
    tracing::debug_span!("request", method = %request.method(), path = request.uri().path())
}

/// How many pages are rendered at the same time. More would not be ready sooner, and each takes memory.
fn pages_at_once() -> usize {
    PAGES_AT_ONCE_PER_CORE * std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// The addresses of the pages.
///
/// They are made once: while Leptos makes them, a page that is being rendered in the same process never ends
/// (leptos-rs/leptos issue 4773). That matters where several applications share a process, as in the tests.
fn page_routes(provide: impl Fn() + Clone + Send + 'static) -> Vec<AxumRouteListing> {
    static ROUTES: OnceLock<Vec<AxumRouteListing>> = OnceLock::new();
    let make = || {
        // Leptos' own routes for server functions would go before ours, which knows what a plain form needs.
        let functions = leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path.to_owned()).collect();
        leptos_axum::generate_route_list_with_exclusions_and_ssg_and_context(App, Some(functions), provide).0
    };
    ROUTES.get_or_init(make).clone()
}
