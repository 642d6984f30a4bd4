//! The ways to sign in that a login offers: those of its client and, inside an organization, of the organization.

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

/// What a login offers.
#[derive(Clone, Debug)]
pub struct SignInOptions {
    /// Whether there are passwords.
    pub database: bool,
    /// The other issuers.
    pub issuers: Vec<Issuer>,
}

/// Another issuer where people may sign in.
#[derive(Clone, Debug)]
pub struct Issuer {
    pub connection: Connection,
    /// Whether the login page has a button for it.
    pub is_button: bool,
    /// The domains whose people sign in there, normalised.
    pub domains: Vec<String>,
}

impl Issuer {
    /// What people read.
    pub fn label(&self) -> &str {
        self.connection.display_name.as_deref().unwrap_or(&self.connection.name)
    }

    /// The picture of its button.
    pub fn icon(&self) -> Option<String> {
        options::icon(&self.connection.options.0)
    }

    /// How it is called, if its connection says so.
    pub fn options(&self) -> Option<Options> {
        Options::parse(&self.connection.options.0)
    }
}

impl SignInOptions {
    /// What is offered to people of `client` in `organization`; `only` when the client named one connection.
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
        // A page with no way in helps nobody: what is hidden is shown when nothing else is.
        if !options.database && options.issuers.iter().all(|issuer| !issuer.is_button && issuer.domains.is_empty()) {
            options.issuers.iter_mut().for_each(|issuer| issuer.is_button = true);
        }
        Ok(options)
    }

    /// Whether nobody can sign in.
    pub fn is_empty(&self) -> bool {
        !self.database && self.issuers.is_empty()
    }

    /// The issuer of that connection.
    pub fn issuer(&self, id: &ConnectionId) -> Option<&Issuer> {
        self.issuers.iter().find(|issuer| issuer.connection.id == *id)
    }

    /// The issuer for people with an address like `email`.
    pub fn issuer_for(&self, email: &str) -> Option<&Issuer> {
        let domain = form::domain(email.rsplit_once('@')?.1)?;
        self.issuers.iter().find(|issuer| issuer.domains.contains(&domain))
    }
}
