//! The page of a board.

use std::collections::HashMap;

use axum::{extract::Path, http::StatusCode, response::Html};
use rusqlite::{Connection, OptionalExtension as _, params};

use crate::with_database;

const PRIORITIES: [&str; 5] = ["", "Urgent", "High", "Medium", "Low"];

const PROJECT: &str = "SELECT p.org_id, p.id, p.name FROM project p JOIN organization o ON o.id = p.org_id
    WHERE o.slug = ?1 AND p.key = ?2";
const STATES: &str = "SELECT slug, name, category IN ('completed', 'cancelled') FROM project_state
    WHERE org_id = ?1 AND project_id = ?2 ORDER BY position";
const OPEN_TASKS: &str = "SELECT number, title, priority, estimate, due_on FROM task
    WHERE org_id = ?1 AND project_id = ?2 AND state = ?3 AND deleted_at IS NULL AND archived_at IS NULL
    ORDER BY rank, number";
/// The last hundred.
const DONE_TASKS: &str = "SELECT number, title, priority, estimate, due_on FROM (
        SELECT number, title, priority, estimate, due_on, rank FROM task
        WHERE org_id = ?1 AND project_id = ?2 AND state = ?3 AND deleted_at IS NULL AND archived_at IS NULL
        ORDER BY rank DESC, number DESC LIMIT 100)
    ORDER BY rank, number";
const LABELS: &str = "SELECT x.number, l.name FROM task_label x
    JOIN label l ON l.org_id = x.org_id AND l.project_id = x.project_id AND l.id = x.label_id
    WHERE x.org_id = ?1 AND x.project_id = ?2 ORDER BY x.number, l.folded";
const ASSIGNEES: &str = "SELECT x.number, a.name FROM task_assignee x JOIN person a ON a.id = x.person_id
    WHERE x.org_id = ?1 AND x.project_id = ?2 ORDER BY x.number, a.name";

pub async fn page(Path((org, key)): Path<(String, String)>) -> Result<Html<String>, StatusCode> {
    match with_database(|database| render(database, &org, &key)) {
        Ok(Some(html)) => Ok(Html(html)),
        Ok(None) => Err(StatusCode::NOT_FOUND),
        Err(_) => Err(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

type Id = [u8; 16];

/// Names of labels or people by the number of their task.
fn names(database: &Connection, sql: &str, org: &Id, project: &Id) -> rusqlite::Result<HashMap<i64, Vec<String>>> {
    let mut names: HashMap<i64, Vec<String>> = HashMap::new();
    let mut statement = database.prepare_cached(sql)?;
    let mut rows = statement.query(params![org, project])?;
    while let Some(row) = rows.next()? {
        names.entry(row.get(0)?).or_default().push(row.get(1)?);
    }
    Ok(names)
}

fn render(database: &Connection, slug: &str, key: &str) -> rusqlite::Result<Option<String>> {
    let found = database
        .prepare_cached(PROJECT)?
        .query_row([slug, key], |row| Ok((row.get::<_, Id>(0)?, row.get::<_, Id>(1)?, row.get::<_, String>(2)?)))
        .optional()?;
    let Some((org, project, name)) = found else { return Ok(None) };
    let (labels, people) = (names(database, LABELS, &org, &project)?, names(database, ASSIGNEES, &org, &project)?);
    let mut html = String::with_capacity(64 * 1024);
    html.push_str(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Board</title></head><body><main><h1>",
    );
    escape(&mut html, &name);
    html.push_str("</h1>");
    let mut states = database.prepare_cached(STATES)?;
    let mut states = states.query(params![org, project])?;
    while let Some(state) = states.next()? {
        let (slug_of_state, name, is_done): (String, String, bool) = (state.get(0)?, state.get(1)?, state.get(2)?);
        html.push_str("<section><h2>");
        escape(&mut html, &name);
        html.push_str("</h2><ol>");
        let mut tasks = database.prepare_cached(if is_done { DONE_TASKS } else { OPEN_TASKS })?;
        let mut tasks = tasks.query(params![org, project, slug_of_state])?;
        while let Some(task) = tasks.next()? {
            let number: i64 = task.get(0)?;
            let digits = number.to_string();
            html.push_str("<li><a href=\"/o/");
            html.push_str(slug);
            for part in ["/tasks/", key, "-", &digits, "\" data-testid=\"task-card-", key, "-", &digits, "\"><span>"] {
                html.push_str(part);
            }
            for part in [key, "-", &digits, "</span><h3>"] {
                html.push_str(part);
            }
            escape(&mut html, task.get_ref(1)?.as_str()?);
            html.push_str("</h3>");
            let priority = PRIORITIES[usize::from(task.get::<_, u8>(2)?).min(4)];
            badge(&mut html, priority);
            labels.get(&number).into_iter().flatten().for_each(|label| badge(&mut html, label));
            let estimate = task.get::<_, Option<i64>>(3)?.map(|points| points.to_string());
            badge(&mut html, estimate.as_deref().unwrap_or_default());
            badge(&mut html, task.get_ref(4)?.as_str_or_null()?.unwrap_or_default());
            people.get(&number).into_iter().flatten().for_each(|person| badge(&mut html, person));
            html.push_str("</a></li>");
        }
        html.push_str("</ol></section>");
    }
    html.push_str("</main></body></html>");
    Ok(Some(html))
}

fn badge(html: &mut String, text: &str) {
    if !text.is_empty() {
        html.push_str("<span>");
        escape(html, text);
        html.push_str("</span>");
    }
}

fn escape(html: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            _ => html.push(character),
        }
    }
}
