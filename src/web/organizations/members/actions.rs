//! The server actions that the rows of the people page share.

use super::functions::{LeaveOrganization, RemoveMember, ResendInvitation, RevokeInvitation, SetMemberRole};
use crate::web::ui::form_action::FormAction;

/// Changes to members and invitations.
#[derive(Clone, Copy)]
pub(super) struct Actions {
    pub role: FormAction,
    pub remove: FormAction,
    pub leave: FormAction,
    pub resend: FormAction,
    pub revoke: FormAction,
}

impl Actions {
    pub fn new() -> Self {
        Self {
            role: FormAction::of::<SetMemberRole>(),
            remove: FormAction::of::<RemoveMember>(),
            leave: FormAction::of::<LeaveOrganization>(),
            resend: FormAction::of::<ResendInvitation>(),
            revoke: FormAction::of::<RevokeInvitation>(),
        }
    }
}
