//! Typed identifiers, so that one kind is never passed for another.

use serde::{Deserialize, Serialize};

use crate::random::Random;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
        #[serde(transparent)]
        #[sqlx(transparent)]
        pub struct $name(String);

        impl $name {
            /// The identifier as it is written on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id! {
    /// The subject of a person: `auth0|` and 24 hexadecimal digits.
    UserId
}
id! {
    /// `org_` and 16 alphanumerics.
    OrganizationId
}
id! {
    /// `rol_` and 16 alphanumerics.
    RoleId
}
id! {
    /// `uinv_` and 16 alphanumerics.
    InvitationId
}
id! {
    /// The `client_id` of an application, of its own choosing.
    ClientId
}
id! {
    /// A session at the provider as clients know it, the `sid` of ID tokens. It opens nothing.
    SessionId
}
id! {
    /// What one login gave a client. Never leaves the provider.
    GrantId
}

impl OrganizationId {
    /// Takes an identifier from a request or from the demo data; nothing says that there is such an organization.
    #[must_use]
    pub fn known(id: &str) -> Self {
        Self(id.to_owned())
    }
}

impl UserId {
    /// Takes an identifier from the demo data.
    pub fn known(id: &str) -> Self {
        Self(id.to_owned())
    }

    pub fn random(random: &Random) -> Self {
        use std::fmt::Write as _;
        let mut id = "auth0|".to_owned();
        for byte in random.bytes::<12>() {
            write!(id, "{byte:02x}").expect("writing to a string does not fail");
        }
        Self(id)
    }
}

impl RoleId {
    pub fn random(random: &Random) -> Self {
        Self(format!("rol_{}", random.alphanumeric(16)))
    }
}

impl InvitationId {
    pub(super) fn random(random: &Random) -> Self {
        Self(format!("uinv_{}", random.alphanumeric(16)))
    }
}

impl SessionId {
    pub fn random(random: &Random) -> Self {
        Self(random.token())
    }
}

impl GrantId {
    pub fn random(random: &Random) -> Self {
        Self(random.alphanumeric(20))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_the_forms_of_auth0() {
        let random = Random::seeded(1);
        let user = UserId::random(&random);
        let hex = user.as_str().strip_prefix("auth0|").unwrap();
        assert!(hex.len() == 24 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert_eq!(RoleId::random(&random).as_str().len(), "rol_".len() + 16);
        assert_eq!(InvitationId::random(&random).as_str().len(), "uinv_".len() + 16);
    }
}
