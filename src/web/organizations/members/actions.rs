//! The server actions that the rows of the people page share.

use leptos::prelude::ServerAction;

use super::functions::{LeaveOrganization, RemoveMember, ResendInvitation, RevokeInvitation, SetMemberRole};

/// Changes to members and invitations.
#[derive(Clone, Copy)]
pub(super) struct Actions {
    pub role: ServerAction<SetMemberRole>,
    pub remove: ServerAction<RemoveMember>,
    pub leave: ServerAction<LeaveOrganization>,
    pub resend: ServerAction<ResendInvitation>,
    pub revoke: ServerAction<RevokeInvitation>,
}

impl Actions {
    pub fn new() -> Self {
        Self {
            role: ServerAction::new(),
            remove: ServerAction::new(),
            leave: ServerAction::new(),
            resend: ServerAction::new(),
            revoke: ServerAction::new(),
        }
    }
}
