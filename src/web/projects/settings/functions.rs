//! Server functions of a project's settings.

use std::collections::BTreeMap;

use leptos::prelude::*;
use uuid::Uuid;

use crate::domain::{
    errors::AppError,
    projects::settings::{ProjectSettings, Transitions},
};
#[cfg(feature = "ssr")]
use crate::{
    domain::{ids::PersonId, projects::settings::ProjectRole},
    server::{
        error::Error,
        services::{
            project_settings::{self, AboutForm, StateForm},
            transitions,
        },
    },
    web::request,
};

/// Fetches the settings of the project `key`.
#[server(prefix = "/fn", endpoint = "get_project_settings", protocol = crate::web::call::Get)]
pub async fn get_project_settings(org: String, key: String) -> Result<ProjectSettings, AppError> {
    request::in_organization(&org, async |ctx| project_settings::get(&ctx, &key.parse()?).await).await
}

/// Updates the presentation of a project. Form fields: `name`, `description`, `icon`, `hue`.
#[server(prefix = "/fn", endpoint = "describe_project", protocol = crate::web::call::Post)]
pub async fn describe_project(
    org: String,
    key: String,
    name: String,
    description: String,
    icon: String,
    hue: String,
) -> Result<(), AppError> {
    let typed = AboutForm { name: &name, description: &description, icon: &icon, hue: &hue };
    request::in_organization(&org, async |ctx| project_settings::describe(&ctx, &key.parse()?, typed).await).await
}

/// Makes a project private (`closed`), or visible to all members of the organization.
#[server(prefix = "/fn", endpoint = "set_project_closed", protocol = crate::web::call::Post)]
pub async fn set_project_closed(org: String, key: String, closed: bool) -> Result<(), AppError> {
    request::in_organization(&org, async |ctx| project_settings::set_private(&ctx, &key.parse()?, closed).await).await
}

/// Makes `person` a `member` or the `lead` of a project, or neither (`none`).
#[server(prefix = "/fn", endpoint = "set_project_member", protocol = crate::web::call::Post)]
pub async fn set_project_member(
    org: String,
    key: String,
    person: Uuid,
    #[server(rename = "part")] role: String,
) -> Result<(), AppError> {
    request::in_organization(&org, async |ctx| {
        let key = key.parse()?;
        let role = ProjectRole::ALL.into_iter().find(|candidate| candidate.slug() == role).ok_or(Error::BadRequest)?;
        project_settings::set_role(&ctx, &key, PersonId(person), role).await
    })
    .await
}

/// Archives or restores a project.
#[server(prefix = "/fn", endpoint = "set_project_archived", protocol = crate::web::call::Post)]
pub async fn set_project_archived(org: String, key: String, archived: bool) -> Result<(), AppError> {
    request::in_organization(&org, async |ctx| project_settings::set_archived(&ctx, &key.parse()?, archived).await)
        .await
}

/// Adds a project to the member's favourites, or removes it.
#[server(prefix = "/fn", endpoint = "set_project_favourite", protocol = crate::web::call::Post)]
pub async fn set_project_favourite(org: String, key: String, favourite: bool) -> Result<(), AppError> {
    request::in_organization(&org, async |ctx| project_settings::set_favourite(&ctx, &key.parse()?, favourite).await)
        .await
}

/// Adds a label, or updates the one with the id `label`. Form fields: `name`, `hue`.
#[server(prefix = "/fn", endpoint = "save_label", protocol = crate::web::call::Post)]
pub async fn save_label(
    org: String,
    key: String,
    label: Option<Uuid>,
    name: String,
    hue: String,
) -> Result<(), AppError> {
    request::in_organization(&org, async |ctx| {
        project_settings::save_label(&ctx, &key.parse()?, label, &name, &hue).await
    })
    .await
}

/// Removes a label, also from its tasks.
#[server(prefix = "/fn", endpoint = "remove_label", protocol = crate::web::call::Post)]
pub async fn remove_label(org: String, key: String, label: Uuid) -> Result<(), AppError> {
    request::in_organization(&org, async |ctx| project_settings::remove_label(&ctx, &key.parse()?, label).await).await
}

/// Adds a state, or updates the one with the slug `state`. Form fields: `name`, `category`, `hue`, `limit`.
#[server(prefix = "/fn", endpoint = "save_state", protocol = crate::web::call::Post)]
pub async fn save_state(
    org: String,
    key: String,
    #[server(default)] state: String,
    name: String,
    category: String,
    #[server(default)] hue: String,
    #[server(default)] limit: String,
) -> Result<(), AppError> {
    let typed = StateForm { name: &name, category: &category, hue: &hue, limit: &limit };
    let slug = Some(state.as_str()).filter(|slug| !slug.is_empty());
    request::in_organization(&org, async |ctx| project_settings::save_state(&ctx, &key.parse()?, slug, typed).await)
        .await
}

/// Moves a state one position `up` in the workflow, or down.
#[server(prefix = "/fn", endpoint = "move_state", protocol = crate::web::call::Post)]
pub async fn move_state(org: String, key: String, state: String, up: bool) -> Result<(), AppError> {
    request::in_organization(&org, async |ctx| project_settings::move_state(&ctx, &key.parse()?, &state, up).await)
        .await
}

/// Removes a state without tasks.
#[server(prefix = "/fn", endpoint = "remove_state", protocol = crate::web::call::Post)]
pub async fn remove_state(org: String, key: String, state: String) -> Result<(), AppError> {
    request::in_organization(&org, async |ctx| project_settings::remove_state(&ctx, &key.parse()?, &state).await).await
}

/// Fetches the moves between states that the project `key` allows.
#[server(prefix = "/fn", endpoint = "get_transitions", protocol = crate::web::call::Get)]
pub async fn get_transitions(org: String, key: String) -> Result<Transitions, AppError> {
    request::in_organization(&org, async |ctx| transitions::get(&ctx, &key.parse()?).await).await
}

/// Allows all moves between states (`moves` is `any`), or only those in `ticks`, by source and target state. Form fields:
/// `moves`.
#[server(prefix = "/fn", endpoint = "set_transitions", protocol = crate::web::call::Post)]
pub async fn set_transitions(
    org: String,
    key: String,
    moves: String,
    #[server(default)] ticks: BTreeMap<String, BTreeMap<String, String>>,
) -> Result<(), AppError> {
    let ticked = ticks.into_iter().flat_map(|(from, to)| to.into_keys().map(move |to| (from.clone(), to)));
    let allowed = if moves == "any" { None } else { Some(ticked.collect()) };
    request::in_organization(&org, async |ctx| transitions::set(&ctx, &key.parse()?, allowed).await).await
}
