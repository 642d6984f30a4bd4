//! `GET /.well-known/openid-configuration`: the discovery document.

use axum::{Json, extract::State, http::header, response::IntoResponse};
use serde_json::json;

use crate::idp::{scope::STANDARD, state::Idp};

/// Supported methods of client authentication.
const METHODS: [&str; 4] = ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"];

/// Returns the metadata of this issuer (OpenID Connect Discovery section 3).
pub async fn document(State(idp): State<Idp>) -> impl IntoResponse {
    let document = json!({
        "issuer": idp.issuer,
        "authorization_endpoint": idp.address("authorize"),
        "token_endpoint": idp.address("oauth/token"),
        "revocation_endpoint": idp.address("oauth/revoke"),
        "userinfo_endpoint": idp.address("userinfo"),
        "jwks_uri": idp.address(".well-known/jwks.json"),
        "end_session_endpoint": idp.address("oidc/logout"),
        "scopes_supported": STANDARD,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "fragment", "form_post", "web_message"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "code_challenge_methods_supported": ["S256"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": METHODS,
        "token_endpoint_auth_signing_alg_values_supported": ["RS256", "PS256", "ES256"],
        "revocation_endpoint_auth_methods_supported": METHODS,
        "revocation_endpoint_auth_signing_alg_values_supported": ["RS256", "PS256", "ES256"],
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
        "claims_supported": [
            "at_hash", "aud", "auth_time", "email", "email_verified", "exp", "iat", "iss", "name", "nickname", "nonce", "org_id",
            "picture", "sid", "sub", "updated_at",
        ],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "authorization_response_iss_parameter_supported": true,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
    });
    ([(header::CACHE_CONTROL, "public, max-age=15, stale-while-revalidate=15")], Json(document))
}
