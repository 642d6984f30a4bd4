//! Manages saved views. A private view is visible to its owner only; for everyone else it does not exist.

use super::text;
use crate::{
    domain::{
        ids::{ProjectId, ViewId},
        keys::ProjectKey,
        permissions::Permission,
        projects::Assignable,
        query::Query,
        saved_views::{Layout, MAX_VIEWS, NAME_MAX, QUERY_MAX, SavedView},
    },
    server::{
        access::OrgContext,
        db::OrgTx,
        error::Error,
        repo::{
            audit::Outcome,
            projects,
            saved_views::{self, View},
        },
    },
};

/// Maximum length in bytes of a submitted query: forms encode more verbosely than we do.
const SUBMITTED_QUERY_MAX: usize = 4 * QUERY_MAX;

/// The form of a view.
#[derive(Clone, Copy, Debug)]
pub struct ViewForm<'a> {
    pub name: &'a str,
    pub is_shared: bool,
}

/// Lists the people who can be assigned tasks of a project, and the views that the person in `ctx` may open, both by name.
pub async fn with_people(
    ctx: &OrgContext,
    tx: &mut OrgTx,
    project: ProjectId,
) -> Result<(Vec<Assignable>, Vec<SavedView>), Error> {
    let (people, views) = saved_views::with_people(tx, project, ctx.person).await?;
    let views = views
        .into_iter()
        .map(|view| {
            let may_delete = may_delete(ctx, &view);
            let layout = view.layout.parse().map_err(|_| Error::Corrupt("layout"))?;
            let owner = (view.owner_id != ctx.person).then_some(view.owner);
            let View { id, name, query, is_shared, .. } = view;
            Ok(SavedView { id: id.0, name, layout, query, is_shared, owner, may_delete })
        })
        .collect::<Result<_, Error>>()?;
    Ok((people, views))
}

/// Saves `query` in the project `key` under a name. Returns the normalized query.
///
/// # Errors
/// [`Error::Forbidden`] without `read:tasks`, or without `write:tasks` to share the view; [`Error::NotFound`] if the
/// project does not exist; [`Error::Invalid`] for `name`; [`Error::BadRequest`] if `query` has problems.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn create(
    ctx: &OrgContext,
    key: &ProjectKey,
    layout: Layout,
    query: &str,
    typed: ViewForm<'_>,
) -> Result<Query, Error> {
    const ACTION: &str = "view.create";
    if query.len() > SUBMITTED_QUERY_MAX {
        return Err(Error::BadRequest);
    }
    let mut tx = ctx.write(required_permission(typed.is_shared), ACTION, key.as_str()).await?;
    let project = projects::by_key(&mut tx, ctx.project_scope(), key).await?.ok_or(Error::NotFound)?;
    let name = name(typed)?;
    let (query, problems) = Query::parse(query);
    let query = query.first_page();
    let address = query.address();
    if !problems.is_empty() || address.len() > QUERY_MAX {
        return Err(Error::BadRequest);
    }
    if saved_views::count(&mut tx, project.id, ctx.person).await? >= MAX_VIEWS {
        return Err(Error::invalid(
            "name",
            format!("You’ve reached the limit of {MAX_VIEWS} views here. Delete one first."),
        ));
    }
    let view = View {
        id: ViewId(ctx.new_id()),
        owner_id: ctx.person,
        owner: String::new(),
        name,
        layout: layout.slug().to_owned(),
        query: address,
        is_shared: typed.is_shared,
    };
    saved_views::insert(&mut tx, project.id, &view, ctx.now()).await.map_err(name_taken)?;
    ctx.record(&mut tx, ACTION, key.as_str(), Outcome::Done).await?;
    tx.commit().await?;
    Ok(query)
}

/// Replaces [`Error::Duplicate`] by the message that the person has a view with this name.
fn name_taken(error: Error) -> Error {
    error.replace_duplicate(|| {
        Error::invalid("name", "You already have a view with that name in this project. Choose another name.")
    })
}

/// Renames a view of the person in `ctx`, and shares or unshares it.
///
/// # Errors
/// [`Error::NotFound`] for the view of another person.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn change(ctx: &OrgContext, key: &ProjectKey, view: ViewId, typed: ViewForm<'_>) -> Result<(), Error> {
    const ACTION: &str = "view.update";
    let mut tx = ctx.write(required_permission(typed.is_shared), ACTION, key.as_str()).await?;
    let found = find(ctx, &mut tx, key, view).await?;
    if found.owner_id != ctx.person {
        return Err(Error::NotFound);
    }
    saved_views::update(&mut tx, view, &name(typed)?, typed.is_shared, ctx.now()).await.map_err(name_taken)?;
    ctx.record(&mut tx, ACTION, key.as_str(), Outcome::Done).await?;
    tx.commit().await
}

/// Deletes a view of the person in `ctx`, or a shared view.
///
/// # Errors
/// [`Error::Forbidden`] without `read:tasks`, or without `manage:organization` for the view of another person;
/// [`Error::NotFound`].
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn delete(ctx: &OrgContext, key: &ProjectKey, view: ViewId) -> Result<(), Error> {
    const ACTION: &str = "view.delete";
    let mut tx = ctx.write(Permission::ReadTasks, ACTION, key.as_str()).await?;
    let found = find(ctx, &mut tx, key, view).await?;
    if !may_delete(ctx, &found) {
        ctx.record(&mut tx, ACTION, key.as_str(), Outcome::Refused).await?;
        tx.commit().await?;
        return Err(Error::Forbidden(Permission::ManageOrganization));
    }
    saved_views::delete(&mut tx, view).await?;
    ctx.record(&mut tx, ACTION, key.as_str(), Outcome::Done).await?;
    tx.commit().await
}

async fn find(ctx: &OrgContext, tx: &mut OrgTx, key: &ProjectKey, view: ViewId) -> Result<View, Error> {
    let project = projects::by_key(tx, ctx.project_scope(), key).await?.ok_or(Error::NotFound)?;
    saved_views::find(tx, project.id, view, ctx.person).await?.ok_or(Error::NotFound)
}

/// Sharing shows the view to others, so it needs `write:tasks`.
const fn required_permission(is_shared: bool) -> Permission {
    if is_shared { Permission::WriteTasks } else { Permission::ReadTasks }
}

fn may_delete(ctx: &OrgContext, view: &View) -> bool {
    view.owner_id == ctx.person || (view.is_shared && ctx.permissions.allow(Permission::ManageOrganization))
}

fn name(typed: ViewForm<'_>) -> Result<String, Error> {
    text::line("name", "a name for the view", typed.name, NAME_MAX).map_err(|field| Error::Invalid(vec![field]))
}
