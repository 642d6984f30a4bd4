//! A person who is signed in to an organization.

use std::ops::Deref;

use tessera::testing::domain::{
    errors::AppError,
    inbox::{InboxEntry, InboxTab},
    organizations::{OrganizationShell, people::People},
};
use uuid::Uuid;

use super::{
    Browser, Organization,
    functions::{
        CreateProject, EditTasks, GetInbox, GetOrganizationShell, GetPeople, InvitePeople, LeaveOrganization,
        RemoveMember, ResendInvitation, RevokeInvitation, SetMemberRole, Undo,
    },
    project::Project,
    task::Task,
};

/// The result of a server function.
pub type Outcome<T> = Result<T, AppError>;

/// A browser in which a person is signed in to an organization.
#[derive(Clone)]
pub struct Member {
    pub browser: Browser,
    pub organization: Organization,
}

impl Deref for Member {
    type Target = Browser;

    fn deref(&self) -> &Browser {
        &self.browser
    }
}

impl Browser {
    /// Returns this browser as a member of an organization, whether or not it is signed in there.
    pub fn in_organization(&self, organization: Organization) -> Member {
        Member { browser: self.clone(), organization }
    }
}

impl Member {
    /// Returns the slug of the organization, which server functions take as an argument.
    pub fn org(&self) -> String {
        self.organization.slug.to_owned()
    }

    pub async fn workspace(&self) -> Outcome<OrganizationShell> {
        self.call(GetOrganizationShell { org: self.org() }).await
    }

    pub fn project(&self, key: &str) -> Project {
        Project { member: self.clone(), key: key.to_owned() }
    }

    pub fn task(&self, key: &str) -> Task {
        Task { member: self.clone(), key: key.to_owned() }
    }

    pub async fn create_project(&self, name: &str, key: &str) -> Outcome<()> {
        self.create_project_from("", name, key).await
    }

    /// Creates a project from a template or as a copy of another project.
    pub async fn create_project_from(&self, template: &str, name: &str, key: &str) -> Outcome<()> {
        let (name, key, start) = (name.to_owned(), key.to_owned(), template.to_owned());
        self.call(CreateProject { org: self.org(), name, key, start }).await
    }

    /// Changes one field of several tasks; returns the batch to undo, or `None` if nothing has changed.
    pub async fn edit_tasks(&self, keys: &[String], field: &str, values: &[&str]) -> Outcome<Option<Uuid>> {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        self.call(EditTasks { org: self.org(), keys: keys.to_vec(), field: field.to_owned(), values }).await
    }

    /// Undoes a batch; returns the batch that redoes the change.
    pub async fn undo(&self, batch: impl Into<Option<Uuid>>) -> Outcome<Option<Uuid>> {
        let batch = batch.into().expect("a change to undo");
        Ok(self.call(Undo { org: self.org(), batch }).await?.0)
    }

    /// Lists the entries on the first page of an inbox tab.
    pub async fn inbox(&self, tab: InboxTab) -> Outcome<Vec<InboxEntry>> {
        Ok(self.call(GetInbox { org: self.org(), tab, page: 1 }).await?.entries)
    }

    pub async fn people(&self) -> People {
        self.call(GetPeople { org: self.org() }).await.unwrap()
    }

    /// Invites people for seven days. `addresses` contains one address per line.
    pub async fn invite(&self, addresses: &str, role: &str) -> Outcome<()> {
        let (addresses, role, message) = (addresses.to_owned(), role.to_owned(), "Welcome aboard".to_owned());
        self.call(InvitePeople { org: self.org(), addresses, role, message, lifetime: "7".to_owned() }).await
    }

    pub async fn resend_invitation(&self, id: impl ToString) -> Outcome<()> {
        self.call(ResendInvitation { org: self.org(), id: id.to_string() }).await
    }

    pub async fn revoke_invitation(&self, id: impl ToString) -> Outcome<()> {
        self.call(RevokeInvitation { org: self.org(), id: id.to_string() }).await
    }

    pub async fn set_role(&self, person: &str, role: &str) -> Outcome<()> {
        self.call(SetMemberRole { org: self.org(), person: person.to_owned(), role: role.to_owned() }).await
    }

    pub async fn remove_member(&self, person: &str) -> Outcome<()> {
        self.call(RemoveMember { org: self.org(), person: person.to_owned() }).await
    }

    pub async fn leave(&self) -> Outcome<()> {
        self.call(LeaveOrganization { org: self.org() }).await
    }
}
