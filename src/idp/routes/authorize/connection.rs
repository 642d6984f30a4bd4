//! The parameter `connection`, with Auth0's messages.

use crate::{
    idp::{
        authorization::CallbackError,
        id::{ConnectionId, OrganizationId},
        sign_in_options::SignInOptions,
        store::{clients::Client, connections},
    },
    kernel::database::Tx,
};

/// Finds the connection `name` if the client uses it and, if an organization is requested, the organization uses it
/// too.
pub async fn named(
    tx: &mut Tx,
    name: &str,
    client: &Client,
    organization: Option<&OrganizationId>,
) -> sqlx::Result<Result<ConnectionId, CallbackError>> {
    let invalid = |text: &str| Ok(Err(CallbackError::invalid_request(text)));
    let Some(connection) = connections::by_name(tx, name).await? else {
        return invalid("the connection was not found");
    };
    if SignInOptions::find(tx, &client.id, None, Some(&connection.id)).await?.is_empty() {
        return invalid("the connection was disabled");
    }
    if organization.is_some()
        && SignInOptions::find(tx, &client.id, organization, Some(&connection.id)).await?.is_empty()
    {
        return invalid("the connection is not enabled for the organization");
    }
    Ok(Ok(connection.id))
}
