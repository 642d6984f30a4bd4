//! The router: all routes and their middleware.

use std::{sync::OnceLock, time::Duration};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::StatusCode,
    middleware::{from_fn, from_fn_with_state, map_request, map_request_with_state, map_response},
    response::IntoResponse as _,
    routing::{any, get, post},
};
use leptos::prelude::IntoView;
use leptos_axum::{AxumRouteListing, LeptosRoutes as _};
use tower::ServiceBuilder;
use tower_http::{
    CompressionLevel,
    catch_panic::CatchPanicLayer,
    compression::CompressionLayer,
    csrf::CsrfLayer,
    request_id::{PropagateRequestIdLayer, SetRequestIdLayer},
    timeout::TimeoutLayer,
    trace::TraceLayer,
};
use tower_sessions::{Expiry, SessionManagerLayer, cookie::SameSite, cookie::time};

use super::{
    assets, canonical, client, drafts, forms, health, host, live_stream,
    message::{self, Message},
    pages,
    request_id::{self, NewId},
    security,
    sign_in::{backchannel, callback, forget_recent, invitation, login, logout},
    vanity,
};
use crate::{
    app::{App, document, visitors::Visitors},
    domain::errors::AppError,
    kernel::{
        cookies,
        metrics::{Service, count_request},
    },
    server::{
        auth::{session, session_store::Store},
        request_scope, rest,
        state::AppState,
    },
};

/// How long a session lasts without activity.
const SESSION_LIFETIME: time::Duration = time::Duration::days(14);

/// Maximum duration of a request.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Builds the router of the application.
pub fn router(app: &AppState) -> Router {
    let sessions = SessionManagerLayer::new(Store::new(app.db.clone(), app.clock.clone()))
        .with_name(cookies::name(session::COOKIE, app.config.is_https()))
        .with_secure(app.config.is_https())
        .with_http_only(true)
        // `Strict` would drop the cookie when the provider redirects back from another site.
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(SESSION_LIFETIME));
    let new_id = NewId { clock: app.clock.clone(), random: app.random.clone() };
    let csrf = CsrfLayer::new().with_rejection_response(|_| Message::cross_site().into_response());
    let context = app.clone();
    let provide = move || pages::provide(&context);
    let routes = page_routes(provide.clone());
    let (for_workspace, for_visitor) = (app.files.clone(), app.files.clone());
    let workspace = move || document::workspace(&for_workspace);
    let visitor = move || document::visitor(&for_visitor);
    let pages = Router::new()
        .leptos_routes_with_context(app, routes.workspace, provide.clone(), workspace)
        .leptos_routes_with_context(app, routes.visitor, provide, visitor)
        .fallback(pages::not_found)
        .layer(
            ServiceBuilder::new()
                .layer(from_fn_with_state(app.clone(), pages::guard))
                .layer(from_fn_with_state(app.clone(), drafts::restore))
                .layer(from_fn_with_state(app.clone(), invitation::resume)),
        );
    let browser_routes = Router::new()
        .route("/login", get(login::get))
        .route("/callback", get(callback::get))
        .route("/logout", get(logout::get).post(logout::post))
        .route("/o/{org}/live", get(live_stream::get))
        .route("/sign-in/forget", post(forget_recent::post))
        // forms::run has a limit of its own, which keeps the submitted values.
        .route("/fn/{*function}", any(forms::run).layer(DefaultBodyLimit::disable()))
        .merge(invitation::router())
        .merge(pages)
        // Layers run from the last to the first.
        .layer(sessions)
        .layer(map_response(message::explain_unsaved_session))
        .layer(map_request(|mut request: Request| {
            // The session layer decodes cookie names, so that a sibling host could plant a session under an encoded
            // name.
            cookies::drop_disguised_names(request.headers_mut());
            std::future::ready(request)
        }))
        .layer(csrf)
        .layer(from_fn_with_state(app.clone(), message::render))
        .layer(from_fn(canonical::redirect))
        .layer(from_fn_with_state(app.clone(), vanity::redirect));
    Router::new()
        .merge(browser_routes)
        // Called by the provider, not by a browser: no session and no CSRF check.
        .route("/backchannel-logout", post(backchannel::post))
        .merge(rest::router())
        .merge(assets::router(&app.leptos))
        // Monitoring may ask for the state of health at any host.
        .layer(from_fn_with_state(app.clone(), host::check))
        .layer(from_fn_with_state(app.clone(), message::render))
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .layer(
            ServiceBuilder::new()
                .layer(from_fn_with_state(app.metrics.http(Service::Application), count_request))
                .layer(map_request_with_state(app.clone(), client::identify))
                .map_request(request_id::drop_malformed)
                .layer(SetRequestIdLayer::x_request_id(new_id))
                .layer(TraceLayer::new_for_http().make_span_with(request_id::span))
                .layer(PropagateRequestIdLayer::x_request_id())
                .layer(from_fn(request_id::scope))
                .layer(from_fn_with_state(security::Settings::new(&app.config), security::headers))
                // A page is compressed for one answer. What a better level saves takes longer to find than to send.
                .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
                .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
                    let error = AppError::Internal { reference: request_scope::current_id() };
                    tracing::error!(%error, "a handler panicked");
                    (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response()
                }))
                .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, TIMEOUT)),
        )
        .with_state(app.clone())
}

/// The routes of the Leptos pages.
#[derive(Clone)]
struct PageRoutes {
    workspace: Vec<AxumRouteListing>,
    visitor: Vec<AxumRouteListing>,
}

/// Returns the routes of the Leptos pages.
///
/// They are generated once: while Leptos generates them, a page that is being rendered in the same process never
/// finishes (leptos-rs/leptos issue 4773). This matters where several applications share a process, as in the tests.
fn page_routes(provide: impl Fn() + Clone + Send + 'static) -> PageRoutes {
    static ROUTES: OnceLock<PageRoutes> = OnceLock::new();
    let generate = || PageRoutes { workspace: routes_of(App, provide.clone()), visitor: routes_of(Visitors, provide) };
    ROUTES.get_or_init(generate).clone()
}

fn routes_of<V: IntoView + 'static>(
    pages: impl Fn() -> V + Clone + Send + 'static,
    provide: impl Fn() + Clone + Send + 'static,
) -> Vec<AxumRouteListing> {
    // Exclude Leptos' own routes for server functions: they would precede forms::run, which handles plain forms.
    let functions = leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path.to_owned()).collect();
    leptos_axum::generate_route_list_with_exclusions_and_ssg_and_context(pages, Some(functions), provide).0
}
