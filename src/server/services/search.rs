//! Search over everything in a workspace that has words.

mod query;
pub mod tokens;

use self::query::Query;
use super::markdown;
use crate::{
    domain::{
        keys::TaskKey,
        permissions::Permission,
        search::{Found, Hit, Kind, Marked, Subject},
    },
    server::{
        access::OrgContext,
        error::Error,
        repo::search::{self, Row, Wanted},
    },
};

/// How many are on a page.
const PAGE: usize = 20;

/// The page numbered `page`, from 1, of what has all the words of `typed`, or is called so; of one `kind`, unless it is
/// empty. Nothing when nothing was typed that could be found.
///
/// # Errors
/// [`Error::Forbidden`] without `read:tasks`; [`Error::Invalid`] for a text that is too long, or a kind that there is not.
pub async fn search(ctx: &OrgContext, typed: &str, kind: &str, page: usize) -> Result<Found, Error> {
    let query = Query::parse(typed)?;
    let kind: Option<Kind> = match kind {
        "" => None,
        kind => Some(kind.parse().map_err(|error| Error::invalid("kind", format!("{error}")))?),
    };
    let mut tx = ctx.read(Permission::ReadTasks).await?;
    if query.words.is_empty() {
        return Ok(Found::default());
    }
    let wanted = Wanted {
        words: &query.words,
        project: query.project.as_ref(),
        number: query.number,
        kind,
        skip: page.saturating_sub(1).saturating_mul(PAGE),
        // One more tells whether there is another page.
        take: PAGE + 1,
    };
    let mut rows = search::find(&mut tx, ctx.project_scope(), &wanted).await?;
    let has_more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let hits = rows.into_iter().map(|row| hit(row, &query.words)).collect::<Result<_, _>>()?;
    Ok(Found { hits, has_more })
}

/// As people see it.
fn hit(row: Row, words: &[String]) -> Result<Hit, Error> {
    let Row { kind, project_key, project_name, number, title, body, is_archived, .. } = row;
    let kind: Kind = kind.parse().map_err(|_| Error::Corrupt("kind"))?;
    let project = project_key.parse().map_err(|_| Error::Corrupt("project key"))?;
    let text = markdown::plain(&body.unwrap_or_default());
    let mut excerpt = tokens::excerpt(&text, words);
    let title = tokens::mark(&title.unwrap_or_default(), words);
    let subject = match (kind, number, row.state.zip(row.category), row.comment) {
        (Kind::Project, ..) => Subject::Project { key: project },
        (Kind::Task, Some(number), Some((state, category)), _) => {
            let category = category.parse().map_err(|_| Error::Corrupt("state category"))?;
            Subject::Task { key: TaskKey { project, number }, state, category }
        }
        (Kind::Comment, Some(number), _, Some(comment)) => {
            // What was found may be an address behind a link, which is not shown.
            excerpt = excerpt.or_else(|| Some(Marked::plain(tokens::beginning(&text))));
            let (author, at) = row.author.zip(row.said_at).ok_or(Error::Corrupt("comment"))?;
            Subject::Comment { id: comment.0, task: TaskKey { project, number }, author, at }
        }
        _ => return Err(Error::Corrupt("search")),
    };
    Ok(Hit { subject, title, excerpt, project: project_name, is_archived })
}
