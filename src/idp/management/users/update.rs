//! `PATCH /users/{id}`: updates a user.

use axum::{
    Json,
    extract::{Path, State},
};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{
    idp::{
        backchannel::{self, LogoutNotifications},
        form,
        id::UserId,
        management::{
            error::ApiError,
            guard::Caller,
            kit::{LockedUser, Payload, find, patch},
            users::{
                body::UserBody,
                checks::{check_password, inexistent_connection},
            },
        },
        state::Idp,
        store::{
            self,
            connections::{self, Strategy},
            grants,
            profiles::Profile,
            users::{self, User},
        },
        tickets::{self, LoginContext},
    },
    kernel::unix_time::UnixTime,
};

/// Changes to a user. `None` keeps a property, `Some(None)` removes it.
#[derive(Debug, Deserialize)]
pub struct UserPatch {
    #[serde(default, deserialize_with = "patch::sent")]
    email: Option<Option<String>>,
    #[serde(default, deserialize_with = "patch::sent")]
    password: Option<Option<String>>,
    #[serde(default, deserialize_with = "patch::sent")]
    username: Option<Option<String>>,
    #[serde(default, deserialize_with = "patch::sent")]
    phone_number: Option<Option<String>>,
    #[serde(default, deserialize_with = "patch::sent")]
    name: Option<Option<String>>,
    #[serde(default, deserialize_with = "patch::sent")]
    nickname: Option<Option<String>>,
    #[serde(default, deserialize_with = "patch::sent")]
    given_name: Option<Option<String>>,
    #[serde(default, deserialize_with = "patch::sent")]
    family_name: Option<Option<String>>,
    #[serde(default, deserialize_with = "patch::sent")]
    picture: Option<Option<String>>,
    email_verified: Option<bool>,
    /// Whether to send a mail with the link that verifies the new address.
    verify_email: Option<bool>,
    phone_verified: Option<bool>,
    blocked: Option<bool>,
    user_metadata: Option<Map<String, Value>>,
    app_metadata: Option<Map<String, Value>>,
    /// Name of the user's connection.
    connection: Option<String>,
    client_id: Option<String>,
}

pub async fn update(
    State(idp): State<Idp>,
    caller: Caller,
    Path(id): Path<UserId>,
    Payload(patch): Payload<UserPatch>,
) -> Result<Json<UserBody>, ApiError> {
    // Authorize the caller
    if !patch.are_to(&["app_metadata"]) || !caller.has("update:users_app_metadata") {
        let own = if patch.are_to(&["user_metadata"]) { "update:current_user_metadata" } else { "update:users" };
        caller.require_for(&id, &["update:users"], own)?;
    }

    // Validate the patch
    let mut tx = idp.database.read().await?;
    let profile: Profile = find(&mut tx, &id).await?;
    if let Some(client) = &patch.client_id
        && store::clients::find(&mut tx, client).await?.is_none()
    {
        return Err(ApiError::no_such_client());
    }
    let connection = connections::find(&mut tx, &profile.user.connection_id).await?.ok_or_else(ApiError::no_user)?;
    drop(tx);
    patch.check(&profile)?;
    let password_hash = match patch.password.as_ref().and_then(Option::as_deref) {
        Some(typed) => {
            check_password(&connection.password_policy(), typed, &profile.user.email)?;
            Some(idp.passwords.hash(typed, &idp.random).await?)
        }
        None => None,
    };

    // Update the user
    let mut tx = idp.database.write().await?;
    let now = idp.now();
    let LockedUser(id) = find(&mut tx, &id).await?;
    let mut user: User = find(&mut tx, &id).await?;
    let signs_out = patch.blocked == Some(true) || password_hash.is_some();
    let (email_before, verify_email) = (user.email.clone(), patch.verify_email == Some(true));
    patch.apply(&mut user, password_hash, now);
    users::update(&mut tx, &user).await.map_err(|error| {
        let taken = ApiError::bad_request("The specified new email already exists", Some("auth0_idp_error"));
        if store::is_taken(&error) { taken } else { error.into() }
    })?;
    if verify_email && user.email != email_before && !user.email_verified {
        tickets::send_email_verification(&mut tx, &idp, &user, LoginContext::default()).await?;
    }

    // End the sessions and revoke the grants of a user with a new password or a block
    let mut notifications = LogoutNotifications::default();
    if signs_out {
        notifications = backchannel::end_sessions_of_user(&mut tx, &id, now).await?;
        grants::update_revoked_of_user(&mut tx, &id, now).await?;
    }

    // Respond with the updated user
    let profile: Profile = find(&mut tx, &id).await?;
    tx.commit().await?;
    notifications.send(&idp);
    Ok(Json(profile.into()))
}

impl UserPatch {
    /// Returns the names of the properties in the patch.
    fn names(&self) -> Vec<&'static str> {
        let all = [
            ("email", self.email.is_some()),
            ("email_verified", self.email_verified.is_some()),
            ("family_name", self.family_name.is_some()),
            ("given_name", self.given_name.is_some()),
            ("name", self.name.is_some()),
            ("nickname", self.nickname.is_some()),
            ("password", self.password.is_some()),
            ("phone_number", self.phone_number.is_some()),
            ("phone_verified", self.phone_verified.is_some()),
            ("picture", self.picture.is_some()),
            ("username", self.username.is_some()),
            ("blocked", self.blocked.is_some()),
            ("user_metadata", self.user_metadata.is_some()),
            ("app_metadata", self.app_metadata.is_some()),
        ];
        all.into_iter().filter_map(|(name, sent)| sent.then_some(name)).collect()
    }

    /// Whether the patch changes no properties other than `names`.
    fn are_to(&self, names: &[&str]) -> bool {
        self.names().iter().all(|name| names.contains(name))
    }

    /// Validates the patch for the user `profile`.
    fn check(&self, profile: &Profile) -> Result<(), ApiError> {
        for (name, value) in [("email", &self.email), ("password", &self.password)] {
            if *value == Some(None) {
                return Err(ApiError::invalid_body("Expected type string but found type null", name));
            }
        }
        if self.connection.as_ref().is_some_and(|name| *name != profile.connection) {
            return Err(inexistent_connection());
        }
        if profile.strategy != Strategy::Auth0 {
            // For users of another issuer, each sign-in overwrites all other properties with the issuer's.
            let here = ["blocked", "user_metadata", "app_metadata"];
            let elsewhere: Vec<_> = self.names().into_iter().filter(|name| !here.contains(name)).collect();
            if !elsewhere.is_empty() {
                let (names, connection) = (elsewhere.join(", "), &profile.connection);
                return Err(ApiError::unsupported(format!(
                    "The following user attributes cannot be updated: {names}. The connection ({connection}) should \
                     either be a database connection (using the Auth0 store), a passwordless connection (email or sms) \
                     or has disabled 'Sync user profile attributes at each login'. For more information, see \
                     https://auth0.com/docs/dashboard/guides/connections/configure-connection-sync"
                )));
            }
        }
        if matches!(self.username, Some(Some(_))) {
            return Err(ApiError::unsupported("Cannot set username for connection without requires_username"));
        }
        for (name, sent) in [("email", self.email.is_some()), ("email_verified", self.email_verified.is_some())] {
            if sent && self.password.is_some() {
                return Err(ApiError::unsupported(format!("Cannot update password and {name} simultaneously")));
            }
        }
        Ok(())
    }

    fn apply(self, user: &mut User, password_hash: Option<String>, now: UnixTime) {
        if let Some(email) = self.email.flatten().as_deref().and_then(form::email)
            && email != user.email
        {
            user.email = email;
            user.email_verified = false;
        }
        user.email_verified = self.email_verified.unwrap_or(user.email_verified);
        user.phone_verified = self.phone_verified.or(user.phone_verified);
        user.blocked = self.blocked.unwrap_or(user.blocked);
        if let Some(name) = self.name {
            user.name = name.unwrap_or_else(|| user.email.clone());
        }
        if let Some(nickname) = self.nickname {
            user.nickname = nickname.unwrap_or_else(|| users::nickname(&user.email).to_owned());
        }
        set(&mut user.phone_number, self.phone_number);
        set(&mut user.given_name, self.given_name);
        set(&mut user.family_name, self.family_name);
        set(&mut user.picture, self.picture);
        merge(&mut user.user_metadata.0, self.user_metadata);
        merge(&mut user.app_metadata.0, self.app_metadata);
        if password_hash.is_some() {
            user.password_hash = password_hash;
            user.last_password_reset = Some(now);
        }
        user.updated_at = now;
    }
}

fn set<T>(property: &mut Option<T>, change: Option<Option<T>>) {
    if let Some(value) = change {
        *property = value;
    }
}

/// Replaces keys at the top level of the metadata. The value `null` removes a key.
fn merge(metadata: &mut Map<String, Value>, changes: Option<Map<String, Value>>) {
    for (name, value) in changes.into_iter().flatten() {
        if value.is_null() {
            metadata.remove(&name);
        } else {
            metadata.insert(name, value);
        }
    }
}
