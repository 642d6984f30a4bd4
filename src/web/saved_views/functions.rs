//! Server functions of saved views.

use leptos::prelude::*;
use uuid::Uuid;

use crate::domain::errors::AppError;
#[cfg(feature = "ssr")]
use crate::{
    domain::ids::ViewId,
    server::services::saved_views::{self, ViewForm},
    web::request,
};

/// Saves `query` and `layout` as a view of the project `key` and redirects to the view. Form fields: `name`, `shared`.
#[server(prefix = "/fn", endpoint = "save_view", protocol = crate::web::call::Post)]
pub async fn save_view(
    org: String,
    key: String,
    layout: String,
    #[server(default)] query: String,
    name: String,
    #[server(default)] shared: bool,
) -> Result<(), AppError> {
    request::in_organization(&org, async |ctx| {
        let key = key.parse()?;
        let layout = layout.parse()?;
        let typed = ViewForm { name: &name, is_shared: shared, query: Some(&query) };
        let query = saved_views::create(&ctx, &key, layout, typed).await?;
        leptos_axum::redirect(&query.href(&format!("/o/{}/projects/{key}/{}", ctx.slug, layout.slug())));
        Ok(())
    })
    .await
}

/// Renames, shares or unshares one of the member's own views, and changes its query. Form fields: `name`, `shared`, `search`,
/// which is the query with its question mark, because an empty field is read as missing. Without it the query stays.
#[server(prefix = "/fn", endpoint = "change_view", protocol = crate::web::call::Post)]
pub async fn change_view(
    org: String,
    key: String,
    view: Uuid,
    #[server(default)] search: Option<String>,
    name: String,
    #[server(default)] shared: bool,
) -> Result<(), AppError> {
    request::in_organization(&org, async |ctx| {
        let query = search.as_deref().map(|search| search.strip_prefix('?').unwrap_or(search));
        let typed = ViewForm { name: &name, is_shared: shared, query };
        saved_views::change(&ctx, &key.parse()?, ViewId(view), typed).await
    })
    .await
}

/// Deletes one of the member's own views, or a shared one.
#[server(prefix = "/fn", endpoint = "delete_view", protocol = crate::web::call::Post)]
pub async fn delete_view(org: String, key: String, view: Uuid) -> Result<(), AppError> {
    request::in_organization(&org, async |ctx| saved_views::delete(&ctx, &key.parse()?, ViewId(view)).await).await
}
