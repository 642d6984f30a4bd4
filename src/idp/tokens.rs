//! Issues access tokens, ID tokens and refresh tokens.

mod access;
mod organization_claims;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use self::{access::AccessToken, organization_claims::OrganizationClaims};
use crate::{
    idp::{
        granted_scope::GrantedScope,
        scope::Scope,
        state::Idp,
        store::{
            apis::{self, Api},
            clients::Client,
            grants::Grant,
            organizations::Organization,
            tokens,
            users::User,
        },
    },
    kernel::{database::Tx, unix_time::UnixTime},
};

/// Lifetime of an ID token, which is Auth0's default.
const ID_TOKEN_LIFETIME: TimeDelta = TimeDelta::hours(10);

/// Response of the token endpoint (RFC 6749 section 5.1).
#[derive(Debug, Serialize)]
pub struct TokenSet {
    access_token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    scope: String,
    /// Lifetime of the access token in seconds.
    expires_in: i64,
    token_type: &'static str,
}

/// Why tokens could not be issued.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error("a token cannot be signed: {0}")]
    Signing(#[from] jsonwebtoken::errors::Error),
}

/// Grant type of the token request.
#[derive(Clone, Copy, Debug)]
pub enum GrantType<'a> {
    /// `authorization_code`, with the nonce of the login.
    AuthorizationCode {
        nonce: Option<&'a str>,
    },
    RefreshToken,
}

/// Claims of a user that the scope allows (OpenID Connect Core section 5.4).
#[derive(Clone, Debug, Serialize)]
pub struct Profile<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nickname: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    picture: Option<&'a str>,
    /// Time of the last change in ISO 8601, as in Auth0. The standard requires seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email_verified: Option<bool>,
}

impl<'a> Profile<'a> {
    pub fn new(user: &'a User, scope: &Scope) -> Self {
        let (profile, email) = (scope.has("profile"), scope.has("email"));
        Self {
            name: profile.then_some(&user.name),
            nickname: profile.then_some(&user.nickname),
            picture: user.picture.as_deref().filter(|_| profile),
            updated_at: profile.then(|| user.updated_at.iso()),
            email: email.then_some(&user.email),
            email_verified: email.then_some(user.email_verified),
        }
    }
}

#[derive(Serialize)]
struct IdTokenClaims<'a> {
    #[serde(flatten)]
    profile: Profile<'a>,
    iss: &'a str,
    aud: &'a str,
    sub: &'a str,
    iat: UnixTime,
    exp: UnixTime,
    sid: &'a str,
    /// Binds the access token of the same response (OpenID Connect Core section 3.1.3.6).
    at_hash: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_time: Option<UnixTime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
    #[serde(flatten)]
    organization: &'a OrganizationClaims,
}

/// Issues tokens for `scope`, which must be within the scope of the grant. The permissions are computed from the
/// current roles.
pub async fn issue(
    idp: &Idp,
    tx: &mut Tx,
    grant: &Grant,
    scope: &Scope,
    user: &User,
    grant_type: GrantType<'_>,
) -> Result<TokenSet, Error> {
    let now = idp.now();
    let organization = OrganizationClaims::of_grant(tx, grant).await?;
    let GrantedScope { scope, permissions, api } =
        GrantedScope::of_person(tx, scope, grant.audience.as_deref(), grant.organization_id.as_ref(), &user.id).await?;

    let lifetime = api.as_ref().map_or(apis::DEFAULT_TOKEN_LIFETIME, |api| TimeDelta::seconds(api.token_lifetime));
    let access_token = match &api {
        Some(api) => AccessToken {
            subject: user.id.as_str(),
            client: &grant.client_id,
            api,
            scope: &scope,
            organization: &organization,
            permissions: permissions.as_deref(),
            grant_type: matches!(grant_type, GrantType::RefreshToken).then_some("refresh_token"),
        }
        .sign(idp, now)?,
        None => idp.random.token(),
    };
    if scope.has("openid") {
        tokens::insert_access(tx, &access_token, &grant.id, now.plus(lifetime), now).await?;
    }

    let id_token = if scope.has("openid") {
        Some(idp.keys().sign(&IdTokenClaims {
            profile: Profile::new(user, &scope),
            iss: idp.issuer.as_str(),
            aud: grant.client_id.as_str(),
            sub: user.id.as_str(),
            iat: now,
            exp: now.plus(ID_TOKEN_LIFETIME),
            sid: grant.sid.as_str(),
            at_hash: access_token_hash(&access_token),
            auth_time: grant.auth_time,
            nonce: if let GrantType::AuthorizationCode { nonce } = grant_type { nonce } else { None },
            organization: &organization,
        })?)
    } else {
        None
    };

    let may_refresh = api.as_ref().is_none_or(|api| api.allow_offline_access);
    let refresh_token = if may_refresh && grant.scope.has("offline_access") {
        let token = idp.random.token();
        tokens::insert_refresh(tx, &token, &grant.id, now).await?;
        Some(token)
    } else {
        None
    };

    Ok(TokenSet {
        access_token,
        id_token,
        refresh_token,
        scope: scope.to_string(),
        expires_in: lifetime.num_seconds(),
        token_type: "Bearer",
    })
}

/// Returns the left half of the hash that RS256 uses, in base64url.
fn access_token_hash(access_token: &str) -> String {
    let hash = Sha256::digest(access_token);
    URL_SAFE_NO_PAD.encode(&hash[..hash.len() / 2])
}

/// Issues an access token to `client` on its own behalf, for `organization` if given.
pub async fn issue_to_client(
    idp: &Idp,
    tx: &mut Tx,
    client: &Client,
    api: &Api,
    scope: &Scope,
    organization: Option<&Organization>,
) -> Result<TokenSet, Error> {
    let granted = GrantedScope::to_client(api, scope);
    let access_token = AccessToken {
        subject: &format!("{}@clients", client.id),
        client: &client.id,
        api,
        scope: &granted.scope,
        organization: &match organization {
            Some(organization) => OrganizationClaims::new(tx, organization).await?,
            None => OrganizationClaims::default(),
        },
        permissions: granted.permissions.as_deref(),
        grant_type: Some("client-credentials"),
    };
    Ok(TokenSet {
        access_token: access_token.sign(idp, idp.now())?,
        id_token: None,
        refresh_token: None,
        scope: scope.to_string(),
        expires_in: api.token_lifetime,
        token_type: "Bearer",
    })
}
