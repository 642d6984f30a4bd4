//! The append-only audit log of privileged actions.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{
    domain::ids::PersonId,
    server::{
        db::{OrgTx, execute},
        error::Error,
    },
};

/// The maximum length of a stored target, in characters.
const TARGET_MAX: usize = 100;

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

/// Inserts an entry.
pub async fn insert(tx: &mut OrgTx, entry: Entry<'_>) -> Result<(), Error> {
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
