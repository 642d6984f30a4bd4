//! The method `private_key_jwt`: a client authenticates with a JWT that it signed (RFC 7521 section 4.2, RFC 7523).

use chrono::TimeDelta;
use jsonwebtoken::{
    Algorithm, DecodingKey, Header, Validation,
    jwk::{Jwk, PublicKeyUse},
};
use serde::Deserialize;
use serde_json::Value;

use crate::{
    idp::{
        parameters::Parameters,
        state::Idp,
        store::{
            assertions,
            clients::{self, Client},
        },
        token_request::{error::TokenError, parameters::required},
    },
    kernel::{database::Tx, unix_time::UnixTime},
};

/// The only supported type of assertion (RFC 7523 section 2.2).
const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// Accepted signature algorithms of assertions.
const ALGORITHMS: [Algorithm; 3] = [Algorithm::RS256, Algorithm::PS256, Algorithm::ES256];
/// Maximum lifetime of an assertion, as in Auth0.
const MAX_LIFETIME: TimeDelta = TimeDelta::minutes(5);
/// Tolerated difference between the clocks of the client and the provider, as in Auth0.
const LEEWAY: TimeDelta = TimeDelta::seconds(10);
/// Maximum number of characters in the `jti` of an assertion, as in Auth0.
const MAX_ID_LENGTH: usize = 64;

#[derive(Debug, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Value,
    exp: i64,
    iat: Option<i64>,
    nbf: Option<i64>,
    jti: String,
}

/// Authenticates the client by its assertion, which can be used once.
pub async fn authenticate(idp: &Idp, tx: &mut Tx, parameters: &Parameters) -> Result<Client, TokenError> {
    let refuse = TokenError::invalid_assertion;
    let assertion_type = required(parameters, "client_assertion_type")?;
    let assertion = required(parameters, "client_assertion")?;
    if assertion_type != TYPE {
        return Err(TokenError::invalid_request(format!("Unsupported client_assertion_type: {assertion_type}")));
    }

    // Find the client that the assertion names
    let header = jsonwebtoken::decode_header(assertion).map_err(|_| refuse("it is no JWT"))?;
    // No extension is understood (RFC 7515 section 4.1.11).
    if header.crit.is_some() {
        return Err(refuse("it has critical headers"));
    }
    let said = jsonwebtoken::dangerous::insecure_decode::<Claims>(assertion)
        .map_err(|_| refuse("its claims are not those of an assertion"))?
        .claims;
    if parameters.get("client_id").is_some_and(|id| id != said.iss) {
        return Err(refuse("client_id is another client"));
    }
    let client = clients::find(tx, &said.iss).await?.ok_or_else(|| refuse("there is no such client"))?;

    // Verify the signature, the audience and the lifetime
    let claims = verify(&client, &header, assertion).ok_or_else(|| refuse("no key of the client signed it"))?;
    let endpoint = idp.address("oauth/token");
    let now = idp.now();
    check(&claims, [idp.issuer.as_str(), &endpoint], now).map_err(refuse)?;

    // Record the assertion as used
    let until = UnixTime::from_seconds(claims.exp).plus(LEEWAY);
    if assertions::claim(tx, &client.id, &claims.jti, until, now).await? {
        Ok(client)
    } else {
        Err(refuse("it was used before"))
    }
}

/// Verifies the signature with the client's keys and returns the claims.
fn verify(client: &Client, header: &Header, assertion: &str) -> Option<Claims> {
    if !ALGORITHMS.contains(&header.alg) {
        return None;
    }
    let mut validation = Validation::new(header.alg);
    // The claims with times are checked below, with the clock of the provider.
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    let keys = client.public_keys.0.iter().filter_map(|key| serde_json::from_value::<Jwk>(key.clone()).ok());
    keys.filter(|key| is_for(key, header)).find_map(|key| {
        let key = DecodingKey::from_jwk(&key).ok()?;
        jsonwebtoken::decode(assertion, &key, &validation).ok().map(|token| token.claims)
    })
}

/// Whether the key may have signed a token with this header.
fn is_for(key: &Jwk, header: &Header) -> bool {
    let signs = key.common.public_key_use.as_ref().is_none_or(|used| *used == PublicKeyUse::Signature);
    let has_name = header.kid.is_none() || key.common.key_id.is_none() || header.kid == key.common.key_id;
    let has_algorithm = key.common.key_algorithm.is_none_or(|algorithm| algorithm == header.alg.into());
    signs && has_name && has_algorithm
}

/// Checks the claims of the assertion (RFC 7523 section 3). `Err` contains the reason of a refusal.
fn check(claims: &Claims, us: [&str; 2], now: UnixTime) -> Result<(), &'static str> {
    let is_us = |value: &Value| value.as_str().is_some_and(|audience| us.contains(&audience));
    let is_for_us = match &claims.aud {
        Value::Array(several) => several.iter().any(is_us),
        one => is_us(one),
    };
    let at = UnixTime::from_seconds;
    if claims.iss != claims.sub {
        Err("iss and sub differ")
    } else if !is_for_us {
        Err("it is for another audience")
    } else if at(claims.exp).plus(LEEWAY) <= now {
        Err("it has expired")
    } else if at(claims.exp) > now.plus(MAX_LIFETIME + LEEWAY) {
        Err("it is good for too long")
    } else if [claims.iat, claims.nbf].into_iter().flatten().any(|time| at(time) > now.plus(LEEWAY)) {
        Err("it is not good yet")
    } else if claims.jti.is_empty() || claims.jti.chars().count() > MAX_ID_LENGTH {
        Err("its jti is empty or too long")
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: UnixTime = UnixTime::from_seconds(1_788_000_000);

    fn claims(change: &Value) -> Claims {
        let mut claims = json!({"iss": "c", "sub": "c", "aud": "https://i/", "exp": NOW.seconds() + 60, "jti": "1"});
        claims.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        serde_json::from_value(claims).unwrap()
    }

    #[test]
    fn an_assertion_is_for_this_issuer_and_a_short_time() {
        let now = NOW.seconds();
        let check = |change: &Value| check(&claims(change), ["https://i/", "https://i/oauth/token"], NOW);
        for good in [
            json!({}),
            json!({"aud": ["x", "https://i/oauth/token"]}),
            json!({"exp": now - 9}),
            json!({"exp": now + 310}),
            json!({"iat": now + 10}),
        ] {
            assert_eq!(check(&good), Ok(()), "{good}");
        }
        for bad in [
            json!({"sub": "d"}),
            json!({"aud": "https://other/"}),
            json!({"aud": {"x": 1}}),
            json!({"exp": now - 10}),
            json!({"exp": now + 311}),
            json!({"exp": i64::MAX}),
            json!({"exp": i64::MIN}),
            json!({"nbf": now + 11}),
            json!({"jti": ""}),
            json!({"jti": "x".repeat(65)}),
        ] {
            assert!(check(&bad).is_err(), "{bad}");
        }
    }
}
