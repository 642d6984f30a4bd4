//! Finds the people that a text mentions: `@Alice Archer`, or `@alice@acme.example` where several people share a name.

use std::collections::BTreeSet;

use super::markdown::{self, Names};
use crate::{
    domain::ids::{PersonId, ProjectId},
    server::{db::OrgTx, error::Error, repo::projects},
};

/// Returns the people whom `text` mentions and `before` did not, among those who may see the project.
pub async fn added(tx: &mut OrgTx, project: ProjectId, before: &str, text: &str) -> Result<BTreeSet<PersonId>, Error> {
    if before == text || !text.contains(['@', '＠']) {
        return Ok(BTreeSet::new());
    }
    let people = projects::mentionable(tx, project).await?;
    let names: Names = people.iter().flat_map(|person| [person.name.as_str(), person.email.as_str()]).collect();
    let mentioned_in = |text| -> BTreeSet<PersonId> {
        let found = markdown::mentions(text, &names);
        let is_mentioned = |name: &String| found.contains(&Names::key(name));
        people
            .iter()
            .filter(|person| is_mentioned(&person.name) || is_mentioned(&person.email))
            .map(|person| person.id)
            .collect()
    };
    Ok(&mentioned_in(text) - &mentioned_in(before))
}
