//! What Tessera does, for pages and other programs alike. What belongs to an organization takes the
//! `OrgContext` that it acts in, what a person does outside of one a `PersonContext`.

pub mod activity;
pub mod bin;
pub mod change;
pub mod choosing;
pub mod comments;
pub mod discovery;
pub mod domain_checks;
pub mod domains;
pub mod first_project;
pub mod founding;
pub mod inbox;
pub mod invitations;
pub mod join_requests;
pub mod joining;
pub mod leaving;
pub mod listing;
pub mod markdown;
pub mod members;
pub mod mentions;
pub mod my_work;
pub mod notices;
pub mod overview;
pub mod project_settings;
pub mod projects;
pub mod provider_changes;
pub mod reminders;
pub mod search;
pub mod tasks;
pub mod text;
pub mod text_merge;
pub mod transitions;
pub mod views;
pub mod words;
pub mod workspace;
