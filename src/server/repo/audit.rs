//! The append-only audit log of privileged actions.

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use uuid::Uuid;

use crate::{
    domain::ids::PersonId,
    server::{
        db::{OrgTx, execute, scalar_one},
        error::Error,
    },
};

/// The maximum length of a stored target, in characters.
const TARGET_MAX: usize = 100;

/// Counts a refused attempt, and returns the number within its hour.
async fn count_refusal(tx: &mut OrgTx, entry: &Entry<'_>) -> Result<i64, Error> {
    let hour = entry.at.duration_trunc(TimeDelta::hours(1)).unwrap_or(entry.at);
    Ok(scalar_one!(
        tx,
        i64,
        "INSERT INTO refusal_count (org_id, person_id, action, hour, times) VALUES ($1, $2, $3, $4, 1)
         ON CONFLICT (org_id, person_id, action, hour) DO UPDATE SET times = refusal_count.times + 1
         RETURNING times",
        tx.org(),
        entry.person,
        entry.action,
        hour,
    )?)
}

/// How an action ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done,
    Refused,
}

/// An entry of the audit log.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    pub person: PersonId,
    /// `noun.verb`, for example `project.create`.
    pub action: &'static str,
    /// The object of the action, as users name it.
    pub target: &'a str,
    pub outcome: Outcome,
}

/// Maximum number of entries for refused attempts of a person at one action within an hour. Further ones are only counted.
const MAX_REFUSALS_PER_HOUR: i64 = 10;

/// Inserts an entry. Of the refused attempts of a person at one action within an hour, only the first
/// [`MAX_REFUSALS_PER_HOUR`] have an entry each; the table `refusal_count` counts them all.
pub async fn insert(tx: &mut OrgTx, entry: Entry<'_>) -> Result<(), Error> {
    if entry.outcome == Outcome::Refused && count_refusal(tx, &entry).await? > MAX_REFUSALS_PER_HOUR {
        return Ok(());
    }
    // The target of a refused action may be arbitrary user input.
    let target: String = entry.target.chars().filter(|c| !c.is_control()).take(TARGET_MAX).collect();
    let outcome = match entry.outcome {
        Outcome::Done => "done",
        Outcome::Refused => "refused",
    };
    execute!(
        tx,
        "INSERT INTO audit_log (org_id, id, at, person_id, action, target, outcome) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        tx.org(),
        entry.id,
        entry.at,
        entry.person,
        entry.action,
        target,
        outcome,
    )?;
    Ok(())
}
