//! Manages saved views. A private view is visible to its owner only; for everyone else it does not exist.

use super::text;
use crate::{
    domain::{
        fold::name_key,
        ids::{ProjectId, ViewId},
        keys::ProjectKey,
        permissions::Permission,
        projects::{Assignable, Label},
        query::Query,
        saved_views::{Layout, MAX_VIEWS, NAME_MAX, QUERY_MAX, SavedView},
        tasks::filter::Tag,
    },
    server::{
        access::OrgContext,
        db::OrgTx,
        error::Error,
        repo::{
            audit::Outcome,
            projects::{self, Project},
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
    /// The query to save; a view that is changed keeps its own without one.
    pub query: Option<&'a str>,
}

/// Lists the people who can be assigned tasks of a project, and the views that the person in `ctx` may open, both by name.
/// What a view names and the project no longer has is reported, and is not part of the view's query.
pub async fn with_people(
    ctx: &OrgContext,
    tx: &mut OrgTx,
    key: &ProjectKey,
    project: &Project,
    labels: &[Label],
) -> Result<(Vec<Assignable>, Vec<SavedView>), Error> {
    let (people, views) = saved_views::with_people(tx, project.id, ctx.person).await?;
    let views = views
        .into_iter()
        .map(|view| {
            let may_delete = may_delete(ctx, &view);
            let layout = view.layout.parse().map_err(|_| Error::Corrupt("layout"))?;
            let owner = (view.owner_id != ctx.person).then_some(view.owner);
            let View { id, name, query, is_shared, .. } = view;
            let (query, mut missing) = Query::parse(&query);
            missing.extend(query.misfits(key, &project.states, labels));
            let query = query.fitting(key, &project.states, labels).saved().address();
            Ok(SavedView { id: id.0, name, layout, query, missing, is_shared, owner, may_delete })
        })
        .collect::<Result<_, Error>>()?;
    Ok((people, views))
}

/// Saves a view in the project `key`. Returns its query, with which it is open.
///
/// # Errors
/// [`Error::Forbidden`] without `read:tasks`, or without `write:tasks` to share the view; [`Error::NotFound`] if the
/// project does not exist; [`Error::Invalid`] for the name; [`Error::BadRequest`] if the query has problems.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn create(ctx: &OrgContext, key: &ProjectKey, layout: Layout, typed: ViewForm<'_>) -> Result<Query, Error> {
    const ACTION: &str = "view.create";
    let query = parse(typed.query.unwrap_or_default())?;
    let mut tx = ctx.write(required_permission(typed.is_shared), ACTION, key.as_str()).await?;
    let project = projects::by_key(&mut tx, ctx.project_scope(), key).await?.ok_or(Error::NotFound)?;
    let name = name(typed)?;
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
        query: query.address(),
        is_shared: typed.is_shared,
    };
    saved_views::insert(&mut tx, project.id, &view, ctx.now()).await.map_err(name_taken)?;
    ctx.record(&mut tx, ACTION, key.as_str(), Outcome::Done).await?;
    tx.commit().await?;
    Ok(Query { view: Some(view.id.0), ..query })
}

/// Parses the query of a view.
fn parse(submitted: &str) -> Result<Query, Error> {
    if submitted.len() > SUBMITTED_QUERY_MAX {
        return Err(Error::BadRequest);
    }
    let (query, problems) = Query::parse(submitted);
    let query = query.saved();
    let is_valid = problems.is_empty() && query.address().len() <= QUERY_MAX;
    is_valid.then_some(query).ok_or(Error::BadRequest)
}

/// Replaces [`Error::Duplicate`] by the message that the person has a view with this name.
fn name_taken(error: Error) -> Error {
    error.replace_duplicate(|| {
        Error::invalid("name", "You already have a view with that name in this project. Choose another name.")
    })
}

/// Saves name, sharing and query of a view of the person in `ctx`.
///
/// # Errors
/// [`Error::NotFound`] for the view of another person; otherwise as [`create`].
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn change(ctx: &OrgContext, key: &ProjectKey, view: ViewId, typed: ViewForm<'_>) -> Result<(), Error> {
    const ACTION: &str = "view.update";
    let query = typed.query.map(parse).transpose()?;
    let mut tx = ctx.write(required_permission(typed.is_shared), ACTION, key.as_str()).await?;
    let found = find(ctx, &mut tx, key, view).await?;
    if found.owner_id != ctx.person {
        return Err(Error::NotFound);
    }
    let query = query.map_or_else(|| found.query.clone(), |query| query.address());
    let changed = View { name: name(typed)?, is_shared: typed.is_shared, query, ..found };
    saved_views::update(&mut tx, &changed, ctx.now()).await.map_err(name_taken)?;
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

/// Has the views of a project follow a label that is called `to` from now on.
pub async fn follow_label(tx: &mut OrgTx, project: ProjectId, [from, to]: [&str; 2]) -> Result<(), Error> {
    let [from, to] = [from, to].map(|name| Tag::Named(name_key(name)));
    for (view, stored) in saved_views::queries(tx, project).await? {
        let (mut query, _) = Query::parse(&stored);
        if query.filter.labels.remove(&from) {
            query.filter.labels.insert(to.clone());
            saved_views::update_query(tx, view, &query.address()).await?;
        }
    }
    Ok(())
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
