//! The SQL repositories, one file per aggregate.
//!
//! Functions take a transaction, never a pool. A function on an organization's data takes an `OrgTx` and names `org_id` in
//! every statement. Repository errors hold no text for users: services write that.
//!
//! A function that writes is named after its statement: `insert`, `update`, `upsert`, `delete`. A `claim` is an update that
//! only one of several workers wins.

pub mod audit;
pub mod browser_organizations;
pub mod bulk;
pub mod callers;
pub mod comments;
pub mod domains;
pub mod drafts;
pub mod events;
pub mod folded_names;
pub mod form_submissions;
pub mod invitations;
pub mod join_requests;
mod json;
pub mod logins;
pub mod members;
pub mod memberships;
pub mod notifications;
pub mod organization_setups;
pub mod organizations;
pub mod people;
pub mod project_visibility;
pub mod projects;
pub mod proven_address;
pub mod provider_changes;
pub mod saved_views;
pub mod search;
pub mod search_index;
pub mod seats;
pub mod seeds;
pub mod sessions;
pub mod tasks;
