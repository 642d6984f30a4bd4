//! Counts notifications that are not read.

use chrono::{DateTime, Utc};

use crate::server::{
    db::{OrgTx, scalar_one},
    error::Error,
    repo::project_visibility::{ProjectScope, visible_to},
};

/// The query of the number of tasks with unread, unsnoozed notifications.
macro_rules! unread_sql {
    () => {
        concat!(
            "SELECT COUNT(*) FROM (
                    SELECT DISTINCT e.project_id, e.task
                    FROM notification n
                    JOIN event e ON e.org_id = n.org_id AND e.number = n.event
                    JOIN project q ON q.org_id = e.org_id AND q.id = e.project_id
                    WHERE n.org_id = $1 AND n.person_id = $2 AND n.read_at IS NULL AND n.archived_at IS NULL
                      AND (n.snoozed_until IS NULL OR n.snoozed_until <= $4)
                      AND ",
            visible_to!("q", "$2", "$3"),
            ") AS events"
        )
    };
}

pub(super) use unread_sql;

/// Counts the tasks in the projects that `scope` may see with unread, unsnoozed notifications.
pub async fn unread(tx: &mut OrgTx, scope: ProjectScope, now: DateTime<Utc>) -> Result<i64, Error> {
    Ok(scalar_one!(tx, i64, unread_sql!(), tx.org(), scope.person, scope.sees_all, now)?)
}
