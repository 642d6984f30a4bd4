//! The rule for which projects a person may see, stated once for every query: a project that is not private is visible to
//! all members of the organization, a private one to its own members and to the organization's owners.
//!
//! The macros expand to text, so that statements stay constants. `source_check` reads the sources for queries that go
//! around them.

#[cfg(test)]
mod source_check;

use crate::domain::{ids::PersonId, permissions::Role};

/// The person whose visible projects a query returns.
#[derive(Clone, Copy, Debug)]
pub struct ProjectScope {
    pub person: PersonId,
    /// Whether private projects are visible without membership.
    pub sees_all: bool,
}

impl ProjectScope {
    /// The scope of a member of the organization with this role.
    #[must_use]
    pub const fn of_member(person: PersonId, role: Role) -> Self {
        Self { person, sees_all: matches!(role, Role::Owner) }
    }
}

/// The SQL condition that a project is visible to a person. Takes the alias of `project`, and two SQL expressions: the
/// person's id, and whether the person sees all projects. These are usually the parameters that bind a
/// [`ProjectScope`].
macro_rules! visible_to {
    ($project:expr, $person:expr, $sees_all:expr) => {
        concat!(
            "(NOT ",
            $project,
            ".is_private OR ",
            $sees_all,
            " OR EXISTS (
                SELECT 1 FROM project_member pm
                WHERE pm.org_id = ",
            $project,
            ".org_id AND pm.project_id = ",
            $project,
            ".id AND pm.person_id = ",
            $person,
            "))"
        )
    };
}

/// The SQL condition that a project is visible to each member of the organization that a query considers. Takes the
/// aliases of `project` and `membership`.
macro_rules! visible_to_member {
    ($project:literal, $member:literal) => {
        $crate::server::repo::project_visibility::visible_to!(
            $project,
            concat!($member, ".person_id"),
            concat!($member, ".role = 'owner'")
        )
    };
}

pub(super) use {visible_to, visible_to_member};

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn scopes_and_statements_agree_on_the_role_that_sees_all() {
        let statement = visible_to_member!("q", "m");
        for role in [Role::Owner, Role::Admin, Role::Member, Role::Viewer] {
            let in_statement = statement.contains(&format!("m.role = '{}'", role.as_str()));
            assert_eq!(ProjectScope::of_member(PersonId(Uuid::nil()), role).sees_all, in_statement, "{role:?}");
        }
    }
}
