//! The ways to sign in at a login: those of its client and, in an organization, of the organization.

use crate::{
    idp::{
        federation::options::{self, Options},
        form,
        id::{ClientId, ConnectionId, OrganizationId},
        store::{
            connection_clients::{self, Offered},
            connections::{Connection, Strategy},
        },
    },
    kernel::database::Tx,
};

/// Sign-in options of a login.
#[derive(Clone, Debug)]
pub struct SignInOptions {
    /// Whether a password is accepted.
    pub database: bool,
    /// Other issuers.
    pub issuers: Vec<Issuer>,
}

/// Another issuer where people may sign in.
#[derive(Clone, Debug)]
pub struct Issuer {
    pub connection: Connection,
    /// Whether the login page shows a button for it.
    pub is_button: bool,
    /// Normalized domains whose people sign in there.
    pub domains: Vec<String>,
}

impl Issuer {
    /// Display name.
    pub fn label(&self) -> &str {
        self.connection.display_name.as_deref().unwrap_or(&self.connection.name)
    }

    /// Address of the picture on its button.
    pub fn icon(&self) -> Option<String> {
        options::icon(&self.connection.options.0)
    }

    /// Settings of the connection, if they are complete.
    pub fn options(&self) -> Option<Options> {
        Options::parse(&self.connection.options.0)
    }
}

impl SignInOptions {
    /// Finds the options of `client` in `organization`, or of the connection `only` if the client named one.
    pub async fn find(
        tx: &mut Tx,
        client: &ClientId,
        organization: Option<&OrganizationId>,
        only: Option<&ConnectionId>,
    ) -> sqlx::Result<Self> {
        let mut options = Self { database: false, issuers: Vec::new() };
        for Offered { connection, is_button } in connection_clients::offered(tx, client, organization).await? {
            if only.is_some_and(|only| *only != connection.id) {
                continue;
            }
            match connection.strategy {
                Strategy::Auth0 => options.database = true,
                Strategy::Oidc => {
                    let domains = options::domains(&connection.options.0);
                    let is_button = is_button || only.is_some();
                    options.issuers.push(Issuer { connection, is_button, domains });
                }
            }
        }
        // Without any visible option, show the hidden ones: a page must offer a way to sign in.
        if !options.database && options.issuers.iter().all(|issuer| !issuer.is_button && issuer.domains.is_empty()) {
            options.issuers.iter_mut().for_each(|issuer| issuer.is_button = true);
        }
        Ok(options)
    }

    /// Whether no one can sign in.
    pub fn is_empty(&self) -> bool {
        !self.database && self.issuers.is_empty()
    }

    /// Finds the issuer of the connection.
    pub fn issuer(&self, id: &ConnectionId) -> Option<&Issuer> {
        self.issuers.iter().find(|issuer| issuer.connection.id == *id)
    }

    /// Finds the issuer for the domain of `email`.
    pub fn issuer_for(&self, email: &str) -> Option<&Issuer> {
        let domain = form::domain(email.rsplit_once('@')?.1)?;
        self.issuers.iter().find(|issuer| issuer.domains.contains(&domain))
    }
}
