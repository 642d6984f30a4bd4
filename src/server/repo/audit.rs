//! The record of privileged actions. It is only ever added to.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{
    domain::ids::PersonId,
    server::{
        db::{OrgTx, execute},
        error::Error,
    },
};

/// The most characters of a target that are kept.
const TARGET_MAX: usize = 100;

/// How an action ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done,
    Refused,
}

/// One privileged action.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    pub person: PersonId,
    /// `noun.verb`, for example `project.create`.
    pub action: &'static str,
    /// What it was done to, as people name it.
    pub target: &'a str,
    pub outcome: Outcome,
}

/// Adds a record.
pub async fn record(tx: &mut OrgTx, entry: Entry<'_>) -> Result<(), Error> {
    // What was refused may be named by anything that somebody typed.
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
