//! What is known of a membership before a request has its slot.

use crate::{
    domain::ids::PersonId,
    server::{
        db::{Mode, OrgTx, ProvenOrg},
        error::Error,
        fair_queue::{Slot, SlotKind},
        repo::memberships::{self, AtPresent},
        state::AppState,
    },
};

/// What is known of a membership before the wait for a slot.
pub(super) enum Known {
    /// Nothing that is still valid.
    Nothing,
    /// The active membership, if there is one.
    Membership(Option<AtPresent>),
}

impl Known {
    /// Waits for a slot, and returns it with the active membership of `person`, which is read after a wait.
    pub(super) async fn with_slot(
        self,
        state: &AppState,
        org: ProvenOrg,
        person: PersonId,
        kind: SlotKind,
    ) -> Result<(Option<AtPresent>, Slot), Error> {
        let (slot, known) = if let Some(slot) = state.fair_queue.try_slot(Some(*org), kind) {
            (slot, self)
        } else {
            // What was known before the wait is no longer.
            (state.slot(Some(*org), kind).await?, Self::Nothing)
        };
        let present = match known {
            Self::Membership(present) => present,
            Self::Nothing => {
                memberships::at_present(&mut OrgTx::begin(&state.db, org, Mode::Read).await?, person).await?
            }
        };
        Ok((present, slot))
    }
}
