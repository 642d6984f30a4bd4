//! Who is named in a text: `@Alice Archer`, or `@alice@acme.example` where several people have that name.

use std::collections::BTreeSet;

use super::markdown;
use crate::{
    domain::ids::{PersonId, ProjectId},
    server::{db::OrgTx, error::Error, repo::projects},
};

/// Those whom `text` names and `before` did not, of those who may see the project.
///
/// # Errors
/// When the database does not answer.
pub async fn added(tx: &mut OrgTx, project: ProjectId, before: &str, text: &str) -> Result<BTreeSet<PersonId>, Error> {
    if before == text || !text.contains('@') {
        return Ok(BTreeSet::new());
    }
    let people = projects::mentionable(tx, project).await?;
    let names: Vec<_> = people.iter().flat_map(|(_, name, email)| [name.as_str(), email.as_str()]).collect();
    let called = |text| -> BTreeSet<PersonId> {
        let said = markdown::mentions(text, &names);
        let is_said = |name: &String| said.contains(&name.to_lowercase());
        people.iter().filter(|(_, name, email)| is_said(name) || is_said(email)).map(|(person, ..)| *person).collect()
    };
    Ok(&called(text) - &called(before))
}
