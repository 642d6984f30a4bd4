//! Creates connections to other issuers.

use serde_json::{Map, Value};

use crate::idp::{
    error::Error,
    federation::options::{self, Options},
    id::{ClientId, ConnectionId},
    state::Idp,
    store::{
        JsonText, OptionalJsonText, connection_clients,
        connections::{self, Connection, Strategy},
    },
};

/// Maximum length of a connection's name, as in Auth0.
const MAX_NAME_LENGTH: usize = 128;

/// A connection to create.
#[derive(Clone, Debug)]
pub struct NewIssuer<'a> {
    /// Name of the connection, which cannot change: the value of `connection` at `/authorize`, and part of its users'
    /// subjects.
    pub name: &'a str,
    /// Display name of the connection.
    pub display_name: Option<&'a str>,
    /// Options as in the Management API: `client_id`, `client_secret`, `issuer` or `discovery_url`, `scope`,
    /// `domain_aliases`, `icon_url`.
    pub options: Map<String, Value>,
    /// Whether the login page shows a button for the connection if the login has no organization.
    pub show_as_button: bool,
    /// Ids of the clients that use the connection.
    pub clients: &'a [&'a str],
}

impl Idp {
    /// Creates a connection to another issuer. The redirect URI to register there is `{issuer}login/callback`.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidConnection`] if the name is invalid or taken, or the options are incomplete.
    pub async fn add_issuer(&self, new: NewIssuer<'_>) -> Result<ConnectionId, Error> {
        if !is_name(new.name) || Options::parse(&new.options).is_none() {
            return Err(Error::InvalidConnection(new.name.to_owned()));
        }
        let (id, mut options) = (ConnectionId::random(&self.random), new.options);
        options::seal_secret(&mut options, &self.sealer, &id)?;
        let connection = Connection {
            id,
            name: new.name.to_owned(),
            display_name: new.display_name.map(str::to_owned),
            strategy: Strategy::Oidc,
            options: JsonText(options),
            metadata: OptionalJsonText(None),
            show_as_button: new.show_as_button,
            is_domain_connection: false,
            created_at: self.now(),
        };
        let mut tx = self.database.write().await?;
        if !connections::insert(&mut tx, &connection).await? {
            return Err(Error::InvalidConnection(connection.name));
        }
        for client in new.clients {
            connection_clients::insert(&mut tx, &connection.id, &ClientId::unchecked(client)).await?;
        }
        tx.commit().await?;
        Ok(connection.id)
    }
}

/// Whether the name consists of letters and digits with single hyphens between them.
fn is_name(name: &str) -> bool {
    let part = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    name.len() <= MAX_NAME_LENGTH && name.split('-').all(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_be_taken_for_another_part_of_a_subject() {
        assert!(is_name("acme") && is_name("Acme-2"));
        for wrong in ["", "-acme", "acme-", "a--b", "a|b", "a b", "ä"] {
            assert!(!is_name(wrong), "{wrong:?}");
        }
    }
}
