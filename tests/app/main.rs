//! Tests of the application over HTTP, as browsers and API clients use it. Each test controls its own provider. The
//! name of a test file is the feature that the file tests. `TEST_DATABASE_URL` selects `PostgreSQL`; without the
//! variable, each test has its own `SQLite` file.
#![cfg(feature = "ssr")]

mod log {
    include!("../support/log.rs");
}
mod postgres {
    include!("../support/postgres.rs");
}
mod site {
    include!("../support/site.rs");
}
mod snapshot {
    include!("../support/snapshot.rs");
}
mod table {
    include!("../support/access.rs");
}
mod support;

mod access;
mod addresses;
mod advisories;
mod authorization;
mod backchannel;
mod backup;
mod boards;
mod clock_jumps;
mod comments;
mod cross_site;
mod database;
mod database_away;
mod database_roles;
mod demo;
mod discovery;
mod domains;
mod ended_organizations;
mod foreign_ids;
mod former_names;
mod forms_once;
mod fuzz;
mod headers;
mod host;
mod https;
mod inbox;
mod invariants;
mod invitation_files;
mod invitation_links;
mod invitation_races;
mod invitations;
mod issuer_text;
mod joining;
mod kept_boards;
mod killed_node;
mod lanes;
mod list;
mod live_updates;
mod lock_order;
mod members;
mod merge;
mod metrics;
mod move_races;
mod my_work;
mod names;
mod names_that_were;
mod notifications;
mod presence;
mod private_files;
mod project_counts;
mod project_overview;
mod project_settings;
mod project_templates;
mod projects;
mod proven_addresses;
mod provider_dialects;
mod provider_garbage;
mod provisioning;
mod reconcile;
mod relations;
mod relying_party;
mod remembered_tokens;
mod request_ids;
mod rest;
mod restored_forms;
mod rights_within_a_write;
mod saved_views;
mod scale;
mod search;
mod search_scripts;
mod second_wall;
mod secrets;
mod sessions;
mod sign_in_again;
mod sign_in_callback;
mod sign_in_page;
mod silent_sign_in;
mod startup_errors;
mod statements;
mod task_edits;
mod tasks;
mod time_zones;
mod token_refresh;
mod transitions;
mod trash;
mod undo;
mod visibility;
mod visitor_pages;
mod workspace_names;
mod workspace_picker;
