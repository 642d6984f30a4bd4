//! SQL, one file an aggregate. Functions take a transaction, never a pool; what belongs to an organization takes an
//! `OrgTx` and names `org_id` in every statement.

pub mod audit;
pub mod choices;
pub mod comments;
pub mod domains;
pub mod drafts;
pub mod events;
pub mod foundings;
pub mod invitations;
pub mod join_requests;
pub mod logins;
pub mod members;
pub mod memberships;
pub mod notifications;
pub mod organizations;
pub mod people;
pub mod projects;
pub mod provider_changes;
pub mod search;
pub mod seats;
pub mod sessions;
pub mod tasks;
pub mod views;
