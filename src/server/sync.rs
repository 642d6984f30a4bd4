//! Keeps organizations, members and invitations in step with the identity provider.
//!
//! No page waits for the provider: [`worker`] carries queued commands out and reconciles each organization in turn. Every
//! step may run twice.

pub mod carry_out;
pub mod invitations;
pub mod memberships_at_sign_in;
pub mod organization_setup;
pub mod reconcile;
pub mod worker;
