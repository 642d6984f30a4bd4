//! `POST /dbconnections/change_password`

use axum::extract::State;

use super::{DbConnectionError, check};
use crate::idp::{
    Idp,
    id::OrganizationId,
    parameters::{ApiParameters, ClientAddress},
    routes::reset_password::request,
    signin::Caller,
    store::organizations,
    tickets::Context,
};

/// Sends a link to choose a new password, if there is such an account. The answer is the same if not.
pub async fn change_password(
    State(idp): State<Idp>,
    ClientAddress(address): ClientAddress,
    parameters: ApiParameters,
) -> Result<&'static str, DbConnectionError> {
    let mut tx = idp.0.database.read().await?;
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
    match request::send(&idp, &checked.email, context, caller).await? {
        Ok(()) => Ok("We've just sent you an email to reset your password."),
        Err(too_many) => Err(DbConnectionError::TooMany(too_many)),
    }
}
