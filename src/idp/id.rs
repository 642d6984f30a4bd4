//! Typed identifiers of the provider.

use crate::kernel::{ids::id, random::Random};

id! {
    /// Id (`sub`) of a user: `auth0|` and 24 hexadecimal digits, or `oidc|`, the connection's name, `|` and the subject
    /// at its issuer.
    UserId(String)
}
id! {
    /// Id of an organization: `org_` and 16 alphanumerics.
    OrganizationId(String)
}
id! {
    /// Id of a role: `rol_` and 16 alphanumerics.
    RoleId(String)
}
id! {
    /// Id of an invitation: `uinv_` and 16 alphanumerics.
    InvitationId(String)
}
id! {
    /// The `client_id` of a client, chosen in the configuration.
    ClientId(String)
}
id! {
    /// The `sid` of ID tokens. It identifies a session but does not authenticate a request.
    SessionId(String)
}
id! {
    /// Id of a connection: `con_` and 16 alphanumerics.
    ConnectionId(String)
}
id! {
    /// Id of an API in the Management API: 24 hexadecimal digits.
    ApiId(String)
}
id! {
    /// Id of a client grant: `cgr_` and 16 alphanumerics.
    ClientGrantId(String)
}
id! {
    /// Id of a discovery domain: `ord_` and 22 alphanumerics.
    DiscoveryDomainId(String)
}
id! {
    /// Id of a join rule: `jr_` and 16 alphanumerics. Auth0 has no join rules.
    JoinRuleId(String)
}
id! {
    /// Id of a mail: a time-ordered UUID.
    MailId(String)
}
id! {
    /// Internal id of a grant, which a login gives to a client.
    GrantId(String)
}

/// Defines a type for random identifiers with a prefix of Auth0.
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

macro_rules! text {
    ($($name:ident)*) => {
        $(impl $name {
            /// Wraps an identifier from a request or from the configuration. Does not check that it exists.
            #[allow(dead_code, reason = "not every kind comes from outside")]
            #[must_use]
            pub fn unchecked(id: &str) -> Self {
                Self(id.to_owned())
            }

            #[allow(dead_code, reason = "not every kind is read as text")]
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        })*
    };
}

text!(
    UserId OrganizationId RoleId InvitationId ClientId SessionId ConnectionId ApiId ClientGrantId DiscoveryDomainId
    JoinRuleId MailId GrantId
);

impl UserId {
    /// Returns the id of the user with the subject `subject` at the issuer of an `oidc` connection.
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

/// Generates 24 hexadecimal digits.
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
    fn ids_have_the_format_of_auth0() {
        let random = Random::seeded(1);
        let user = UserId::random(&random);
        let hex = user.as_str().strip_prefix("auth0|").unwrap();
        assert!(hex.len() == 24 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert_eq!(RoleId::random(&random).as_str().len(), "rol_".len() + 16);
        assert_eq!(InvitationId::random(&random).as_str().len(), "uinv_".len() + 16);
    }
}
