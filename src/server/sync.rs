//! Synchronizes organizations, members and invitations with the identity provider.
//!
//! No page waits for the provider: [`worker`] executes queued commands and reconciles each organization in turn. Every
//! step is idempotent.

pub mod execute;
pub mod invitations;
pub mod memberships_at_sign_in;
pub mod new_organization;
pub mod organization_setup;
pub mod reconcile;
pub mod vouching;
pub mod worker;
