//! Identifiers that cannot be taken for one another.

use uuid::Uuid;

use crate::kernel::ids::id;

id! {
    /// An organization.
    OrgId(pub Uuid), Copy
}
id! {
    /// A person: one subject at one issuer.
    PersonId(pub Uuid), Copy
}
id! {
    /// A project.
    ProjectId(pub Uuid), Copy
}
id! {
    /// A browser: what its session record holds and its seats hang on. It never leaves the server.
    BrowserId(pub Uuid), Copy
}
id! {
    /// An organization that somebody is creating.
    FoundingId(pub Uuid), Copy
}
id! {
    /// A change that the provider does not know yet.
    ChangeId(pub Uuid), Copy
}
id! {
    /// An invitation.
    InvitationId(pub Uuid), Copy
}
id! {
    /// A label of a project.
    LabelId(pub Uuid), Copy
}
id! {
    /// A comment on a task.
    CommentId(pub Uuid), Copy
}
id! {
    /// A saved view of a project.
    ViewId(pub Uuid), Copy
}
id! {
    /// What was done in one go: the events of it are undone together.
    BatchId(pub Uuid), Copy
}
