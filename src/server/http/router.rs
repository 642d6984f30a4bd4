//! Every route, and the layers around them.

use std::time::Duration;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::StatusCode,
    middleware::{from_fn, from_fn_with_state},
    response::IntoResponse as _,
    routing::{any, get},
};
use leptos_axum::LeptosRoutes as _;
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer, compression::CompressionLayer, csrf::CsrfLayer, timeout::TimeoutLayer,
    trace::TraceLayer,
};
use tower_sessions::{Expiry, SessionManagerLayer, cookie::SameSite, cookie::time};

use super::{
    assets, forms, health,
    message::{self, Message},
    pages, security,
};
use crate::{
    app::{App, shell},
    error::AppError,
    server::{
        auth::{callback, login, logout, session, session_store::Store},
        rest,
        state::AppState,
    },
};

/// How long a session lasts without a request.
const SESSION_IDLE: time::Duration = time::Duration::days(14);

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
        .with_expiry(Expiry::OnInactivity(SESSION_IDLE));
    let csrf = CsrfLayer::new().with_rejection_response(|_| Message::cross_site().into_response());
    let (context, options) = (app.clone(), app.leptos.clone());
    let routes = {
        let context = app.clone();
        leptos_axum::generate_route_list_with_exclusions_and_ssg_and_context(App, None, move || {
            pages::provide(&context)
        })
        .0
    };
    let pages = Router::new()
        .leptos_routes_with_context(app, routes, move || pages::provide(&context), move || shell(options.clone()))
        .fallback(pages::not_found)
        .layer(
            ServiceBuilder::new()
                .layer(from_fn_with_state(app.clone(), pages::guard))
                .layer(from_fn_with_state(app.clone(), pages::restore_draft)),
        );
    let people = Router::new()
        .route("/login", get(login::get))
        .route("/callback", get(callback::get))
        .route("/logout", get(logout::get).post(logout::post))
        .route("/fn/{*function}", any(forms::run).layer(DefaultBodyLimit::max(forms::MAX_BYTES)))
        .merge(pages)
        // From the inside out.
        .layer(sessions)
        .layer(csrf)
        .layer(from_fn_with_state(app.clone(), message::render))
        .layer(from_fn_with_state(app.clone(), pages::vanity_host));
    let mut files = Router::new();
    let root = std::path::PathBuf::from(app.leptos.site_root.as_ref());
    let built = Router::new().fallback_service(assets::folder(root.join(app.leptos.site_pkg_dir.as_ref())));
    let built = if app.leptos.hash_files {
        built.layer(from_fn(assets::cache_hashed))
    } else {
        built.layer(from_fn(assets::revalidate))
    };
    files = files.nest(&format!("/{}", app.leptos.site_pkg_dir), built);
    for name in public_names(&root, &app.leptos.site_pkg_dir) {
        let path = root.join(&name);
        files = if path.is_dir() {
            files.nest_service(&format!("/{name}"), assets::folder(path))
        } else {
            files.route_service(&format!("/{name}"), tower_http::services::ServeFile::new(path))
        };
    }
    Router::new()
        .merge(people)
        .merge(rest::router())
        .merge(files)
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .layer(
            ServiceBuilder::new()
                .layer(TraceLayer::new_for_http())
                .layer(from_fn_with_state(app.clone(), security::headers))
                .layer(CompressionLayer::new())
                .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
                    let error = AppError::Internal { reference: crate::random::Random::system().alphanumeric(8) };
                    tracing::error!(%error, "a handler panicked");
                    (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response()
                }))
                .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, TIMEOUT)),
        )
        .with_state(app.clone())
}

/// The names at the top of the site's folder, which shadow no route of ours because they are ours too.
fn public_names(root: &std::path::Path, pkg: &str) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(root) else { return Vec::new() };
    entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name != pkg && !name.ends_with(".br") && !name.ends_with(".gz"))
        .collect()
}
