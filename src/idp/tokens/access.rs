//! Access tokens in the format of JWT, with the claims that their API's dialect defines.

use chrono::TimeDelta;
use serde::Serialize;

use crate::{
    idp::{id::ClientId, scope::Scope, state::Idp, store::apis::Api, tokens::organization_claims::OrganizationClaims},
    kernel::unix_time::UnixTime,
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
        idp.keys().sign_as(if is_rfc9068 { "at+jwt" } else { "JWT" }, &claims)
    }
}
