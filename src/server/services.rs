//! Operations of the application, shared by the pages and the REST API. An operation within an organization takes an
//! `OrgContext`, one outside of any organization a `PersonContext`.

pub mod activity;
mod activity_text;
pub mod comments;
mod confirmed_address;
pub mod discovery;
pub mod domain_checks;
pub mod domains;
mod emoji;
pub mod first_project;
pub mod inbox;
pub mod invitations;
pub mod join_requests;
pub mod joining;
pub mod markdown;
pub mod member_departure;
pub mod members;
mod mentions;
pub mod my_work;
pub mod organization_setup;
pub mod overview;
pub mod project_settings;
pub mod projects;
pub mod provider_changes;
mod recipients;
pub mod reminders;
pub mod saved_views;
pub mod search;
pub mod shell;
pub mod task_list;
pub mod tasks;
mod text;
pub mod text_merge;
pub mod transitions;
pub mod trash;
mod unit_of_work;
pub mod workspace_picker;
