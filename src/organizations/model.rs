//! What both sides know of an organization.

use serde::{Deserialize, Serialize};

use crate::{
    access::{Permissions, Role},
    projects::model::ProjectSummary,
};

/// An organization as its members see it in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationSummary {
    /// The name in addresses, for example `acme`.
    pub slug: String,
    /// The name that people read, for example `Acme Corp`.
    pub display_name: String,
    /// The reader's role in it.
    pub role: Role,
}

/// The signed-in person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub name: String,
    pub email: String,
}

/// Everything the frame around a page of an organization shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workspace {
    pub organization: OrganizationSummary,
    /// All organizations of the person, by display name; the current one is among them.
    pub organizations: Vec<OrganizationSummary>,
    pub person: Person,
    /// What the person may do here: for showing only what will work, never for deciding it.
    pub permissions: Permissions,
    /// By name.
    pub projects: Vec<ProjectSummary>,
}
