//! Client authentication (RFC 6749 section 2.3): by a secret in the body or HTTP Basic, or by an assertion.

mod assertion;

use axum::http::{HeaderMap, header};
use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{
    idp::{
        parameters::Parameters,
        state::Idp,
        store::clients::{self, Client},
        token_request::error::TokenError,
    },
    kernel::database::Tx,
};

/// Authenticates the client. A public client only sends its id.
pub async fn authenticate(
    idp: &Idp,
    tx: &mut Tx,
    headers: &HeaderMap,
    parameters: &Parameters,
) -> Result<Client, TokenError> {
    let (posted_id, posted_secret) = (parameters.get("client_id"), parameters.get("client_secret"));
    let by_header = headers.contains_key(header::AUTHORIZATION);
    let by_assertion = ["client_assertion", "client_assertion_type"].iter().any(|name| parameters.get(name).is_some());
    let several_ways = || TokenError::invalid_request("Use one way of client authentication.");
    if by_assertion {
        if by_header || posted_secret.is_some() {
            return Err(several_ways());
        }
        return assertion::authenticate(idp, tx, parameters).await;
    }
    let (id, secret) = if by_header {
        let (id, secret) = basic(headers).ok_or_else(|| TokenError::unauthorized(true))?;
        if posted_secret.is_some() || posted_id.is_some_and(|posted| posted != id) {
            return Err(several_ways());
        }
        (id, Some(secret))
    } else {
        let id = posted_id.ok_or_else(|| TokenError::invalid_request("Missing required parameter: client_id"))?;
        (id.to_owned(), posted_secret.map(str::to_owned))
    };

    let client = clients::find(tx, &id).await?.ok_or_else(|| TokenError::unauthorized(by_header))?;
    let proven = match (&client.secret_hash, &secret) {
        (Some(hash), Some(secret)) => hash.matches(secret),
        (Some(_), None) => false,
        // A client with keys cannot authenticate without an assertion.
        (None, _) => client.is_public(),
    };
    if proven { Ok(client) } else { Err(TokenError::unauthorized(by_header)) }
}

/// Decodes the id and the secret of HTTP Basic, both of which are form-encoded.
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let joined = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = joined.split_once(':')?;
    Some((form_decoded(id)?, form_decoded(secret)?))
}

fn form_decoded(text: &str) -> Option<String> {
    // The text is a single form value, so an `&` that the client did not encode is encoded here.
    let pair = format!("v={}", text.replace('&', "%26"));
    url::form_urlencoded::parse(pair.as_bytes()).next().map(|(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(credentials: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let value = format!("Basic {}", STANDARD.encode(credentials));
        headers.insert(header::AUTHORIZATION, value.parse().unwrap());
        headers
    }

    #[test]
    fn id_and_secret_are_decoded() {
        let pair = |id: &str, secret: &str| Some((id.to_owned(), secret.to_owned()));
        assert_eq!(basic(&headers("a:b")), pair("a", "b"));
        assert_eq!(basic(&headers("a%3Ab:c%20d:e")), pair("a:b", "c d:e"));
        assert_eq!(basic(&headers("a:b&c=d")), pair("a", "b&c=d"));
        assert_eq!(basic(&headers("nothing")), None);
    }
}
