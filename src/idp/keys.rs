//! The key that signs tokens: made on first start, kept, published.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use rand::{SeedableRng as _, rngs::StdRng};
use rsa::{
    RsaPrivateKey,
    pkcs1::{DecodeRsaPrivateKey as _, EncodeRsaPrivateKey as _, LineEnding},
    traits::PublicKeyParts as _,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use sqlx::SqliteConnection;

use super::{Error, store, time::Timestamp};
use crate::random::Random;

const BITS: usize = 2048;

/// An RSA key that signs with RS256, which is all that Auth0's clients are told to accept.
pub struct SigningKey {
    kid: String,
    modulus: String,
    exponent: String,
    encoding: EncodingKey,
    decoding: DecodingKey,
}

/// The signing key of the database, made first if there is none.
pub async fn load_or_generate(
    conn: &mut SqliteConnection,
    random: &Random,
    now: Timestamp,
) -> Result<SigningKey, Error> {
    if let Some(pem) = store::keys::newest(conn).await? {
        return SigningKey::from_pem(&pem);
    }
    let mut rng = StdRng::from_seed(random.bytes());
    let generated = tokio::task::spawn_blocking(move || {
        let key = RsaPrivateKey::new(&mut rng, BITS).map_err(|error| Error::Key(error.to_string()))?;
        key.to_pkcs1_pem(LineEnding::LF).map_err(|error| Error::Key(error.to_string()))
    });
    let pem = generated.await.map_err(|error| Error::Key(error.to_string()))??;
    let key = SigningKey::from_pem(&pem)?;
    store::keys::insert(conn, &key.kid, &pem, now).await?;
    Ok(key)
}

impl SigningKey {
    fn from_pem(pem: &str) -> Result<Self, Error> {
        let key = RsaPrivateKey::from_pkcs1_pem(pem).map_err(|error| Error::Key(error.to_string()))?;
        let modulus = URL_SAFE_NO_PAD.encode(key.n().to_bytes_be());
        let exponent = URL_SAFE_NO_PAD.encode(key.e().to_bytes_be());
        let pkcs1 = |error: jsonwebtoken::errors::Error| Error::Key(error.to_string());
        Ok(Self {
            kid: thumbprint(&modulus, &exponent),
            encoding: EncodingKey::from_rsa_pem(pem.as_bytes()).map_err(pkcs1)?,
            decoding: DecodingKey::from_rsa_components(&modulus, &exponent).map_err(pkcs1)?,
            modulus,
            exponent,
        })
    }

    /// The JSON Web Key Set (RFC 7517 section 5).
    pub fn jwks(&self) -> serde_json::Value {
        json!({"keys": [{
            "kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.kid, "n": self.modulus, "e": self.exponent,
        }]})
    }

    /// A compact JWT with `claims`. About a millisecond.
    pub fn sign(&self, claims: &impl Serialize) -> Result<String, jsonwebtoken::errors::Error> {
        let header = Header { kid: Some(self.kid.clone()), ..Header::new(Algorithm::RS256) };
        jsonwebtoken::encode(&header, claims, &self.encoding)
    }

    /// The claims of a token that this key signed, whether or not it has expired.
    pub fn verify_ignoring_expiry<T: DeserializeOwned>(&self, token: &str, issuer: &str) -> Option<T> {
        let mut validation = Validation::new(Algorithm::RS256);
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.set_required_spec_claims(&["iss"]);
        validation.set_issuer(&[issuer]);
        jsonwebtoken::decode(token, &self.decoding, &validation).ok().map(|token| token.claims)
    }
}

/// The JWK thumbprint of RFC 7638 section 3: the same key has the same name everywhere.
fn thumbprint(modulus: &str, exponent: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!(r#"{{"e":"{exponent}","kty":"RSA","n":"{modulus}"}}"#)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 7638 section 3.1.
    #[test]
    fn a_thumbprint_is_that_of_the_rfc() {
        let modulus = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKR\
                       XjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAt\
                       aSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPk\
                       sINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
        assert_eq!(thumbprint(modulus, "AQAB"), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }
}
