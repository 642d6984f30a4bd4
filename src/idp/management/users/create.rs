//! `POST /users`: creates a user.

use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::idp::{
    form,
    id::UserId,
    management::{
        error::ApiError,
        kit::{Payload, find, respond},
        users::{
            body::UserBody,
            checks::{check_password, inexistent_connection},
        },
    },
    state::Idp,
    store::{
        JsonText,
        connections::{self, Connection, Strategy},
        profiles::Profile,
        users::{self, NewUser, User},
    },
    tickets::{self, LoginContext},
};

#[derive(Debug, Deserialize)]
pub struct NewUserBody {
    connection: String,
    email: Option<String>,
    password: Option<String>,
    /// Part of the user's id after `auth0|`.
    user_id: Option<String>,
    username: Option<String>,
    email_verified: Option<bool>,
    /// Whether to send a mail with the link that verifies the address.
    verify_email: Option<bool>,
    phone_number: Option<String>,
    phone_verified: Option<bool>,
    name: Option<String>,
    nickname: Option<String>,
    given_name: Option<String>,
    family_name: Option<String>,
    picture: Option<String>,
    blocked: Option<bool>,
    user_metadata: Option<Map<String, Value>>,
    app_metadata: Option<Map<String, Value>>,
}

/// Creates a user with a password.
pub async fn create(
    State(idp): State<Idp>,
    Payload(body): Payload<NewUserBody>,
) -> Result<(StatusCode, Json<UserBody>), ApiError> {
    // Validate the body
    let connection = connections::by_name(&mut idp.database.read().await?, &body.connection).await?;
    let connection = connection.ok_or_else(inexistent_connection)?;
    let (email, typed) = check(&body, &connection)?;
    check_password(&connection.password_policy(), typed, &email)?;

    // Insert the user
    let password_hash = idp.passwords.hash(typed, &idp.random).await?;
    let id = match body.user_id.as_deref() {
        None | Some("") => UserId::random(&idp.random),
        Some(chosen) => UserId::unchecked(&format!("auth0|{chosen}")),
    };
    let new = NewUser {
        id: &id,
        connection_id: &connection.id,
        email: &email,
        email_verified: body.email_verified.unwrap_or_default(),
        name: body.name.as_deref().unwrap_or(&email),
        password_hash: Some(&password_hash),
    };
    let mut tx = idp.database.write().await?;
    if !users::insert(&mut tx, &new, idp.now()).await? {
        return Err(ApiError::conflict("The user already exists.", Some("auth0_idp_error")));
    }
    let mut user: User = find(&mut tx, &id).await?;
    let sends_verification = !user.email_verified && body.verify_email.unwrap_or(true);
    complete(&mut user, body);
    users::update(&mut tx, &user).await?;
    if sends_verification {
        tickets::send_email_verification(&mut tx, &idp, &user, LoginContext::default()).await?;
    }
    let profile: Profile = find(&mut tx, &id).await?;
    respond::created(tx, profile.into()).await
}

/// Validates the body. Returns the address in lower case, and the password.
fn check<'a>(body: &'a NewUserBody, connection: &Connection) -> Result<(String, &'a str), ApiError> {
    if connection.strategy != Strategy::Auth0 {
        return Err(ApiError::unsupported(
            "Connection does not support user creation through the API. It must either be a database or passwordless \
             connection.",
        ));
    }
    let missing = |name: &str| ApiError::invalid_body(&format!("Missing required property: {name}"), "");
    let email = body.email.as_deref().and_then(form::email).ok_or_else(|| missing("email"))?;
    let typed = body.password.as_deref().ok_or_else(|| missing("password"))?;
    // No connection of this provider requires user names.
    if body.username.is_some() {
        return Err(ApiError::unsupported("Cannot set username for connection without requires_username"));
    }
    Ok((email, typed))
}

/// Sets the optional properties of the user.
fn complete(user: &mut User, body: NewUserBody) {
    if let Some(nickname) = body.nickname {
        user.nickname = nickname;
    }
    user.phone_number = body.phone_number;
    user.phone_verified = body.phone_verified;
    user.given_name = body.given_name;
    user.family_name = body.family_name;
    user.picture = body.picture;
    user.blocked = body.blocked.unwrap_or_default();
    user.user_metadata = JsonText(without_nulls(body.user_metadata));
    user.app_metadata = JsonText(without_nulls(body.app_metadata));
}

fn without_nulls(metadata: Option<Map<String, Value>>) -> Map<String, Value> {
    metadata.unwrap_or_default().into_iter().filter(|(_, value)| !value.is_null()).collect()
}
