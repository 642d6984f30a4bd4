//! Typed ids, so that one cannot be mistaken for another.

use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, sqlx::Type,
        )]
        #[sqlx(transparent)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id! {
    /// An organization.
    OrgId
}
id! {
    /// A person: one subject at one issuer.
    PersonId
}
id! {
    /// A project.
    ProjectId
}
id! {
    /// A browser, to which its sessions and seats belong. The id never leaves the server.
    BrowserId
}
id! {
    /// The creation of an organization.
    SetupId
}
id! {
    /// A queued change for the provider.
    ChangeId
}
id! {
    /// An invitation.
    InvitationId
}
id! {
    /// A label of a project.
    LabelId
}
id! {
    /// A comment on a task.
    CommentId
}
id! {
    /// A saved view of a project.
    ViewId
}
id! {
    /// A batch of events that are undone together.
    BatchId
}
