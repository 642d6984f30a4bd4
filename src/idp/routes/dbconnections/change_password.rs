//! `POST /dbconnections/change_password`: requests a link to choose a new password.

use axum::extract::State;

use crate::idp::{
    authentication::RequestSource,
    id::OrganizationId,
    parameters::ApiParameters,
    requester::Requester,
    routes::dbconnections::{check::check, error::DbConnectionError},
    state::Idp,
    store::organizations,
    tickets::{self, LoginContext},
};

/// Sends a link to choose a new password if the account exists. The response is the same if the account does not exist.
pub async fn change_password(
    State(idp): State<Idp>,
    requester: Requester,
    parameters: ApiParameters,
) -> Result<&'static str, DbConnectionError> {
    let mut tx = idp.database.read().await?;
    let checked = check(&mut tx, parameters).await?;
    let organization = match checked.parameters.get("organization") {
        Some(id) => organizations::find(&mut tx, &OrganizationId::unchecked(id)).await?,
        None => None,
    };
    drop(tx);

    let context = LoginContext {
        application: Some(&checked.client.name),
        organization: organization.as_ref(),
        ..LoginContext::default()
    };
    let source = RequestSource {
        requester: &requester,
        client: Some(&checked.client.id),
        organization: organization.as_ref().map(|organization| &organization.id),
    };
    match tickets::request_password_reset(&idp, &checked.email, context, source).await? {
        Ok(()) => Ok("We've just sent you an email to reset your password."),
        Err(too_many) => Err(DbConnectionError::TooManyAttempts(too_many)),
    }
}
