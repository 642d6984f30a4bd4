//! Organizations, called workspaces on screen.

pub mod email_domains;
#[cfg(feature = "ssr")]
pub mod joining;
pub mod name;
pub mod people;
pub mod provider_queue;
#[cfg(feature = "ssr")]
pub mod setup;
#[cfg(feature = "ssr")]
pub mod typed_name;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    permissions::{Permissions, Role},
    projects::ProjectSummary,
};

/// An organization in a list of its members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationSummary {
    /// The name in URLs, for example `acme`.
    pub slug: String,
    /// The display name, for example `Acme Corp`.
    pub display_name: String,
    /// Role of the reader.
    pub role: Role,
}

/// An organization that can be opened in this browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationChoice {
    /// The name in URLs.
    pub slug: String,
    /// The display name.
    pub display_name: String,
    /// URL of the logo.
    pub logo_url: Option<String>,
    /// Role of the person who acts there.
    pub role: Role,
    /// Email address of the person who acts or would act there; only if several people are signed in.
    pub acts_as: Option<String>,
}

/// The organizations that can be opened: all of them, or the first ones.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationList {
    pub choices: Vec<OrganizationChoice>,
    /// Whether there are more organizations.
    pub has_more: bool,
}

/// The people signed in with this browser, and their organizations.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picker {
    /// The person who signed in last; `None` for a visitor.
    pub person: Option<Person>,
    pub list: OrganizationList,
}

/// An organization that was opened on this device before, by any person.
#[cfg(feature = "ssr")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecentOrganization {
    pub slug: String,
    pub display_name: String,
}

/// Another person signed in with the same browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherIdentity {
    pub email: String,
    /// Names of the first organizations with a seat of this person.
    pub workspaces: Vec<String>,
}

/// The signed-in person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub name: String,
    pub email: String,
}

/// Data of the application shell around the pages of an organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationShell {
    pub organization: OrganizationSummary,
    /// Organizations in the switcher: by display name if all fit, otherwise the current one and those with a seat
    /// first.
    pub organizations: OrganizationList,
    /// The person who acts in the organization.
    pub person: Person,
    pub person_id: Uuid,
    /// Other people signed in with this browser.
    pub others: Vec<OtherIdentity>,
    /// Permissions of the person: for hiding controls only, never for authorization.
    pub permissions: Permissions,
    /// By name.
    pub projects: Vec<ProjectSummary>,
    /// Number of tasks with unread, unsnoozed notifications.
    pub unread: i64,
    /// Number of the latest event of the organization that the data includes.
    pub as_of: i64,
}
