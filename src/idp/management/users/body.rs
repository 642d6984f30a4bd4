//! JSON of a user.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    idp::{
        id::UserId,
        store::{connections::Strategy, profiles::Profile},
    },
    kernel::unix_time::UnixTime,
};

/// JSON of a user, which never contains a password.
#[derive(Debug, Serialize)]
pub struct UserBody {
    user_id: UserId,
    email: String,
    email_verified: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_verified: Option<bool>,
    name: String,
    nickname: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    given_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    family_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    picture: Option<String>,
    identities: [Identity; 1],
    #[serde(skip_serializing_if = "Map::is_empty")]
    user_metadata: Map<String, Value>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    app_metadata: Map<String, Value>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    blocked: bool,
    created_at: String,
    updated_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_password_reset: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_login: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_ip: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    logins_count: Option<i64>,
}

/// Connection of a user, and the user's subject there.
#[derive(Debug, Serialize)]
struct Identity {
    connection: String,
    /// Subject (`sub`) of the user without the prefix of the provider.
    user_id: String,
    provider: Strategy,
    #[serde(rename = "isSocial")]
    is_social: bool,
}

impl From<Profile> for UserBody {
    fn from(profile: Profile) -> Self {
        let Profile { user, connection, strategy } = profile;
        let local = user.id.as_str().split_once('|').map_or(user.id.as_str(), |(_, local)| local).to_owned();
        Self {
            identities: [Identity { connection, user_id: local, provider: strategy, is_social: false }],
            user_id: user.id,
            email: user.email,
            email_verified: user.email_verified,
            username: user.username,
            phone_number: user.phone_number,
            phone_verified: user.phone_verified,
            name: user.name,
            nickname: user.nickname,
            given_name: user.given_name,
            family_name: user.family_name,
            picture: user.picture,
            user_metadata: user.user_metadata.0,
            app_metadata: user.app_metadata.0,
            blocked: user.blocked,
            created_at: user.created_at.iso(),
            updated_at: user.updated_at.iso(),
            last_password_reset: user.last_password_reset.map(UnixTime::iso),
            last_login: user.last_login.map(UnixTime::iso),
            last_ip: user.last_ip,
            logins_count: (user.logins_count > 0).then_some(user.logins_count),
        }
    }
}
