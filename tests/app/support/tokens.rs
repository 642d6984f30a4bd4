//! Tokens with arbitrary claims and signatures.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use super::keys::Key;

pub const CLIENT_ID: &str = "tessera-under-test";
pub const AUDIENCE: &str = "https://api.tessera.example/";

/// The start of every token that [`Token::sign`] makes with RS256: `{"typ":"JWT","alg":"RS256"` in base64.
pub const JWT_START: &str = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiIs";

/// The value of a claim that a signed token does not have, even if the provider would add it.
pub const MISSING: &str = "(missing)";

/// The signature of a token.
#[derive(Clone, Debug)]
pub enum Signing {
    /// RS256 with the provider's current key.
    Good,
    /// RS256 with a key of an attacker, under the key id of the provider's key.
    Forged,
    /// RS256 with this key id, which the provider does not publish.
    UnknownKey(&'static str),
    /// RS256 with the provider's current key, whatever the header says. Fields that are null are left out.
    Header(Value),
    /// `alg: none`, no signature.
    None,
    /// HS256 with these bytes as the secret.
    Hs256(Vec<u8>),
}

/// A token before it is signed.
#[derive(Clone, Debug)]
pub struct Token {
    pub claims: Value,
    pub signing: Signing,
}

impl Token {
    /// Sets a claim, or removes it if `value` is null.
    pub fn set(&mut self, claim: &str, value: impl Into<Value>) -> &mut Self {
        let claims = self.claims.as_object_mut().unwrap();
        match value.into() {
            Value::Null => claims.remove(claim),
            value => claims.insert(claim.to_owned(), value),
        };
        self
    }

    /// Encodes the token in compact form. Its [`Signing`] decides whether `key` signs it.
    pub fn sign(&self, key: &Key) -> String {
        let mut claims = self.claims.clone();
        claims.as_object_mut().unwrap().retain(|_, value| value != MISSING);
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let rs256 = |kid: &str, encoding: &EncodingKey| {
            let header = Header { kid: Some(kid.to_owned()), ..Header::new(Algorithm::RS256) };
            jsonwebtoken::encode(&header, &claims, encoding).unwrap()
        };
        match &self.signing {
            Signing::Good => rs256(key.kid, &key.encoding),
            Signing::Forged => rs256(key.kid, &Key::second().encoding),
            Signing::UnknownKey(kid) => rs256(kid, &key.encoding),
            Signing::Hs256(secret) => {
                let header = Header { kid: Some(key.kid.to_owned()), ..Header::new(Algorithm::HS256) };
                jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(secret)).unwrap()
            }
            Signing::Header(fields) => {
                let mut header = json!({ "alg": "RS256", "typ": "JWT", "kid": key.kid });
                for (name, value) in fields.as_object().unwrap() {
                    header[name] = value.clone();
                }
                header.as_object_mut().unwrap().retain(|_, value| !value.is_null());
                let message = format!("{}.{}", part(&header), part(&claims));
                let signature =
                    jsonwebtoken::crypto::sign(message.as_bytes(), &key.encoding, Algorithm::RS256).unwrap();
                format!("{message}.{signature}")
            }
            Signing::None => format!("{}.{}.", part(&json!({ "alg": "none", "kid": key.kid })), part(&claims)),
        }
    }
}

/// The tokens and the PKCE challenge of a sign-in.
#[derive(Clone, Debug)]
pub struct Grant {
    pub id_token: Token,
    pub access_token: Token,
    pub has_refresh_token: bool,
    pub challenge: String,
}

/// The lifetime of tokens in seconds.
pub const LIFETIME: i64 = 900;

impl Grant {
    /// Creates the grant that the provider issues for `sub` in `organization`. `permissions` contains those that an API
    /// with role-based access control adds.
    pub fn new(issuer: &str, sub: &str, organization: Option<&str>, permissions: Option<&[String]>) -> Self {
        let email = tessera::testing::server::seed::demo_data::PEOPLE
            .iter()
            .find(|person| person.sub == sub)
            .map(|person| person.email.to_owned());
        let email = email.unwrap_or_else(|| format!("{sub}@example.com"));
        let mut id_token = Token {
            claims: json!({
                "iss": issuer, "sub": sub, "aud": CLIENT_ID, "sid": "sid", "email": email,
                "name": sub, "updated_at": "2026-01-02T03:04:05.678Z",
            }),
            signing: Signing::Good,
        };
        let mut access_token = Token {
            claims: json!({
                "iss": issuer, "sub": sub, "aud": [AUDIENCE, format!("{issuer}userinfo")], "azp": CLIENT_ID,
                "scope": "openid profile email offline_access",
            }),
            signing: Signing::Good,
        };
        id_token.set("org_id", organization);
        access_token.set("org_id", organization).set("permissions", permissions.map(<[String]>::to_vec));
        Self { id_token, access_token, has_refresh_token: true, challenge: String::new() }
    }

    /// Sets the times of tokens that are issued at `now`, unless the test has set them.
    pub fn at(mut self, now: DateTime<Utc>) -> Self {
        for token in [&mut self.id_token, &mut self.access_token] {
            let claims = token.claims.as_object_mut().unwrap();
            claims.entry("iat").or_insert(now.timestamp().into());
            claims.entry("exp").or_insert((now.timestamp() + LIFETIME).into());
        }
        self
    }
}
