//! Sign-in options of a login: those of its client, limited to those of the organization if the login has one.

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
    kernel::{database::Tx, sealer::Sealer},
};

/// Ways to sign in at a login.
#[derive(Clone, Debug)]
pub struct SignInOptions {
    /// Whether users can sign in with a password.
    pub database: bool,
    /// Other issuers at which users can sign in.
    pub issuers: Vec<Issuer>,
}

/// Another issuer at which users can sign in, and its connection.
#[derive(Clone, Debug)]
pub struct Issuer {
    pub connection: Connection,
    /// Whether the login page shows a button for the issuer.
    pub is_button: bool,
    /// Normalized email domains whose users sign in at the issuer.
    pub domains: Vec<String>,
}

impl Issuer {
    /// Returns the display name of the connection.
    pub fn label(&self) -> &str {
        self.connection.display_name.as_deref().unwrap_or(&self.connection.name)
    }

    /// Returns the address of the icon on the button.
    pub fn icon(&self) -> Option<String> {
        options::icon(&self.connection.options.0)
    }

    /// Returns the options of the connection, with the secret opened, if they are complete.
    pub fn options(&self, sealer: &Sealer) -> Option<Options> {
        options::open(&self.connection.options.0, sealer, &self.connection.id)
    }
}

impl SignInOptions {
    /// Finds the sign-in options of `client` in `organization`. If the authorization request names a connection, `only`
    /// limits the options to it.
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
        // If no option is visible, show buttons for all issuers, because the page must offer a way to sign in.
        if !options.database && options.issuers.iter().all(|issuer| !issuer.is_button && issuer.domains.is_empty()) {
            options.issuers.iter_mut().for_each(|issuer| issuer.is_button = true);
        }
        Ok(options)
    }

    /// Whether there is no way to sign in.
    pub fn is_empty(&self) -> bool {
        !self.database && self.issuers.is_empty()
    }

    /// Finds the issuer of the connection `id`.
    pub fn issuer(&self, id: &ConnectionId) -> Option<&Issuer> {
        self.issuers.iter().find(|issuer| issuer.connection.id == *id)
    }

    /// Finds the issuer whose users have the email domain of `email`.
    pub fn issuer_for(&self, email: &str) -> Option<&Issuer> {
        let domain = form::domain(email.rsplit_once('@')?.1)?;
        self.issuers.iter().find(|issuer| issuer.domains.contains(&domain))
    }
}
