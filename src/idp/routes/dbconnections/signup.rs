//! `POST /dbconnections/signup`: creates an account immediately.

use axum::{Json, extract::State};
use serde_json::{Value, json};

use crate::{
    idp::{
        accounts::{self, NewAccount},
        authentication::RequestSource,
        form,
        parameters::ApiParameters,
        password::policy::find_issue,
        requester::Requester,
        routes::dbconnections::{check::check, error::DbConnectionError},
        state::Idp,
        throttle,
        tickets::LoginContext,
    },
    kernel::metrics::Limit,
};

/// Creates an account. If the address is taken, responds with Auth0's ambiguous `invalid_signup` and notifies the owner
/// of the account.
pub async fn sign_up(
    State(idp): State<Idp>,
    requester: Requester,
    parameters: ApiParameters,
) -> Result<Json<Value>, DbConnectionError> {
    let checked = check(&mut idp.database.read().await?, parameters).await?;
    let refuse = |text: &str| Err(DbConnectionError::Refused(text.to_owned()));

    // Validate the request
    if !checked.connection.is_sign_up_enabled() {
        return refuse("public signup is disabled");
    }
    let (email, password) = (checked.email.as_str(), checked.parameters.text("password"));
    if password.is_empty() {
        return refuse("password is required");
    }
    if let Some(issue) = find_issue(&checked.connection.password_policy(), password, email) {
        return Err(DbConnectionError::Password(issue));
    }
    let name = match checked.parameters.get("name").map(form::name) {
        Some(Ok(name)) => name,
        Some(Err(_)) => return refuse("name must have between 1 and 300 characters"),
        None => email,
    };

    // Count the attempt before creating the account
    let mut tx = idp.database.write().await?;
    let counted = throttle::count_sign_up(&mut tx, &requester, idp.now()).await?;
    tx.commit().await?;
    idp.count_refusal(Limit::SignUps, &counted);
    counted.map_err(DbConnectionError::TooManyAttempts)?;

    // Create the account, or notify the owner of the existing one
    let context = LoginContext { application: Some(&checked.client.name), ..LoginContext::default() };
    let source = RequestSource { requester: &requester, client: Some(&checked.client.id), organization: None };
    let new = NewAccount { connection: &checked.connection, email, name, password };
    let Some(user) = accounts::create(&idp, &new, context, source).await? else {
        accounts::notify_owner(&idp, email, context, source).await?;
        return Err(DbConnectionError::InvalidSignUp);
    };

    // Respond with the id without its prefix, as Auth0 does here
    let id = user.id.as_str().trim_start_matches("auth0|");
    let mut answer = json!({"_id": id, "email_verified": user.email_verified, "email": user.email});
    if checked.parameters.get("name").is_some() {
        answer["name"] = user.name.into();
    }
    Ok(Json(answer))
}
