//! Request contexts: the person, the organization and the permissions of a request.
//!
//! Every service requires an [`OrgContext`], except for joining an organization ([`JoinContext`]). An `OrgContext` is
//! created by [`from_seat`] from a session with a verified sign-in to the organization, or by [`from_token`] from a
//! verified access token with an `org_id`. A slug only selects among organizations that are already authenticated.

mod join_context;
mod person;

use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    auth::{bearer::AccessToken, refresh},
    db::{Mode, OrgTx, PlatformTx, ProvenOrg, Rights},
    error::Error,
    fair_queue::{Slot, SlotKind},
    repo::{
        audit::{self, Outcome},
        memberships::{self, Membership},
        people,
        project_visibility::ProjectScope,
        seats,
    },
    request_scope::record_organization,
    state::AppState,
};
use crate::{
    domain::{
        ids::{BrowserId, PersonId},
        organizations::Person,
        permissions::{Permission, Permissions, Role},
    },
    kernel::metrics::{Limit, Service},
};

pub use self::{join_context::JoinContext, person::PersonContext};

const RIGHTS_CHANGED: Error =
    Error::Conflict("Your role in this workspace has just changed. Nothing was saved; please try again.");

/// A person in an organization, with the permissions they have now.
#[derive(Clone, Debug)]
pub struct OrgContext {
    state: AppState,
    org: ProvenOrg,
    /// The membership when the context was made.
    membership: Membership,
    /// The organization's name in URLs.
    pub slug: String,
    /// The organization's display name.
    pub display_name: String,
    pub person: PersonId,
    /// The person's name and address.
    pub who: Person,
    pub role: Role,
    pub permissions: Permissions,
    /// Number of the organization's last event when the permissions were read. Data read in this context reflects at
    /// least the events up to it.
    pub as_of: i64,
}

/// Longer than permissions are fresh, also by the clock of another node. Those that would be fresh for longer are
/// refreshed: the clock was set back.
const LATEST_REFRESH: TimeDelta = TimeDelta::minutes(61);

/// Returns the context of `browser` in the organization with the name `slug`, and a slot of the organization. The caller
/// must hold neither a slot nor a transaction.
///
/// The provider is asked before the wait for the slot, and the membership checked after it: a provider that does not
/// answer takes no slots, and a member who is removed meanwhile gets no context.
///
/// # Errors
/// [`Error::SignInRequired`] if the browser has no seat in the organization, whether or not the organization exists;
/// [`Error::MembershipEnded`] if the membership of the seat has ended or is suspended; [`Error::Busy`] if the turn of a
/// request does not come in time.
pub async fn from_seat(
    state: &AppState,
    browser: BrowserId,
    slug: &str,
    kind: SlotKind,
) -> Result<(OrgContext, Slot), Error> {
    let now = state.clock.now();
    let mut tx = state.db.read().await?;
    let seat = seats::find(&mut tx, browser, slug, now).await?.ok_or(Error::SignInRequired)?;
    // Refresh the permissions from the provider if they are due.
    if seat.fresh_until <= now || seat.fresh_until > now + LATEST_REFRESH {
        drop(tx);
        refresh::refresh_seat(state, browser, &seat).await?;
        tx = state.db.read().await?;
    }
    let ended = Error::MembershipEnded { organization: seat.display_name.clone() };
    let signed_in = SignedIn {
        org: seat.org_id,
        slug: seat.slug,
        display_name: seat.display_name,
        person: seat.person_id,
        who: Person { name: seat.name, email: seat.email },
    };
    signed_in.into_context(state, tx, kind).await?.ok_or(ended)
}

/// Returns the context of the person that `token` was issued for, and a slot of the organization. Its permissions are
/// those that both the token and the membership grant. The caller must hold neither a slot nor a transaction.
///
/// # Errors
/// [`Error::NotFound`] if the organization or the person is unknown, or the membership has ended; [`Error::TokenRevoked`]
/// if the provider has ended the person's sessions since it issued the token; [`Error::Busy`] if the turn of the request
/// does not come in time.
pub async fn from_token(state: &AppState, token: &AccessToken) -> Result<(OrgContext, Slot), Error> {
    let issuer = state.provider.issuer();
    let mut tx = state.db.read().await?;
    let holder = people::token_holder(&mut tx, issuer, &token.org_id, &token.sub).await?.ok_or(Error::NotFound)?;
    if holder.tokens_refused_until.is_some_and(|end| token.is_issued_until(end)) {
        return Err(Error::TokenRevoked);
    }
    let signed_in = SignedIn {
        org: holder.org,
        slug: holder.slug,
        display_name: holder.display_name,
        person: holder.id,
        who: Person { name: holder.name, email: holder.email },
    };
    let (context, slot) = signed_in.into_context(state, tx, SlotKind::Request).await?.ok_or(Error::NotFound)?;
    let permissions = context.permissions.intersection(token.permissions);
    Ok((OrgContext { permissions, ..context }, slot))
}

/// A person who has signed in to an organization, before their membership is checked.
struct SignedIn {
    org: ProvenOrg,
    slug: String,
    display_name: String,
    person: PersonId,
    who: Person,
}

impl SignedIn {
    /// Waits for a slot, checks the current membership and returns the context; `None` if the membership has ended or is
    /// suspended.
    async fn into_context(
        self,
        state: &AppState,
        tx: PlatformTx,
        kind: SlotKind,
    ) -> Result<Option<(OrgContext, Slot)>, Error> {
        let Self { org, slug, display_name, person, who } = self;
        let (slot, tx) = if let Some(slot) = state.fair_queue.try_slot(Some(*org), kind) {
            (slot, tx)
        } else {
            // Nobody waits with a transaction.
            drop(tx);
            let slot = state.slot(Some(*org), kind).await?;
            (slot, state.db.read().await?)
        };
        let mut tx = tx.into_org(org).await?;
        let Some((membership, as_of)) = memberships::at_present(&mut tx, person).await? else { return Ok(None) };
        record_organization(&slug);
        let context = OrgContext {
            state: state.clone(),
            org,
            membership,
            slug,
            display_name,
            person,
            who,
            role: membership.role,
            permissions: membership.permissions(),
            as_of,
        };
        Ok(Some((context, slot)))
    }
}

impl OrgContext {
    /// The application state.
    #[must_use]
    pub const fn state(&self) -> &AppState {
        &self.state
    }

    /// The organization, for transactions that are opened outside of the context.
    pub(in crate::server) const fn org(&self) -> ProvenOrg {
        self.org
    }

    /// The person for whom projects are queried, with their visibility.
    #[must_use]
    pub const fn project_scope(&self) -> ProjectScope {
        ProjectScope::of_member(self.person, self.role)
    }

    /// The current time.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.state.clock.now()
    }

    /// A new id.
    #[must_use]
    pub fn new_id(&self) -> uuid::Uuid {
        self.state.random.uuid(self.now())
    }

    /// Begins a read transaction in the organization.
    ///
    /// # Errors
    /// [`Error::Forbidden`] if `permission` is missing.
    pub async fn read(&self, permission: Permission) -> Result<OrgTx, Error> {
        if !self.permissions.allow(permission) {
            return Err(Error::Forbidden(permission));
        }
        OrgTx::begin(&self.state.db, self.org, Mode::Read).await
    }

    /// Begins a write transaction in the organization for `action` on `target`. The person keeps their rights until it
    /// ends.
    ///
    /// # Errors
    /// [`Error::Forbidden`] if `permission` is missing; the refusal is recorded in the audit log.
    /// [`Error::MembershipEnded`] and [`Error::Conflict`] if the membership has ended or changed since the context was made:
    /// the transaction may have waited for others.
    pub async fn write(&self, permission: Permission, action: &'static str, target: &str) -> Result<OrgTx, Error> {
        self.begin_write(Rights::Keep, permission, action, target).await
    }

    /// Begins a write transaction like [`Self::write`], which may change the rights of members.
    pub async fn write_rights(
        &self,
        permission: Permission,
        action: &'static str,
        target: &str,
    ) -> Result<OrgTx, Error> {
        self.begin_write(Rights::Change, permission, action, target).await
    }

    async fn begin_write(
        &self,
        rights: Rights,
        permission: Permission,
        action: &'static str,
        target: &str,
    ) -> Result<OrgTx, Error> {
        let mut tx = OrgTx::begin_with_rights(&self.state.db, self.org, rights).await?;
        let membership = memberships::find(&mut tx, self.person).await?.flatten();
        let membership =
            membership.ok_or_else(|| Error::MembershipEnded { organization: self.display_name.clone() })?;
        if self.permissions.intersection(membership.permissions()).allow(permission) {
            // Role and permissions of the context decide more than this permission.
            return if membership == self.membership { Ok(tx) } else { Err(RIGHTS_CHANGED) };
        }
        self.record(&mut tx, action, target, Outcome::Refused).await?;
        tx.commit().await?;
        Err(Error::Forbidden(permission))
    }

    /// Runs work on `bytes` of text, which may need the processor for long. The work gets the deadline after which it
    /// takes shortcuts. No transaction may be open meanwhile.
    ///
    /// # Errors
    /// [`Error::Busy`] if too much work of the organization is waiting.
    pub async fn run_heavy<T: Send + 'static>(
        &self,
        bytes: usize,
        work: impl FnOnce(Instant) -> T + Send + 'static,
    ) -> Result<T, Error> {
        let result = self.state.heavy.run(*self.org, bytes, work).await;
        if matches!(result, Err(Error::Busy)) {
            self.state.metrics.count_refusal(Service::Application, Limit::HeavyWork);
        }
        result
    }

    /// Records `action` in the audit log.
    pub async fn record(
        &self,
        tx: &mut OrgTx,
        action: &'static str,
        target: &str,
        outcome: Outcome,
    ) -> Result<(), Error> {
        if outcome == Outcome::Refused {
            self.state.metrics.count_refused_action();
        }
        let entry = audit::Entry { id: self.new_id(), at: self.now(), person: self.person, action, target, outcome };
        audit::insert(tx, entry).await
    }
}
