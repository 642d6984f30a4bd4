//! Typed ids, so that the id of one kind of object cannot be used for another kind.

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
    /// A browser, the owner of its sessions and seats. The id never leaves the server.
    BrowserId(pub Uuid), Copy
}
id! {
    /// An organization setup.
    SetupId(pub Uuid), Copy
}
id! {
    /// A queued command for the provider.
    ChangeId(pub Uuid), Copy
}
id! {
    /// An invitation.
    InvitationId(pub Uuid), Copy
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
    /// A batch of events that are undone together.
    BatchId(pub Uuid), Copy
}
