//! Request contexts: the person, the organization and the permissions of a request.
//!
//! Every service requires an [`OrgContext`], except for joining an organization ([`JoinContext`]). An `OrgContext` is
//! created by [`from_seat`] from a session with a verified sign-in to the organization, or by [`from_token`] from a verified
//! access token with an `org_id`. A slug only selects among organizations that are already authenticated.

mod form_once;
pub mod from_token;
mod join_context;
mod known;
mod person;

use std::{sync::Arc, time::Instant};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::{
    auth::refresh,
    db::{Mode, OrgTx, ProvenOrg, Rights},
    error::Error,
    fair_queue::{Slot, SlotKind},
    repo::{
        audit::{self, Outcome},
        memberships::{self, AtPresent, Membership},
        organizations,
        project_visibility::ProjectScope,
        seats::{self, Seat},
    },
    request_scope::{self, record_organization},
    state::AppState,
};
use crate::{
    domain::{
        ids::{BrowserId, PersonId},
        keys::ProjectKey,
        organizations::Person,
        permissions::{Permission, Permissions, Role},
    },
    kernel::{
        metrics::{Limit, Service},
        time_zone::TimeZone,
    },
};

use self::known::Known;
pub use self::{form_once::FormOnce, join_context::JoinContext, person::PersonContext};

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
    /// The person's time zone, as far as it is known.
    pub time_zone: TimeZone,
    /// The time zone that is stored, which is that of the person's last page.
    last_time_zone: TimeZone,
    /// The form that the request carries out.
    pub form: Option<Arc<FormOnce>>,
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
    let found = state.db.single(|single| {
        let slug = slug.to_owned();
        Box::pin(async move { seats::at_present(single, browser, &slug, now).await })
    });
    let (seat, membership) = found.await?.ok_or(Error::SignInRequired)?;
    let mut known = Known::Membership(membership);
    // Refresh the permissions from the provider if they are due.
    if seat.fresh_until <= now || seat.fresh_until > now + LATEST_REFRESH {
        refresh::refresh_seat(state, browser, &seat).await?;
        known = Known::Nothing;
    }
    let ended = Error::MembershipEnded { organization: seat.display_name.clone() };
    with_seat(state, seat, known, kind).await?.ok_or(ended)
}

/// Returns the context of a seat and a slot of the organization like [`from_seat`], with the permissions that are known
/// here: the provider is not asked. `None` if the membership has ended. The caller must not hold a slot.
pub async fn as_known(state: &AppState, seat: Seat, kind: SlotKind) -> Result<Option<(OrgContext, Slot)>, Error> {
    with_seat(state, seat, Known::Nothing, kind).await
}

async fn with_seat(
    state: &AppState,
    seat: Seat,
    known: Known,
    kind: SlotKind,
) -> Result<Option<(OrgContext, Slot)>, Error> {
    let signed_in = SignedIn {
        org: seat.org_id,
        slug: seat.slug,
        display_name: seat.display_name,
        person: seat.person_id,
        who: Person { name: seat.name, email: seat.email },
    };
    signed_in.into_context(state, known, kind).await
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
        known: Known,
        kind: SlotKind,
    ) -> Result<Option<(OrgContext, Slot)>, Error> {
        let (present, slot) = known.with_slot(state, self.org, self.person, kind).await?;
        Ok(present.map(|present| (self.with_membership(state, present), slot)))
    }

    /// Returns the context, with the membership and what was read with it.
    fn with_membership(self, state: &AppState, present: AtPresent) -> OrgContext {
        let Self { org, slug, display_name, person, who } = self;
        let AtPresent { membership, as_of, time_zone } = present;
        record_organization(&slug);
        OrgContext {
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
            time_zone: request_scope::time_zone().unwrap_or(time_zone),
            last_time_zone: time_zone,
            form: None,
        }
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

    /// The day that it is for the person.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.time_zone.day(self.now())
    }

    /// A new id.
    #[must_use]
    pub fn new_id(&self) -> uuid::Uuid {
        self.state.random.uuid(self.now())
    }

    /// Checks that the person has `permission`.
    fn require(&self, permission: Permission) -> Result<(), Error> {
        if self.permissions.allow(permission) { Ok(()) } else { Err(Error::Forbidden(permission)) }
    }

    /// Begins a read transaction in the organization.
    ///
    /// # Errors
    /// [`Error::Forbidden`] if `permission` is missing.
    pub async fn read(&self, permission: Permission) -> Result<OrgTx, Error> {
        self.require(permission)?;
        OrgTx::begin(&self.state.db, self.org, Mode::Read).await
    }

    /// Begins a write transaction in the organization for `action` on `target`. The person keeps their rights until it
    /// ends.
    ///
    /// # Errors
    /// [`Error::Forbidden`] if `permission` is missing; the refusal is recorded in the audit log.
    /// [`Error::MembershipEnded`] and [`Error::Conflict`] if the membership has ended or changed since the context was made:
    /// the transaction may have waited for others. [`Error::SentBefore`] if the request has a form that another has carried
    /// out.
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

    /// Begins a write transaction like [`Self::write`], with the lock on the project `key`. The caller reads the membership first,
    /// and calls [`Self::check_write`].
    pub(in crate::server) async fn begin_in_project(&self, key: &ProjectKey) -> Result<OrgTx, Error> {
        Ok(OrgTx::begin_with_rights(&self.state.db, self.org, Rights::Keep).await?.begin_with_project(key))
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
        self.check_write(tx, membership, permission, action, target).await
    }

    /// Checks the rights of a write transaction, in which the person has the active `membership`.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub(in crate::server) async fn check_write(
        &self,
        mut tx: OrgTx,
        membership: Option<Membership>,
        permission: Permission,
        action: &'static str,
        target: &str,
    ) -> Result<OrgTx, Error> {
        let membership =
            membership.ok_or_else(|| Error::MembershipEnded { organization: self.display_name.clone() })?;
        if self.permissions.intersection(membership.permissions()).allow(permission) {
            // Role and permissions of the context decide more than this permission.
            if membership != self.membership {
                return Err(RIGHTS_CHANGED);
            }
            if let Some(form) = &self.form {
                form.claim(&self.state, &mut tx, (self.org, self.person)).await?;
            }
            return Ok(tx);
        }
        self.record(&mut tx, action, target, Outcome::Refused).await?;
        tx.commit().await?;
        Err(Error::Forbidden(permission))
    }

    /// Stores the person's time zone, if it is another one than that of their last page: reminders are sent without a
    /// request.
    pub(in crate::server) async fn store_time_zone(&self) -> Result<(), Error> {
        if self.time_zone == self.last_time_zone {
            return Ok(());
        }
        let mut tx = OrgTx::begin_with_rights(&self.state.db, self.org, Rights::Keep).await?;
        memberships::update_time_zone(&mut tx, self.person, self.time_zone).await?;
        organizations::remind_soon(&mut tx).await?;
        tx.commit().await
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
