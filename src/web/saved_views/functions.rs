//! Server functions of saved views.

use leptos::prelude::*;
use uuid::Uuid;

use crate::domain::errors::AppError;
#[cfg(feature = "ssr")]
use crate::{
    domain::{ids::ViewId, keys::ProjectKey},
    server::{
        access::OrgContext,
        error::Error,
        services::saved_views::{self, ViewForm},
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

/// Saves `query` and `layout` as a view of the project `key` and redirects to the view. Form fields: `name`, `shared`.
#[server(prefix = "/fn", endpoint = "save_view")]
pub async fn save_view(
    org: String,
    key: String,
    layout: String,
    #[server(default)] query: String,
    name: String,
    #[server(default)] shared: bool,
) -> Result<(), AppError> {
    let (ctx, key) = project_context(&org, &key).await?;
    let layout = layout.parse().map_err(|()| request::refuse(Error::BadRequest))?;
    let typed = ViewForm { name: &name, is_shared: shared };
    let query = saved_views::create(&ctx, &key, layout, &query, typed).await.map_err(request::refuse)?;
    leptos_axum::redirect(&query.href(&format!("/o/{}/projects/{key}/{}", ctx.slug, layout.slug())));
    Ok(())
}

/// Renames, shares or unshares one of the member's own views. Form fields: `name`, `shared`.
#[server(prefix = "/fn", endpoint = "change_view")]
pub async fn change_view(
    org: String,
    key: String,
    view: Uuid,
    name: String,
    #[server(default)] shared: bool,
) -> Result<(), AppError> {
    let (ctx, key) = project_context(&org, &key).await?;
    saved_views::change(&ctx, &key, ViewId(view), ViewForm { name: &name, is_shared: shared })
        .await
        .map_err(request::refuse)
}

/// Deletes one of the member's own views, or a shared one.
#[server(prefix = "/fn", endpoint = "delete_view")]
pub async fn delete_view(org: String, key: String, view: Uuid) -> Result<(), AppError> {
    let (ctx, key) = project_context(&org, &key).await?;
    saved_views::delete(&ctx, &key, ViewId(view)).await.map_err(request::refuse)
}
