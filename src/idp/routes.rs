//! Endpoints and pages of the provider, one file each.

mod account;
mod assets;
mod authorize;
mod callback;
mod consent;
mod cors;
mod dbconnections;
mod discovery;
mod email_verification;
mod error_page;
mod federate;
mod home;
mod host;
mod invitation;
mod jwks;
mod login;
mod logout;
mod mailbox;
mod name_organization;
mod oidc_logout;
mod organization;
mod reset_password;
mod revoke;
mod signup;
mod token;
mod userinfo;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderName, HeaderValue, header},
    middleware::{from_fn, from_fn_with_state, map_response_with_state},
    routing::{get, post},
};
use tower_http::{csrf::CsrfLayer, set_header::SetResponseHeaderLayer};

use crate::{
    idp::{
        console, flow::screen::Screen, keys::rotation::refresh_keys, management, page_error::PageError, paths,
        state::Idp,
    },
    kernel::metrics::{Service, count_request},
};

/// Maximum number of bytes in a request body.
const MAX_BODY_BYTES: usize = 64 * 1024;

const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Routes of every endpoint and page.
pub fn router(idp: Idp) -> Router {
    // Pages of this provider. Their forms are refused if they come from another origin.
    let pages = Router::new()
        .route(Screen::Login.path(), get(login::show).post(login::submit))
        .route("/u/login/demo", post(login::demo))
        .route(Screen::SignUp.path(), get(signup::show).post(signup::submit))
        .route(paths::SIGN_UP_CONFIRMATION, get(signup::confirm::show).post(signup::confirm::submit))
        .route(Screen::NameOrganization.path(), get(name_organization::show).post(name_organization::submit))
        .route(Screen::ChooseOrganization.path(), get(organization::show).post(organization::submit))
        .route(Screen::Invitation.path(), get(invitation::show).post(invitation::submit))
        .route(Screen::Federate.path(), get(federate::begin))
        .route(paths::RESET_PASSWORD, get(reset_password::show).post(reset_password::submit))
        .route(paths::RESET_PASSWORD_REQUEST, get(reset_password::request::show).post(reset_password::request::submit))
        .route(paths::EMAIL_VERIFICATION, get(email_verification::show).post(email_verification::submit))
        .route(Screen::ChooseAccount.path(), get(account::show).post(account::submit))
        .route(Screen::Consent.path(), get(consent::show).post(consent::submit))
        .route("/oidc/logout/confirm", post(oidc_logout::confirmed))
        .merge(mailbox::router(&idp))
        .route("/v2/logout/confirm", post(logout::confirmed))
        .layer(CsrfLayer::new());

    // Documents that every site may read
    let public = Router::new()
        .route("/.well-known/openid-configuration", get(discovery::document))
        .route("/.well-known/jwks.json", get(jwks::keys))
        .layer(from_fn(cors::of_everyone));

    // Endpoints that browser applications call, too
    let for_browsers = Router::new()
        .route("/oauth/token", post(token::exchange))
        .route("/oauth/revoke", post(revoke::revoke))
        .route("/userinfo", get(userinfo::userinfo).post(userinfo::userinfo))
        .layer(from_fn_with_state(idp.clone(), cors::of_clients));

    // Endpoints that applications call or redirect to
    Router::new()
        .route("/", get(home::show))
        .merge(public)
        .merge(for_browsers)
        .route("/authorize", get(authorize::authorize).post(authorize::posted))
        .route("/login/callback", get(callback::answer))
        .route("/dbconnections/signup", post(dbconnections::signup::sign_up))
        .route("/dbconnections/change_password", post(dbconnections::change_password::change_password))
        .route("/v2/logout", get(logout::logout))
        .route("/oidc/logout", get(oidc_logout::logout).post(oidc_logout::posted))
        .route("/assets/provider.css", get(assets::stylesheet))
        .nest(management::guard::PREFIX, management::router(&idp))
        .merge(pages)
        .merge(console::router(&idp))
        .fallback(async || PageError::NotFound)
        .layer(from_fn_with_state(idp.clone(), refresh_keys))
        .layer(from_fn_with_state(idp.clone(), host::check))
        .layer(map_response_with_state(idp.clone(), error_page::render))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(default_header(header::CACHE_CONTROL, "no-store"))
        .layer(default_header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(default_header(CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"))
        // `no-referrer` would not work: with it, browsers send `Origin: null` even for the forms of this provider.
        .layer(default_header(header::REFERRER_POLICY, "same-origin"))
        .layer(from_fn_with_state(idp.metrics.http(Service::Provider), count_request))
        .with_state(idp)
}

fn default_header(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}
