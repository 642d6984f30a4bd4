//! Security headers of every response.

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

use crate::server::config::Config;

/// What the security headers depend on.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The content security policy of answers without scripts.
    policy: HeaderValue,
    is_https: bool,
}

impl Settings {
    #[must_use]
    pub fn new(config: &Config) -> Self {
        Self { policy: policy(config, None), is_https: config.is_https() }
    }
}

/// Middleware that adds the security headers. Leptos pages set their own content security policy, with a nonce.
pub async fn headers(State(settings): State<Settings>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(settings.policy);
    let fixed = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if settings.is_https {
        let value = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, value);
    }
    // Personal data must not be cached.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-store"));
    response
}

/// Returns the content security policy, with the nonce of the page's scripts if it has one. `form-action` includes the
/// provider, because browsers apply it to the redirect of a form that signs a person in or out.
pub fn policy(config: &Config, nonce: Option<&str>) -> HeaderValue {
    let scripts =
        nonce.map_or_else(|| "'none'".to_owned(), |nonce| format!("'self' 'nonce-{nonce}' 'wasm-unsafe-eval'"));
    let provider = config.provider.issuer.url().origin().ascii_serialization();
    let policy = format!(
        "default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self' data: https:; font-src 'self'; \
         connect-src 'self'; manifest-src 'self'; form-action 'self' {provider}; base-uri 'none'; frame-ancestors 'none'"
    );
    // An origin and a nonce are ASCII, so the fallback is never used.
    HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
}
