//! Identifiers that cannot be taken for one another.

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
    /// A browser: what its session record holds and its seats hang on. It never leaves the server.
    BrowserId
}
id! {
    /// An organization that somebody is creating.
    SetupId
}
id! {
    /// A change that the provider does not know yet.
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
    /// What was done in one go: the events of it are undone together.
    BatchId
}
