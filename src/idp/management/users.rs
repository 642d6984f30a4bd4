//! `/users` and `/users-by-email`: users of the tenant.

mod body;
mod checks;
mod create;
mod query;
mod search;
mod update;

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::get,
};

use serde_json::Value;

use self::body::UserBody;
use crate::{
    idp::{
        backchannel, form,
        id::UserId,
        management::{
            error::ApiError,
            guard::Caller,
            kit::{Fields, QueryText, Resource, find},
        },
        state::Idp,
        store::{
            profiles::{self, Profile},
            users,
        },
    },
    kernel::database::Tx,
};

pub fn router() -> Router<Idp> {
    Router::new()
        .route("/users", get(search::list).post(create::create))
        .route("/users/{id}", get(show).patch(update::update).delete(delete))
        .route("/users-by-email", get(by_email))
}

impl Resource for Profile {
    type Id = UserId;

    async fn find(tx: &mut Tx, id: &UserId) -> sqlx::Result<Option<Self>> {
        profiles::find(tx, id).await
    }

    fn not_found() -> ApiError {
        ApiError::no_user()
    }
}

async fn show(
    State(idp): State<Idp>,
    caller: Caller,
    Path(id): Path<UserId>,
    fields: Fields,
) -> Result<Json<Value>, ApiError> {
    caller.require_for(&id, &["read:users", "read:user_idp_tokens"], "read:current_user")?;
    let profile: Profile = find(&mut idp.database.read().await?, &id).await?;
    Ok(Json(fields.apply(UserBody::from(profile))))
}

/// Lists the users with an address, ignoring case: at most one user per connection.
async fn by_email(State(idp): State<Idp>, fields: Fields, query: QueryText) -> Result<Json<Vec<Value>>, ApiError> {
    let typed = query.get("email").unwrap_or_default();
    let email = form::email(typed).ok_or_else(|| {
        ApiError::invalid_query(&format!("Object didn't pass validation for format email: {typed}"), "email")
    })?;
    let found = profiles::by_email(&mut idp.database.read().await?, &email).await?;
    Ok(Json(found.into_iter().map(|profile| fields.apply(UserBody::from(profile))).collect()))
}

/// Deletes the user. Responds with 204 even if the user does not exist.
async fn delete(State(idp): State<Idp>, caller: Caller, Path(id): Path<UserId>) -> Result<StatusCode, ApiError> {
    caller.require_for(&id, &["delete:users"], "delete:current_user")?;
    let mut tx = idp.database.write().await?;
    let notifications = backchannel::end_sessions_of_user(&mut tx, &id, idp.now()).await?;
    users::delete(&mut tx, &id).await?;
    tx.commit().await?;
    notifications.send(&idp);
    Ok(StatusCode::NO_CONTENT)
}
