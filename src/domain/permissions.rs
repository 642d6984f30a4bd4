//! Permissions, and the roles made of them.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::unknown_name::UnknownName;

/// A permission, written `verb:resource` as in Auth0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Permission {
    #[serde(rename = "read:projects")]
    ReadProjects,
    #[serde(rename = "write:projects")]
    WriteProjects,
    #[serde(rename = "delete:projects")]
    DeleteProjects,
    #[serde(rename = "read:tasks")]
    ReadTasks,
    #[serde(rename = "write:tasks")]
    WriteTasks,
    #[serde(rename = "delete:tasks")]
    DeleteTasks,
    #[serde(rename = "read:members")]
    ReadMembers,
    #[serde(rename = "manage:members")]
    ManageMembers,
    #[serde(rename = "manage:invitations")]
    ManageInvitations,
    #[serde(rename = "manage:organization")]
    ManageOrganization,
    #[serde(rename = "read:audit_log")]
    ReadAuditLog,
}

impl Permission {
    /// All permissions, in the order of the documentation.
    pub const ALL: [Self; 11] = [
        Self::ReadProjects,
        Self::WriteProjects,
        Self::DeleteProjects,
        Self::ReadTasks,
        Self::WriteTasks,
        Self::DeleteTasks,
        Self::ReadMembers,
        Self::ManageMembers,
        Self::ManageInvitations,
        Self::ManageOrganization,
        Self::ReadAuditLog,
    ];

    /// The name on the wire, for example `read:projects`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ReadProjects => "read:projects",
            Self::WriteProjects => "write:projects",
            Self::DeleteProjects => "delete:projects",
            Self::ReadTasks => "read:tasks",
            Self::WriteTasks => "write:tasks",
            Self::DeleteTasks => "delete:tasks",
            Self::ReadMembers => "read:members",
            Self::ManageMembers => "manage:members",
            Self::ManageInvitations => "manage:invitations",
            Self::ManageOrganization => "manage:organization",
            Self::ReadAuditLog => "read:audit_log",
        }
    }
}

impl Permission {
    /// What the permission lets a member do, in words that follow “let you”.
    #[must_use]
    pub const fn deed(self) -> &'static str {
        match self {
            Self::ReadProjects => "see projects",
            Self::WriteProjects => "create and edit projects",
            Self::DeleteProjects => "delete projects",
            Self::ReadTasks => "see tasks",
            Self::WriteTasks => "edit tasks",
            Self::DeleteTasks => "delete tasks",
            Self::ReadMembers => "see who is in this workspace",
            Self::ManageMembers => "manage members",
            Self::ManageInvitations => "invite people",
            Self::ManageOrganization => "change this workspace’s settings",
            Self::ReadAuditLog => "see the audit log",
        }
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Permission {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        Self::ALL.into_iter().find(|permission| permission.as_str() == text).ok_or(UnknownName)
    }
}

/// A set of permissions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Permission>", into = "Vec<Permission>")]
pub struct Permissions(u16);

impl Permissions {
    /// Whether `permission` is in the set.
    #[must_use]
    pub const fn allow(self, permission: Permission) -> bool {
        self.0 & (1 << permission as u16) != 0
    }

    /// The permissions in both sets.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether `other` is a subset.
    #[must_use]
    pub const fn contain(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The permissions in the set, in the documented order.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.into_iter().filter(move |permission| self.allow(*permission))
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        Self(permissions.into_iter().fold(0, |set, permission| set | 1 << permission as u16))
    }
}

impl From<Vec<Permission>> for Permissions {
    fn from(permissions: Vec<Permission>) -> Self {
        permissions.into_iter().collect()
    }
}

impl From<Permissions> for Vec<Permission> {
    fn from(permissions: Permissions) -> Self {
        permissions.iter().collect()
    }
}

/// Role of a member in an organization, from the fewest to the most permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type), sqlx(type_name = "text", rename_all = "lowercase"))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Viewer,
    Member,
    Admin,
    Owner,
}

impl Role {
    /// All roles, from the fewest to the most permissions.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Member, Self::Admin, Self::Owner];

    /// The name in the database and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Member => "member",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// The display name.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Viewer => "Viewer",
            Self::Member => "Member",
            Self::Admin => "Admin",
            Self::Owner => "Owner",
        }
    }

    /// Permissions of the role. An admin has the same permissions as an owner; only an owner may delete or transfer the
    /// organization, which those two operations check themselves.
    #[must_use]
    pub fn permissions(self) -> Permissions {
        use Permission as P;
        match self {
            Self::Viewer => [P::ReadProjects, P::ReadTasks, P::ReadMembers].into_iter().collect(),
            Self::Member => {
                [P::ReadProjects, P::WriteProjects, P::ReadTasks, P::WriteTasks, P::ReadMembers].into_iter().collect()
            }
            Self::Admin | Self::Owner => Permission::ALL.into_iter().collect(),
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(UnknownName)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_permission_is_named_in_words() {
        for permission in Permission::ALL {
            let text = crate::domain::errors::AppError::Forbidden { permission }.to_string();
            assert!(text.ends_with(&format!("Ask an owner to let you {}.", permission.deed())), "{text}");
            assert!(!text.contains(':') && !text.contains('_') && !text.contains(permission.as_str()), "{text}");
        }
    }

    #[test]
    fn permissions_round_trip() {
        for permission in Permission::ALL {
            assert_eq!(permission.as_str().parse(), Ok(permission));
            assert_eq!(serde_json::to_value(permission).unwrap(), permission.as_str());
        }
        assert_eq!("drop:tables".parse::<Permission>(), Err(UnknownName));
    }

    #[test]
    fn a_viewer_may_only_read() {
        let allowed: Vec<_> = Role::Viewer.permissions().iter().collect();
        assert_eq!(allowed, [Permission::ReadProjects, Permission::ReadTasks, Permission::ReadMembers]);
    }

    #[test]
    fn each_role_includes_the_one_below() {
        for pair in Role::ALL.windows(2) {
            assert!(pair[1].permissions().contain(pair[0].permissions()), "{} below {}", pair[1], pair[0]);
        }
    }

    #[test]
    fn an_intersection_allows_what_both_allow() {
        let token: Permissions = [Permission::ReadTasks, Permission::WriteTasks].into_iter().collect();
        let both = token.intersection(Role::Viewer.permissions());
        assert_eq!(both.iter().collect::<Vec<_>>(), [Permission::ReadTasks]);
    }
}
