//! `POST /dbconnections/change_password`

use axum::extract::State;

use crate::idp::{
    authentication::Caller,
    id::OrganizationId,
    parameters::{ApiParameters, ClientAddress},
    routes::dbconnections::{DbConnectionError, check},
    state::Idp,
    store::organizations,
    tickets::{self, Context},
};

/// Sends a link to choose a new password, if there is such an account. The answer is the same if not.
pub async fn change_password(
    State(idp): State<Idp>,
    ClientAddress(address): ClientAddress,
    parameters: ApiParameters,
) -> Result<&'static str, DbConnectionError> {
    let mut tx = idp.database.read().await?;
    let checked = check(&mut tx, parameters).await?;
    let organization = match checked.parameters.get("organization") {
        Some(id) => organizations::find(&mut tx, &OrganizationId::known(id)).await?,
        None => None,
    };
    drop(tx);

    let context =
        Context { application: Some(&checked.client.name), organization: organization.as_ref(), ..Context::default() };
    let caller = Caller {
        address: &address,
        client: Some(&checked.client.id),
        organization: organization.as_ref().map(|organization| &organization.id),
    };
    match tickets::request_password_reset(&idp, &checked.email, context, caller).await? {
        Ok(()) => Ok("We've just sent you an email to reset your password."),
        Err(too_many) => Err(DbConnectionError::TooMany(too_many)),
    }
}
