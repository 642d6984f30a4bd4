//! Who is asking, in which organization, with which rights.
//!
//! An [`OrgContext`] is the proof that every service wants, save for becoming a member ([`JoinContext`]). There are two ways to one: [`from_seat`], through a
//! session that holds a verified sign-in for the organization, and [`from_token`], through a verified access token
//! with its `org_id`. A slug only chooses among what was proven.

mod joining;
mod person;

use chrono::{DateTime, Utc};

use super::{
    auth::{bearer::AccessToken, refresh},
    db::{Mode, OrgTx},
    error::Error,
    repo::{
        audit::{self, Outcome},
        memberships, organizations, people, seats,
    },
    state::AppState,
};
use crate::domain::{
    ids::{BrowserId, OrgId, PersonId},
    organizations::Person,
    permissions::{Permission, Permissions, Role},
};

pub use self::{joining::JoinContext, person::PersonContext};

/// A person in an organization, with the rights of this moment.
#[derive(Clone, Debug)]
pub struct OrgContext {
    state: AppState,
    org: OrgId,
    /// The organization's name in addresses.
    pub slug: String,
    /// The organization's name for people.
    pub display_name: String,
    pub person: PersonId,
    /// The person's name and address.
    pub who: Person,
    pub role: Role,
    pub permissions: Permissions,
    /// The number of the organization's last event when the rights were read: whatever is read in the context takes at least
    /// that much into account.
    pub as_of: i64,
}

/// For whom projects are looked up: those that are closed are seen by their members and the organization's owners.
#[derive(Clone, Copy, Debug)]
pub struct ProjectScope {
    pub person: PersonId,
    /// Whether closed projects are open to the person.
    pub sees_all: bool,
}

/// The context of `browser` in the organization called `slug`.
///
/// # Errors
/// [`Error::SignInRequired`] without a seat there, whether or not there is such an organization;
/// [`Error::MembershipEnded`] when the membership behind the seat has ended or is suspended.
pub async fn from_seat(state: &AppState, browser: BrowserId, slug: &str) -> Result<OrgContext, Error> {
    let now = state.clock.now();
    // Find the seat among those that were proven.
    let mut tx = state.db.read().await?;
    let seat = seats::find(&mut tx, browser, slug, now).await?.ok_or(Error::SignInRequired)?;
    // Have the provider confirm the rights when it is time.
    if seat.fresh_until <= now {
        drop(tx);
        refresh::confirm(state, browser, &seat).await?;
        tx = state.db.read().await?;
    }
    // Check the membership as it is now.
    let mut tx = tx.into_org(seat.org_id).await?;
    let Some((membership, as_of)) = memberships::at_present(&mut tx, seat.person_id).await? else {
        return Err(Error::MembershipEnded { organization: seat.display_name });
    };
    Ok(OrgContext {
        state: state.clone(),
        org: seat.org_id,
        slug: seat.slug,
        display_name: seat.display_name,
        person: seat.person_id,
        who: Person { name: seat.name, email: seat.email },
        role: membership.role,
        permissions: membership.permissions(),
        as_of,
    })
}

/// The context of whoever presents `token`: what both the token and the membership allow.
///
/// # Errors
/// [`Error::NotFound`] when the organization or the person is not known here, or the membership has ended.
pub async fn from_token(state: &AppState, token: &AccessToken) -> Result<OrgContext, Error> {
    let issuer = state.provider.issuer();
    let mut tx = state.db.read().await?;
    let organization = organizations::by_provider_id(&mut tx, issuer, &token.org_id).await?.ok_or(Error::NotFound)?;
    let person = people::find(&mut tx, issuer, &token.sub).await?.ok_or(Error::NotFound)?;
    let who = people::describe(&mut tx, person).await?.ok_or(Error::NotFound)?;
    let mut tx = tx.into_org(organization.id).await?;
    let (membership, as_of) = memberships::at_present(&mut tx, person).await?.ok_or(Error::NotFound)?;
    Ok(OrgContext {
        state: state.clone(),
        org: organization.id,
        slug: organization.slug,
        display_name: organization.display_name,
        person,
        who,
        role: membership.role,
        permissions: membership.permissions().intersection(token.permissions),
        as_of,
    })
}

impl OrgContext {
    /// The application's parts.
    #[must_use]
    pub const fn state(&self) -> &AppState {
        &self.state
    }

    /// Whose projects are looked up.
    #[must_use]
    pub const fn project_scope(&self) -> ProjectScope {
        ProjectScope { person: self.person, sees_all: matches!(self.role, Role::Owner) }
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

    /// Starts a transaction in the organization, for reading.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without `permission`.
    pub async fn read(&self, permission: Permission) -> Result<OrgTx, Error> {
        if !self.permissions.allow(permission) {
            return Err(Error::Forbidden(permission));
        }
        OrgTx::begin(&self.state.db, self.org, Mode::Read).await
    }

    /// Starts a transaction in the organization, for carrying `action` out on `target`.
    ///
    /// # Errors
    /// [`Error::Forbidden`] without `permission`; the refusal is on record then.
    pub async fn write(&self, permission: Permission, action: &'static str, target: &str) -> Result<OrgTx, Error> {
        let mut tx = OrgTx::begin(&self.state.db, self.org, Mode::Write).await?;
        if self.permissions.allow(permission) {
            return Ok(tx);
        }
        self.record(&mut tx, action, target, Outcome::Refused).await?;
        tx.commit().await?;
        Err(Error::Forbidden(permission))
    }

    /// Puts `action` on record.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn record(
        &self,
        tx: &mut OrgTx,
        action: &'static str,
        target: &str,
        outcome: Outcome,
    ) -> Result<(), Error> {
        let entry = audit::Entry { id: self.new_id(), at: self.now(), person: self.person, action, target, outcome };
        audit::record(tx, entry).await
    }
}
