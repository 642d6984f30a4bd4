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
    domain::{ids::PersonId, keys::ProjectKey, projects::settings::ProjectRole},
    server::{
        access::OrgContext,
        error::Error,
        services::{
            project_settings::{self, LabelForm, TypedState},
            transitions,
        },
    },
    web::request,
};

/// Authenticates the member and parses the project's key.
#[cfg(feature = "ssr")]
async fn project_context(org: &str, key: &str) -> Result<(OrgContext, ProjectKey), AppError> {
    let ctx = request::organization(org).await?;
    let key = key.parse().map_err(|_| request::refuse(Error::NotFound))?;
    Ok((ctx, key))
}

/// Fetches the settings of the project `key`.
#[server(prefix = "/fn", endpoint = "get_project_settings", input = server_fn::codec::GetUrl)]
pub async fn get_project_settings(org: String, key: String) -> Result<ProjectSettings, AppError> {
    let (ctx, key) = project_context(&org, &key).await?;
    project_settings::get(&ctx, &key).await.map_err(request::refuse)
}

/// Updates the presentation of a project. Form fields: `name`, `description`, `icon`, `hue`.
#[server(prefix = "/fn", endpoint = "describe_project")]
pub async fn describe_project(
    org: String,
    key: String,
    name: String,
    description: String,
    icon: String,
    hue: String,
) -> Result<(), AppError> {
    let (ctx, key) = project_context(&org, &key).await?;
    let typed = LabelForm { name: &name, description: &description, icon: &icon, hue: &hue };
    project_settings::describe(&ctx, &key, typed).await.map_err(request::refuse)
}

/// Makes a project private (`closed`), or visible to all members of the organization.
#[server(prefix = "/fn", endpoint = "set_project_closed")]
pub async fn set_project_closed(org: String, key: String, closed: bool) -> Result<(), AppError> {
    let (ctx, key) = project_context(&org, &key).await?;
    project_settings::set_private(&ctx, &key, closed).await.map_err(request::refuse)
}

/// Makes `person` a `member` or the `lead` of a project, or neither (`none`).
#[server(prefix = "/fn", endpoint = "set_project_member")]
pub async fn set_project_member(
    org: String,
    key: String,
    person: Uuid,
    #[server(rename = "part")] role: String,
) -> Result<(), AppError> {
    let (ctx, key) = project_context(&org, &key).await?;
    let role = ProjectRole::ALL.into_iter().find(|candidate| candidate.slug() == role);
    let role = role.ok_or(Error::BadRequest).map_err(request::refuse)?;
    project_settings::set_role(&ctx, &key, PersonId(person), role).await.map_err(request::refuse)
}

/// Archives or restores a project.
#[server(prefix = "/fn", endpoint = "set_project_archived")]
pub async fn set_project_archived(org: String, key: String, archived: bool) -> Result<(), AppError> {
    let (ctx, key) = project_context(&org, &key).await?;
    project_settings::set_archived(&ctx, &key, archived).await.map_err(request::refuse)
}

/// Adds a project to the member's favourites, or removes it.
#[server(prefix = "/fn", endpoint = "set_project_favourite")]
pub async fn set_project_favourite(org: String, key: String, favourite: bool) -> Result<(), AppError> {
    let (ctx, key) = project_context(&org, &key).await?;
    project_settings::set_favourite(&ctx, &key, favourite).await.map_err(request::refuse)
}

/// Adds a label, or updates the one with the id `label`. Form fields: `name`, `hue`.
#[server(prefix = "/fn", endpoint = "save_label")]
pub async fn save_label(
    org: String,
    key: String,
    label: Option<Uuid>,
    name: String,
    hue: String,
) -> Result<(), AppError> {
    let (ctx, key) = project_context(&org, &key).await?;
    project_settings::save_label(&ctx, &key, label, &name, &hue).await.map_err(request::refuse)
}

/// Removes a label, also from its tasks.
#[server(prefix = "/fn", endpoint = "remove_label")]
pub async fn remove_label(org: String, key: String, label: Uuid) -> Result<(), AppError> {
    let (ctx, key) = project_context(&org, &key).await?;
    project_settings::remove_label(&ctx, &key, label).await.map_err(request::refuse)
}

/// Adds a state, or updates the one with the slug `state`. Form fields: `name`, `category`, `hue`, `limit`.
#[server(prefix = "/fn", endpoint = "save_state")]
pub async fn save_state(
    org: String,
    key: String,
    #[server(default)] state: String,
    name: String,
    category: String,
    #[server(default)] hue: String,
    #[server(default)] limit: String,
) -> Result<(), AppError> {
    let (ctx, key) = project_context(&org, &key).await?;
    let typed = TypedState { name: &name, category: &category, hue: &hue, limit: &limit };
    let slug = Some(state.as_str()).filter(|slug| !slug.is_empty());
    project_settings::save_state(&ctx, &key, slug, typed).await.map_err(request::refuse)
}

/// Moves a state one position `up` in the workflow, or down.
#[server(prefix = "/fn", endpoint = "move_state")]
pub async fn move_state(org: String, key: String, state: String, up: bool) -> Result<(), AppError> {
    let (ctx, key) = project_context(&org, &key).await?;
    project_settings::move_state(&ctx, &key, &state, up).await.map_err(request::refuse)
}

/// Removes a state without tasks.
#[server(prefix = "/fn", endpoint = "remove_state")]
pub async fn remove_state(org: String, key: String, state: String) -> Result<(), AppError> {
    let (ctx, key) = project_context(&org, &key).await?;
    project_settings::remove_state(&ctx, &key, &state).await.map_err(request::refuse)
}

/// Fetches the moves between states that the project `key` allows.
#[server(prefix = "/fn", endpoint = "get_transitions", input = server_fn::codec::GetUrl)]
pub async fn get_transitions(org: String, key: String) -> Result<Transitions, AppError> {
    let (ctx, key) = project_context(&org, &key).await?;
    transitions::get(&ctx, &key).await.map_err(request::refuse)
}

/// Allows all moves between states (`moves` is `any`), or only those in `ticks`, by source and target state. Form fields:
/// `moves`.
#[server(prefix = "/fn", endpoint = "set_transitions")]
pub async fn set_transitions(
    org: String,
    key: String,
    moves: String,
    #[server(default)] ticks: BTreeMap<String, BTreeMap<String, String>>,
) -> Result<(), AppError> {
    let (ctx, key) = project_context(&org, &key).await?;
    let ticked = ticks.into_iter().flat_map(|(from, to)| to.into_keys().map(move |to| (from.clone(), to)));
    let allowed = if moves == "any" { None } else { Some(ticked.collect()) };
    transitions::set(&ctx, &key, allowed).await.map_err(request::refuse)
}
