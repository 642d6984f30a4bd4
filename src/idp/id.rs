//! Typed identifiers, so that one kind is never passed for another.

use serde::{Deserialize, Serialize};

use crate::kernel::random::Random;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx::Type)]
        #[serde(transparent)]
        #[sqlx(transparent)]
        pub struct $name(String);

        impl $name {
            /// The identifier as it is written on the wire.
            #[allow(dead_code, reason = "not every kind is read as text")]
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
    /// The subject of a person: `auth0|` and 24 hexadecimal digits, or `oidc|`, a connection's name, `|` and the
    /// subject at its issuer.
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
    /// `con_` and 16 alphanumerics.
    ConnectionId
}
id! {
    /// An API as the Management API names it: 24 hexadecimal digits.
    ApiId
}
id! {
    /// `cgr_` and 16 alphanumerics.
    ClientGrantId
}
id! {
    /// `ord_` and 22 alphanumerics.
    DiscoveryDomainId
}
id! {
    /// A rule for joining: `jr_` and 16 alphanumerics. Auth0 has no such thing.
    JoinRuleId
}
id! {
    /// A mail: a UUID that is ordered by time.
    MailId
}
id! {
    /// What one login gave a client. Never leaves the provider.
    GrantId
}

/// An identifier with Auth0's prefix in front of alphanumerics.
macro_rules! prefixed {
    ($name:ident, $prefix:literal, $length:literal) => {
        impl $name {
            pub(super) fn random(random: &Random) -> Self {
                Self(format!("{}{}", $prefix, random.alphanumeric($length)))
            }
        }
    };
}

prefixed!(OrganizationId, "org_", 16);
prefixed!(RoleId, "rol_", 16);
prefixed!(InvitationId, "uinv_", 16);
prefixed!(ConnectionId, "con_", 16);
prefixed!(ClientGrantId, "cgr_", 16);
prefixed!(DiscoveryDomainId, "ord_", 22);
prefixed!(JoinRuleId, "jr_", 16);
prefixed!(GrantId, "", 20);

macro_rules! known {
    ($($name:ident)*) => {
        $(impl $name {
            /// Takes an identifier from elsewhere; nothing says that there is such a thing.
            #[allow(dead_code, reason = "not every kind comes from elsewhere")]
            #[must_use]
            pub fn known(id: &str) -> Self {
                Self(id.to_owned())
            }
        })*
    };
}

known!(
    MailId OrganizationId UserId RoleId InvitationId ConnectionId ClientId ApiId ClientGrantId DiscoveryDomainId JoinRuleId
);

impl UserId {
    /// Who `subject` is at the issuer of an `oidc` connection.
    pub(super) fn federated(connection: &str, subject: &str) -> Self {
        Self(format!("oidc|{connection}|{subject}"))
    }

    pub(super) fn random(random: &Random) -> Self {
        Self(format!("auth0|{}", hexadecimal(random)))
    }
}

impl ApiId {
    pub(super) fn random(random: &Random) -> Self {
        Self(hexadecimal(random))
    }
}

impl MailId {
    pub(super) fn random(random: &Random, now: chrono::DateTime<chrono::Utc>) -> Self {
        Self(random.uuid(now).to_string())
    }
}

impl SessionId {
    pub fn random(random: &Random) -> Self {
        Self(random.token())
    }
}

/// 24 hexadecimal digits.
fn hexadecimal(random: &Random) -> String {
    use std::fmt::Write as _;

    random.bytes::<12>().iter().fold(String::new(), |mut text, byte| {
        _ = write!(text, "{byte:02x}");
        text
    })
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
