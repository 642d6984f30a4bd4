//! What both sides know of an organization.

pub mod email_domains;
pub mod joining;
pub mod name;
pub mod people;
pub mod provider_queue;
pub mod setup;
pub mod typed_name;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    permissions::{Permissions, Role},
    projects::ProjectSummary,
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

/// A workspace among those that can be chosen in this browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationChoice {
    /// The name in addresses.
    pub slug: String,
    /// The name that people read.
    pub display_name: String,
    /// The address of its logo.
    pub logo_url: Option<String>,
    /// The role of whoever acts there.
    pub role: Role,
    /// The address that acts there, or would; only where the browser knows people by more than one.
    pub acts_as: Option<String>,
}

/// The workspaces that can be chosen, or the first of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationList {
    pub choices: Vec<OrganizationChoice>,
    /// Whether there are others.
    pub has_more: bool,
}

/// Who is signed in in this browser, and their workspaces.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picker {
    /// Who signed in last; nobody for a visitor.
    pub person: Option<Person>,
    pub list: OrganizationList,
}

/// A workspace that was opened on this device before, whoever uses it now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecentOrganization {
    pub slug: String,
    pub display_name: String,
}

/// Somebody else who is signed in in the same browser, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherIdentity {
    pub email: String,
    /// Names of the workspaces that the browser is in as this person: the first of them.
    pub workspaces: Vec<String>,
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
    /// What the switcher lists: by display name when that is all, else the current one and those that are open first.
    pub organizations: OrganizationList,
    /// Who acts here.
    pub person: Person,
    pub person_id: Uuid,
    /// Who acts elsewhere in this browser.
    pub others: Vec<OtherIdentity>,
    /// What the person may do here: for showing only what will work, never for deciding it.
    pub permissions: Permissions,
    /// By name.
    pub projects: Vec<ProjectSummary>,
    /// Of how many tasks there is something to read in the inbox.
    pub unread: i64,
    /// The number of the organization's last event that this takes into account.
    pub as_of: i64,
}
