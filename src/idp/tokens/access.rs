//! Access tokens in the format of JWT, with the claims that their API's dialect defines.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use jsonwebtoken::{Algorithm, Header, errors::ErrorKind};
use ring::hmac;
use serde::Serialize;

use crate::{
    idp::{
        id::ClientId,
        scope::Scope,
        state::Idp,
        store::apis::{self, Api},
        tokens::organization_claims::OrganizationClaims,
    },
    kernel::{sealer::SealedText, unix_time::UnixTime},
};

/// Contents of an access token.
#[derive(Debug)]
pub struct AccessToken<'a> {
    pub subject: &'a str,
    pub client: &'a ClientId,
    pub api: &'a Api,
    pub scope: &'a Scope,
    pub organization: &'a OrganizationClaims,
    /// Permissions of the user or client; `None` to omit the claim.
    pub permissions: Option<&'a [String]>,
    /// Grant type of the request; `None` for authorization codes.
    pub grant_type: Option<&'static str>,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: Audience<'a>,
    iat: UnixTime,
    exp: UnixTime,
    scope: String,
    #[serde(flatten)]
    organization: &'a OrganizationClaims,
    #[serde(flatten)]
    dialect: Dialect<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    permissions: Option<&'a [String]>,
}

/// Claims that differ between the dialects.
#[derive(Serialize)]
#[serde(untagged)]
enum Dialect<'a> {
    Auth0 {
        azp: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        gty: Option<&'static str>,
    },
    /// Claims of RFC 9068 section 2.2.
    Rfc9068 { client_id: &'a str, jti: String },
}

#[derive(Serialize)]
#[serde(untagged)]
enum Audience<'a> {
    One(&'a str),
    WithUserinfo([&'a str; 2]),
}

impl AccessToken<'_> {
    pub fn sign(&self, idp: &Idp, now: UnixTime) -> Result<String, jsonwebtoken::errors::Error> {
        let (audience, userinfo) = (self.api.identifier.as_str(), idp.address("userinfo"));
        let is_rfc9068 = self.api.token_dialect.is_rfc9068();
        let claims = Claims {
            iss: idp.issuer.as_str(),
            sub: self.subject,
            aud: if self.scope.has("openid") {
                Audience::WithUserinfo([audience, &userinfo])
            } else {
                Audience::One(audience)
            },
            iat: now,
            exp: now.plus(TimeDelta::seconds(self.api.token_lifetime)),
            scope: self.scope.to_string(),
            organization: self.organization,
            dialect: if is_rfc9068 {
                Dialect::Rfc9068 { client_id: self.client.as_str(), jti: idp.random.alphanumeric(22) }
            } else {
                Dialect::Auth0 { azp: self.client.as_str(), gty: self.grant_type }
            },
            permissions: self.permissions,
        };
        let typ = if is_rfc9068 { "at+jwt" } else { "JWT" };
        match &self.api.signing_secret {
            Some(sealed) => sign_with_secret(idp, self.api, sealed, typ, &claims),
            None => idp.keys().sign_as(typ, &claims),
        }
    }
}

/// Signs `claims` with HS256 and the secret that the API shares (RFC 7518 section 3.2).
fn sign_with_secret(
    idp: &Idp,
    api: &Api,
    sealed: &SealedText,
    typ: &str,
    claims: &impl Serialize,
) -> Result<String, jsonwebtoken::errors::Error> {
    let secret = idp.sealer.open_text(&apis::seal_context(&api.id), sealed).map_err(|_| ErrorKind::InvalidKeyFormat)?;
    let header = Header { typ: Some(typ.to_owned()), ..Header::new(Algorithm::HS256) };
    let part = |json: Vec<u8>| URL_SAFE_NO_PAD.encode(json);
    let message = format!("{}.{}", part(serde_json::to_vec(&header)?), part(serde_json::to_vec(claims)?));
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), message.as_bytes());
    Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag)))
}
