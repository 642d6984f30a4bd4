//! Limits of the mails that an organization sends to people outside of it.

use std::collections::HashMap;

use chrono::TimeDelta;

use crate::server::{
    access::OrgContext,
    db::OrgTx,
    error::Error,
    repo::{
        invitations::{self, SentTo},
        memberships,
    },
};

const DAY: TimeDelta = TimeDelta::days(1);
const MINUTE: TimeDelta = TimeDelta::minutes(1);
/// Maximum number of invitations of an organization per day.
const PER_DAY: i64 = 500;
/// Maximum number of invitations of an organization to one address per day, and per minute: the first, and one that is
/// sent again at once.
const PER_ADDRESS_AND_DAY: i64 = 5;
const PER_ADDRESS_AND_MINUTE: i64 = 2;

/// What the organization has sent within a day.
pub(super) struct SentMails(HashMap<String, SentTo>);

impl SentMails {
    /// Counts the invitations. Locks the owner's membership, whoever sends, so that concurrent requests do not exceed the
    /// limits together.
    pub(super) async fn count(ctx: &OrgContext, tx: &mut OrgTx) -> Result<Self, Error> {
        let owner = memberships::owner(tx).await?;
        memberships::lock(tx, owner).await?;
        let now = ctx.now();
        let sent = invitations::count_sent(tx, now - DAY, now - MINUTE).await?;
        Ok(Self(sent.into_iter().map(|sent| (sent.address.clone(), sent)).collect()))
    }

    /// Refuses `more` invitations if they are too many for a day.
    ///
    /// # Errors
    /// [`Error::Conflict`].
    pub(super) fn check(&self, more: i64) -> Result<(), Error> {
        let total: i64 = self.0.values().map(|sent| sent.today).sum();
        if total.saturating_add(more) > PER_DAY {
            return Err(Error::Conflict(
                "This workspace has sent too many invitations today. No one was invited. Invite the rest tomorrow.",
            ));
        }
        Ok(())
    }

    /// Returns why no further invitation may be sent to `address` now, if so.
    pub(super) fn refusal(&self, address: &str) -> Option<&'static str> {
        let sent = self.0.get(address)?;
        if sent.today >= PER_ADDRESS_AND_DAY {
            Some("This person was sent five invitations today. Wait a day before you send another.")
        } else if sent.just_now >= PER_ADDRESS_AND_MINUTE {
            Some("This person was sent two invitations within a minute. Wait a minute before you send another.")
        } else {
            None
        }
    }
}
