//! The application over HTTP, as browsers and other programs use it, with a provider that answers as a test says. Files
//! mirror what they test. `TEST_DATABASE_URL` chooses `PostgreSQL`; without it each test has a `SQLite` file.
#![cfg(feature = "ssr")]

#[path = "support/postgres.rs"]
mod postgres;
#[path = "app/support.rs"]
mod support;

#[path = "app/access.rs"]
mod access;
#[path = "app/backchannel.rs"]
mod backchannel;
#[path = "app/bin.rs"]
mod bin;
#[path = "app/boards.rs"]
mod boards;
#[path = "app/callback.rs"]
mod callback;
#[path = "app/changes.rs"]
mod changes;
#[path = "app/choosing.rs"]
mod choosing;
#[path = "app/comments.rs"]
mod comments;
#[path = "app/compare.rs"]
mod compare;
#[path = "app/database.rs"]
mod database;
#[path = "app/discovery.rs"]
mod discovery;
#[path = "app/domains.rs"]
mod domains;
#[path = "app/founding.rs"]
mod founding;
#[path = "app/https.rs"]
mod https;
#[path = "app/inbox.rs"]
mod inbox;
#[path = "app/invitation_links.rs"]
mod invitation_links;
#[path = "app/invitations.rs"]
mod invitations;
#[path = "app/joining.rs"]
mod joining;
#[path = "app/lanes.rs"]
mod lanes;
#[path = "app/list.rs"]
mod list;
#[path = "app/live.rs"]
mod live;
#[path = "app/merge.rs"]
mod merge;
#[path = "app/my_work.rs"]
mod my_work;
#[path = "app/overview.rs"]
mod overview;
#[path = "app/people.rs"]
mod people;
#[path = "app/presence.rs"]
mod presence;
#[path = "app/project_settings.rs"]
mod project_settings;
#[path = "app/projects.rs"]
mod projects;
#[path = "app/properties.rs"]
mod properties;
#[path = "app/refresh.rs"]
mod refresh;
#[path = "app/relations.rs"]
mod relations;
#[path = "app/rest.rs"]
mod rest;
#[path = "app/search.rs"]
mod search;
#[path = "app/sessions.rs"]
mod sessions;
#[path = "app/sign_in_page.rs"]
mod sign_in_page;
#[path = "app/silent.rs"]
mod silent;
#[path = "app/start.rs"]
mod start;
#[path = "app/starting.rs"]
mod starting;
#[path = "app/statements.rs"]
mod statements;
#[path = "app/tasks.rs"]
mod tasks;
#[path = "app/transitions.rs"]
mod transitions;
#[path = "app/views.rs"]
mod views;
#[path = "app/watching.rs"]
mod watching;
