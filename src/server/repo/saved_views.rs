//! Saved views.

use chrono::{DateTime, Utc};
use sqlx::{AssertSqlSafe, FromRow};
use uuid::Uuid;

use crate::{
    domain::{
        fold::name_key,
        ids::{PersonId, ProjectId, ViewId},
        projects::Assignable,
    },
    server::{
        db::{OrgTx, execute, fetch_all, fetch_one, fetch_optional, scalar_one},
        error::Error,
        repo::{json, projects::ASSIGNABLE},
    },
};

/// A saved view.
#[derive(Clone, Debug, FromRow)]
pub struct View {
    pub id: ViewId,
    pub owner_id: PersonId,
    /// The owner's name.
    pub owner: String,
    pub name: String,
    pub layout: String,
    pub query: String,
    pub is_shared: bool,
}

/// The query of [`View`]s with this condition and order.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT v.id, v.owner_id, p.name AS owner, v.name, v.layout, v.query, v.is_shared
         FROM saved_view v JOIN person p ON p.id = v.owner_id
         ",
            $rest
        )
    };
}

/// The views of a project ($2) that a person ($3) may see, by name: their own and shared ones.
const OF_PROJECT: &str = select!(
    "WHERE v.org_id = $1 AND v.project_id = $2 AND (v.is_shared OR v.owner_id = $3)
         ORDER BY v.folded, v.id"
);

/// The columns of a [`View`] as JSON; 1 if it is shared.
type ViewColumns = (Uuid, Uuid, String, String, String, String, u8);

/// Lists the people who can be assigned tasks of a project and the views that `person` may see, both by name.
pub async fn with_people(
    tx: &mut OrgTx,
    project: ProjectId,
    person: PersonId,
) -> Result<(Vec<Assignable>, Vec<View>), Error> {
    let driver = tx.driver();
    let [id, owner] = ["id", "owner_id"].map(|column| json::id(driver, column));
    let people = json::rows(driver, &format!("{id}, name"), ASSIGNABLE);
    let views = json::rows(
        driver,
        &format!("{id}, {owner}, owner, name, layout, query, CASE WHEN is_shared THEN 1 ELSE 0 END"),
        OF_PROJECT,
    );
    let sql = format!("SELECT {people} AS people, {views} AS views");
    let (people, views) = fetch_one!(tx, (String, String), AssertSqlSafe(sql), tx.org(), project, person)?;
    let people = json::parse::<Vec<(Uuid, String)>>(&people)?.into_iter();
    let views = json::parse::<Vec<ViewColumns>>(&views)?.into_iter();
    let view = |(id, owner_id, owner, name, layout, query, is_shared): ViewColumns| View {
        id: ViewId(id),
        owner_id: PersonId(owner_id),
        owner,
        name,
        layout,
        query,
        is_shared: is_shared == 1,
    };
    Ok((people.map(|(id, name)| Assignable { id, name }).collect(), views.map(view).collect()))
}

/// Finds a view of a project, if `person` may see it.
pub async fn find(tx: &mut OrgTx, project: ProjectId, view: ViewId, person: PersonId) -> Result<Option<View>, Error> {
    Ok(fetch_optional!(
        tx,
        View,
        select!("WHERE v.org_id = $1 AND v.project_id = $2 AND v.id = $3 AND (v.is_shared OR v.owner_id = $4)"),
        tx.org(),
        project,
        view,
        person,
    )?)
}

/// Counts the views of `person` in a project.
pub async fn count(tx: &mut OrgTx, project: ProjectId, person: PersonId) -> Result<i64, Error> {
    Ok(scalar_one!(
        tx,
        i64,
        "SELECT COUNT(*) FROM saved_view WHERE org_id = $1 AND project_id = $2 AND owner_id = $3",
        tx.org(),
        project,
        person,
    )?)
}

/// Inserts a view.
///
/// # Errors
/// [`Error::Duplicate`] if the owner has a view with this name in the project.
pub async fn insert(tx: &mut OrgTx, project: ProjectId, view: &View, now: DateTime<Utc>) -> Result<(), Error> {
    execute!(
        tx,
        "INSERT INTO saved_view (org_id, id, project_id, owner_id, name, folded, layout, query, is_shared, created_at,
                                 updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)",
        tx.org(),
        view.id,
        project,
        view.owner_id,
        &view.name,
        name_key(&view.name),
        &view.layout,
        &view.query,
        view.is_shared,
        now,
    )
    .map_err(Error::or_duplicate)?;
    Ok(())
}

/// Updates a view's name, query and whether it is shared.
///
/// # Errors
/// [`Error::Duplicate`] if the owner has another view with this name in the project.
pub async fn update(tx: &mut OrgTx, view: &View, now: DateTime<Utc>) -> Result<(), Error> {
    execute!(
        tx,
        "UPDATE saved_view SET name = $3, folded = $4, query = $5, is_shared = $6, updated_at = $7
         WHERE org_id = $1 AND id = $2",
        tx.org(),
        view.id,
        &view.name,
        name_key(&view.name),
        &view.query,
        view.is_shared,
        now,
    )
    .map_err(Error::or_duplicate)?;
    Ok(())
}

/// Lists the queries of all views of a project, also of those that only their owners see.
pub async fn queries(tx: &mut OrgTx, project: ProjectId) -> Result<Vec<(ViewId, String)>, Error> {
    let sql = "SELECT id, query FROM saved_view WHERE org_id = $1 AND project_id = $2";
    Ok(fetch_all!(tx, (ViewId, String), sql, tx.org(), project)?)
}

/// Updates a view's query.
pub async fn update_query(tx: &mut OrgTx, view: ViewId, query: &str) -> Result<(), Error> {
    execute!(tx, "UPDATE saved_view SET query = $3 WHERE org_id = $1 AND id = $2", tx.org(), view, query)?;
    Ok(())
}

/// Deletes a view.
pub async fn delete(tx: &mut OrgTx, view: ViewId) -> Result<(), Error> {
    execute!(tx, "DELETE FROM saved_view WHERE org_id = $1 AND id = $2", tx.org(), view)?;
    Ok(())
}
