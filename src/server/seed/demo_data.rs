//! The demo organizations and people.
//!
//! The built-in provider seeds its accounts from this data, and the application its memberships and projects. The two
//! share only these identifiers, as with a real tenant.

use crate::domain::permissions::Role;

/// A demo organization.
#[derive(Clone, Copy, Debug)]
pub struct Organization {
    /// Id at the provider: `org_` and 16 alphanumeric characters.
    pub id: &'static str,
    /// The name in URLs.
    pub name: &'static str,
    pub display_name: &'static str,
    /// The primary brand colour, `#rrggbb`.
    pub colour: &'static str,
}

/// A demo person.
#[derive(Clone, Copy, Debug)]
pub struct Person {
    /// The subject at the provider.
    pub sub: &'static str,
    pub email: &'static str,
    pub name: &'static str,
    /// Names of organizations, and the role in each.
    pub memberships: &'static [(&'static str, Role)],
}

/// The demo organizations, by name.
pub const ORGANIZATIONS: [Organization; 4] = [
    Organization { id: "org_AbcInc0000000001", name: "abc-inc", display_name: "ABC Inc", colour: "#2f6f4f" },
    Organization { id: "org_AcmeCorp00000001", name: "acme", display_name: "Acme Corp", colour: "#b4532a" },
    Organization { id: "org_BetaLlc000000001", name: "beta", display_name: "Beta LLC", colour: "#3b5b92" },
    Organization { id: "org_XyzTravel0000001", name: "xyz-travel", display_name: "XYZ Travel", colour: "#7a4b8c" },
];

/// The demo people, by name.
pub const PEOPLE: [Person; 6] = [
    Person {
        sub: "auth0|d00000000000000000000001",
        email: "alice@acme.example",
        name: "Alice Archer",
        memberships: &[("acme", Role::Owner)],
    },
    Person {
        sub: "auth0|d00000000000000000000002",
        email: "bob@beta.example",
        name: "Bob Brandt",
        memberships: &[("beta", Role::Owner)],
    },
    Person {
        sub: "auth0|d00000000000000000000003",
        email: "carol@example.com",
        name: "Carol Castro",
        memberships: &[("abc-inc", Role::Owner), ("xyz-travel", Role::Owner)],
    },
    Person {
        sub: "auth0|d00000000000000000000004",
        email: "dana@example.com",
        name: "Dana Dvorak",
        memberships: &[("acme", Role::Admin), ("beta", Role::Member)],
    },
    Person {
        sub: "auth0|d00000000000000000000005",
        email: "joe@example.com",
        name: "Joe Jensen",
        memberships: &[("abc-inc", Role::Member), ("xyz-travel", Role::Viewer)],
    },
    Person { sub: "auth0|d00000000000000000000006", email: "nina@example.com", name: "Nina Novak", memberships: &[] },
];
