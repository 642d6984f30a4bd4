//! Whom the provider serves: demo people, or real people.

use std::sync::Arc;

/// Password of all demo people. It is public: outside of the demo it signs nobody in, and nobody can choose it.
pub const DEMO_PASSWORD: &str = "tessera-demo";

/// Whom the provider serves.
#[derive(Clone, Debug)]
pub enum Mode {
    /// Demo people: the login page lists them and signs them in with a click, and the mailbox is open to everyone. Only
    /// for a provider that nobody but the users of this machine can reach.
    Demo(Arc<DemoTenant>),
    /// Real people: nobody is listed, everyone needs a password, and only administrators read the mailbox.
    Production,
}

/// Organizations and people for trying out the provider.
#[derive(Clone, Debug)]
pub struct DemoTenant {
    pub organizations: Vec<DemoOrganization>,
    pub people: Vec<DemoPerson>,
}

#[derive(Clone, Debug)]
pub struct DemoOrganization {
    /// Id of the organization: `org_` and 16 alphanumerics.
    pub id: String,
    pub name: String,
    pub display_name: String,
    /// Colour as `#rrggbb`.
    pub colour: String,
}

#[derive(Clone, Debug)]
pub struct DemoPerson {
    /// Id of the user: `auth0|` and 24 hexadecimal digits.
    pub id: String,
    pub email: String,
    pub name: String,
    pub memberships: Vec<DemoMembership>,
}

/// Membership of a demo person: the names of the organization and the role.
#[derive(Clone, Debug)]
pub struct DemoMembership {
    pub organization: String,
    pub role: String,
}

impl Mode {
    /// Returns the organizations and people to seed, if any.
    pub(super) fn tenant(&self) -> Option<&DemoTenant> {
        match self {
            Self::Demo(tenant) => Some(tenant),
            Self::Production => None,
        }
    }

    /// Returns the people whom the login page lists and signs in without a password.
    pub(super) fn listed_people(&self) -> &[DemoPerson] {
        self.tenant().map_or(&[], |tenant| &tenant.people)
    }

    /// Whether everyone may read the mails to all users.
    pub(super) const fn is_mailbox_open(&self) -> bool {
        matches!(self, Self::Demo(_))
    }

    /// Whether `password` may sign a user in. A database that once served the demo may have accounts with its password.
    pub(super) fn admits(&self, password: &str) -> bool {
        matches!(self, Self::Demo(_)) || password != DEMO_PASSWORD
    }
}
