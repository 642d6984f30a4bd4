//! A page of a filtered and grouped task list.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{AssertSqlSafe, FromRow};
use uuid::Uuid;

use super::{
    fields::FieldColumns,
    filter::{Condition, condition},
};
use crate::{
    domain::{
        ids::{PersonId, ProjectId},
        list::{GroupCount, Row},
        query::{Group, Query, Sort},
        tasks::fields::TaskFields,
    },
    server::{
        db::{Driver, OrgTx, fetch_all},
        error::Error,
        repo::json,
    },
};

#[derive(FromRow)]
struct TaskRow {
    number: i64,
    #[sqlx(flatten)]
    fields: FieldColumns,
    is_archived: bool,
    created_by: Uuid,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    assignees: String,
    labels: String,
}

impl TryFrom<TaskRow> for Row {
    type Error = Error;

    fn try_from(row: TaskRow) -> Result<Self, Error> {
        let fields = TaskFields {
            assignees: json::parse::<BTreeSet<Uuid>>(&row.assignees)?,
            labels: json::parse::<BTreeSet<Uuid>>(&row.labels)?,
            is_archived: row.is_archived,
            ..row.fields.try_into()?
        };
        let TaskRow { number, created_by, created_at, updated_at, .. } = row;
        Ok(Self { number, fields, created_by, created_at, updated_at })
    }
}

/// The person and day that a filter refers to.
#[derive(Clone, Copy, Debug)]
pub struct Viewer {
    pub me: PersonId,
    pub today: NaiveDate,
}

/// Lists at most `limit` tasks after the first `query.from`, ordered by group and then by the query.
pub async fn rows(
    tx: &mut OrgTx,
    project: ProjectId,
    query: &Query,
    viewer: Viewer,
    limit: usize,
) -> Result<Vec<Row>, Error> {
    let driver = tx.driver();
    let Condition { sql, values } = condition(driver, &query.filter, viewer.me.0, viewer.today);
    let grouping = grouping(driver, query.group);
    let (json_columns, order) = (json_columns(driver), order(query));
    let (joins, group_order) = (grouping.joins, grouping.order);
    let sql = format!(
        "SELECT t.number, t.title, t.state, t.rank, t.priority, t.estimate, t.start_on, t.due_on, t.parent,
                t.archived_at IS NOT NULL AS is_archived, t.created_by, t.created_at, t.updated_at, {json_columns}
         {FROM} {joins}
         WHERE t.org_id = $1 AND t.project_id = $2 AND {sql}
         ORDER BY {group_order}{order}, t.number LIMIT $4 OFFSET $5"
    );
    let (limit, from) = (i64::try_from(limit).unwrap_or(i64::MAX), i64::try_from(query.from).unwrap_or(i64::MAX));
    let rows = fetch_all!(tx, TaskRow, AssertSqlSafe(sql), tx.org(), project, &values, limit, from)?;
    rows.into_iter().map(Row::try_from).collect()
}

#[derive(FromRow)]
struct GroupRow {
    slug: String,
    name: String,
    tasks: i64,
}

/// Counts the tasks of each group of a list, in order.
pub async fn groups(
    tx: &mut OrgTx,
    project: ProjectId,
    query: &Query,
    viewer: Viewer,
) -> Result<Vec<GroupCount>, Error> {
    let driver = tx.driver();
    let Condition { sql, values } = condition(driver, &query.filter, viewer.me.0, viewer.today);
    let Grouping { joins, slug, name, order } = grouping(driver, query.group);
    // `Grouping::order` ends with a comma.
    let by = order.trim_end_matches(", ");
    let (by, then) =
        if by.is_empty() { (String::new(), String::new()) } else { (format!("{by}, "), format!(" ORDER BY {by}")) };
    let sql = format!(
        "SELECT {slug} AS slug, {name} AS name, COUNT(*) AS tasks {FROM} {joins}
         WHERE t.org_id = $1 AND t.project_id = $2 AND {sql}
         GROUP BY {by}{slug}, {name}{then}"
    );
    let groups = fetch_all!(tx, GroupRow, AssertSqlSafe(sql), tx.org(), project, &values)?;
    let to_group = |GroupRow { slug, name, tasks }| {
        // The databases format ids differently.
        let slug = slug.parse::<Uuid>().map_or(slug, |id| id.to_string());
        GroupCount { slug, name, tasks }
    };
    Ok(groups.into_iter().map(to_group).collect())
}

const FROM: &str = "FROM task t
    JOIN project_state s ON s.org_id = t.org_id AND s.project_id = t.project_id AND s.slug = t.state";

struct Grouping {
    joins: &'static str,
    /// The expression that identifies the group.
    slug: String,
    /// The expression for the group's name, where it is not a constant of the interface.
    name: &'static str,
    /// Ends with a comma, unless it is empty.
    order: String,
}

fn grouping(driver: Driver, group: Group) -> Grouping {
    const NONE: &str = "CAST('' AS TEXT)";
    let id = |column: &str| match driver {
        Driver::Sqlite => format!("COALESCE(hex({column}), '')"),
        Driver::Postgres => format!("COALESCE({column}::text, '')"),
    };
    let today = match driver {
        Driver::Sqlite => "json_extract($3, '$.today')",
        Driver::Postgres => "($3::json->>'today')::date",
    };
    let week = match driver {
        Driver::Sqlite => "date(json_extract($3, '$.today'), '+7 days')",
        Driver::Postgres => "(($3::json->>'today')::date + 7)",
    };
    match group {
        Group::None => Grouping { joins: "", slug: NONE.to_owned(), name: NONE, order: String::new() },
        Group::State => Grouping { joins: "", slug: "t.state".to_owned(), name: "s.name", order: "s.position, ".to_owned() },
        Group::Priority => Grouping {
            joins: "",
            slug: "CAST(t.priority AS TEXT)".to_owned(),
            name: NONE,
            order: format!("{PRIORITY}, "),
        },
        Group::Assignee => Grouping {
            joins: "LEFT JOIN task_assignee g ON g.org_id = t.org_id AND g.project_id = t.project_id AND g.number = t.number
                    LEFT JOIN person gp ON gp.id = g.person_id",
            slug: id("g.person_id"),
            name: "COALESCE(gp.name, '')",
            order: format!("gp.id IS NULL, lower(gp.name), {}, ", id("g.person_id")),
        },
        Group::Label => Grouping {
            joins: "LEFT JOIN task_label g ON g.org_id = t.org_id AND g.project_id = t.project_id AND g.number = t.number
                    LEFT JOIN label gl ON gl.org_id = g.org_id AND gl.project_id = g.project_id AND gl.id = g.label_id",
            slug: id("g.label_id"),
            name: "COALESCE(gl.name, '')",
            order: "gl.id IS NULL, gl.folded, ".to_owned(),
        },
        Group::Due => {
            let bucket = format!(
                "CASE WHEN t.due_on IS NULL THEN '5' WHEN t.due_on < {today} THEN '1' WHEN t.due_on = {today} THEN '2'
                      WHEN t.due_on <= {week} THEN '3' ELSE '4' END"
            );
            Grouping { joins: "", order: format!("{bucket}, "), slug: bucket, name: NONE }
        }
    }
}

/// Orders by priority: urgent first, none last.
const PRIORITY: &str = "CASE t.priority WHEN 0 THEN 5 ELSE t.priority END";

/// The ORDER BY terms of a query. Tasks without a value come last in both directions.
fn order(query: &Query) -> String {
    let direction = if query.is_descending { " DESC" } else { "" };
    match query.sort {
        Sort::Board => format!("s.position{direction}, t.rank{direction}"),
        Sort::Priority => format!("{PRIORITY}{direction}"),
        Sort::Due => format!("t.due_on IS NULL, t.due_on{direction}"),
        Sort::Created => format!("t.created_at{direction}, t.number{direction}"),
        Sort::Changed => format!("t.updated_at{direction}"),
        Sort::Title => format!("lower(t.title){direction}"),
        Sort::Estimate => format!("t.estimate IS NULL, t.estimate{direction}"),
    }
}

/// Assignees and labels of a task as JSON columns: a row for each would cost more than the query.
const fn json_columns(driver: Driver) -> &'static str {
    match driver {
        Driver::Sqlite => {
            "(SELECT json_group_array(hex(person_id)) FROM task_assignee x
                WHERE x.org_id = t.org_id AND x.project_id = t.project_id AND x.number = t.number) AS assignees,
             (SELECT json_group_array(hex(label_id)) FROM task_label x
                WHERE x.org_id = t.org_id AND x.project_id = t.project_id AND x.number = t.number) AS labels"
        }
        Driver::Postgres => {
            "(SELECT COALESCE(json_agg(person_id), '[]')::text FROM task_assignee x
                WHERE x.org_id = t.org_id AND x.project_id = t.project_id AND x.number = t.number) AS assignees,
             (SELECT COALESCE(json_agg(label_id), '[]')::text FROM task_label x
                WHERE x.org_id = t.org_id AND x.project_id = t.project_id AND x.number = t.number) AS labels"
        }
    }
}
