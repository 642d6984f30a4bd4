//! Validates the parameters that all requests below `/dbconnections` have.

use crate::{
    idp::{
        form,
        parameters::{ApiParameters, Parameters},
        routes::dbconnections::error::DbConnectionError,
        store::{
            clients::{self, Client},
            connection_clients,
            connections::{self, Connection, Strategy},
        },
    },
    kernel::database::Tx,
};

/// The validated parameters of a request.
pub struct Checked {
    pub parameters: Parameters,
    pub client: Client,
    pub connection: Connection,
    pub email: String,
}

/// Validates the client, the connection and the address.
pub async fn check(tx: &mut Tx, ApiParameters(parameters): ApiParameters) -> Result<Checked, DbConnectionError> {
    let refuse = |text: &str| Err(DbConnectionError::Refused(text.to_owned()));
    let Some(parameters) = parameters else { return refuse("The body is not a JSON object.") };
    for name in ["client_id", "email", "connection", "password"] {
        if let Some(fault) = parameters.fault(name) {
            return refuse(&format!("{name} {}", fault.phrase()));
        }
    }
    for name in ["client_id", "email", "connection"] {
        if parameters.get(name).is_none() {
            return refuse(&format!("{name} is required"));
        }
    }
    let Some(email) = form::email(parameters.text("email")) else { return refuse("email is not valid email") };
    let Some(client) = clients::find(tx, parameters.text("client_id")).await? else {
        return refuse("client not found");
    };
    let connection = connections::by_name(tx, parameters.text("connection")).await?;
    let enabled = connection_clients::of_client(tx, &client.id).await?;
    match connection {
        Some(connection)
            if connection.strategy == Strategy::Auth0 && enabled.iter().any(|one| one.id == connection.id) =>
        {
            Ok(Checked { parameters, client, connection, email })
        }
        _ => refuse("connection not found"),
    }
}
