//! Full-text search over tasks, comments and projects of an organization.

pub mod index;
mod marks;
mod query;

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
        repo::search::{self, Row, SearchQuery},
    },
};

/// Results per page.
const PAGE_SIZE: usize = 20;

/// Returns page `page`, counted from 1, of the hits that contain all words of `typed` or have `typed` as their key. An
/// empty `kind` searches all kinds. Returns no hits if `typed` has no searchable words.
///
/// # Errors
/// [`Error::Forbidden`] without `read:tasks`; [`Error::Invalid`] if `typed` is too long or `kind` is unknown.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
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
    let search_query = SearchQuery {
        words: &query.words,
        project: query.project.as_ref(),
        number: query.number,
        kind,
        skip: page.saturating_sub(1).saturating_mul(PAGE_SIZE),
        // Fetch one more than a page, to find out whether there is a next page.
        take: PAGE_SIZE + 1,
    };
    let mut rows = search::find(&mut tx, ctx.project_scope(), &search_query).await?;
    let has_more = rows.len() > PAGE_SIZE;
    rows.truncate(PAGE_SIZE);
    drop(tx);
    let bytes = rows.iter().filter_map(|row| row.body.as_ref()).map(String::len).sum();
    let words = query.words;
    let to_hits = move |_| rows.into_iter().map(|row| to_hit(row, &words)).collect::<Result<_, _>>();
    let hits = ctx.run_heavy(bytes, to_hits).await??;
    Ok(Found { hits, has_more })
}

/// Converts a database row to a hit.
fn to_hit(row: Row, words: &[String]) -> Result<Hit, Error> {
    let Row { kind, project_key, project_name, number, title, body, is_archived, .. } = row;
    let kind: Kind = kind.parse().map_err(|_| Error::Corrupt("kind"))?;
    let project = project_key.parse().map_err(|_| Error::Corrupt("project key"))?;
    let text = markdown::plain(&body.unwrap_or_default());
    let mut excerpt = marks::excerpt(&text, words);
    let title = marks::mark(&title.unwrap_or_default(), words);
    let subject = match (kind, number, row.state.zip(row.category), row.comment) {
        (Kind::Project, ..) => Subject::Project { key: project },
        (Kind::Task, Some(number), Some((state, category)), _) => {
            let category = category.parse().map_err(|_| Error::Corrupt("state category"))?;
            Subject::Task { key: TaskKey { project, number }, state, category }
        }
        (Kind::Comment, Some(number), _, Some(comment)) => {
            // The match may be in the address of a link, which is not part of the plain text.
            excerpt = excerpt.or_else(|| Some(Marked::plain(marks::beginning(&text))));
            let (author, at) = row.author.zip(row.said_at).ok_or(Error::Corrupt("comment"))?;
            Subject::Comment { id: comment.0, task: TaskKey { project, number }, author, at }
        }
        _ => return Err(Error::Corrupt("search")),
    };
    Ok(Hit { subject, title, excerpt, project: project_name, is_archived })
}
