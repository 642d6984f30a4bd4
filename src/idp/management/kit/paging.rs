//! The three formats of a list: an array, a page with totals, and a page after a checkpoint.

use axum::{
    Json,
    extract::FromRequestParts,
    http::request::Parts,
    response::{IntoResponse as _, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;
use serde_json::json;

use crate::{
    idp::{
        management::{error::ApiError, kit::extract::QueryText},
        store::keyset::{Cursor, Keyed, KeysetPage},
    },
    kernel::unix_time::UnixTime,
};

/// Default number of items on a page.
const DEFAULT_SIZE: i64 = 50;
/// Number of rows that page numbers reach. Auth0 returns further rows only by checkpoints, or not at all.
const MAX_REACHABLE: i64 = 1000;

/// Requested format and page of a list.
#[derive(Clone, Debug)]
pub struct Paging {
    form: Form,
    pub page: KeysetPage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Bare,
    WithTotals,
    Checkpoint,
}

fn encode(cursor: &Cursor) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}:{}", cursor.created_at.seconds(), cursor.id))
}

fn decode(text: &str) -> Option<Cursor> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
    let (seconds, id) = text.split_once(':')?;
    (!id.contains('\0'))
        .then(|| {
            seconds
                .parse()
                .ok()
                .map(|seconds| Cursor { created_at: UnixTime::from_seconds(seconds), id: id.to_owned() })
        })
        .flatten()
}

/// Requested format and page of a list whose page numbers reach only a thousand rows.
#[derive(Clone, Debug)]
pub struct BoundedPaging(pub Paging);

/// Requested page of a list that supports checkpoints only.
#[derive(Clone, Debug)]
pub struct CheckpointPaging(pub Paging);

impl<S: Send + Sync> FromRequestParts<S> for Paging {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        Self::of(&QueryText::of(parts))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for BoundedPaging {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let paging = Paging::of(&QueryText::of(parts))?;
        paging.check_reach("Requesting page exceeds the allowed maximum of 1000 records.")?;
        Ok(Self(paging))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for CheckpointPaging {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        Paging::after_checkpoint(&QueryText::of(parts)).map(Self)
    }
}

impl Paging {
    /// Parses the query parameters. Refuses a value of `from` that this API did not return.
    fn of(query: &QueryText) -> Result<Self, ApiError> {
        if query.get("take").is_some() || query.get("from").is_some() {
            return Self::after_checkpoint(query);
        }
        let form = if query.is_true("include_totals") { Form::WithTotals } else { Form::Bare };
        let limit = query.number("per_page").unwrap_or(DEFAULT_SIZE);
        let offset = query.number("page").unwrap_or(0).saturating_mul(limit);
        Ok(Self { form, page: KeysetPage { after: Cursor::START, limit, offset } })
    }

    fn after_checkpoint(query: &QueryText) -> Result<Self, ApiError> {
        let after = match query.get("from") {
            Some(text) => decode(text).ok_or_else(|| ApiError::invalid_query("Invalid checkpoint", "from"))?,
            None => Cursor::START,
        };
        let limit = query.number("take").unwrap_or(DEFAULT_SIZE);
        Ok(Self { form: Form::Checkpoint, page: KeysetPage { after, limit: limit + 1, offset: 0 } })
    }

    /// Refuses page numbers beyond the first thousand rows. `message` is the text of the error.
    pub fn check_reach(&self, message: &str) -> Result<(), ApiError> {
        let last = self.page.offset.saturating_add(self.page.limit);
        if self.form != Form::Checkpoint && last > MAX_REACHABLE {
            return Err(ApiError::bad_request(message, Some("invalid_paging")));
        }
        Ok(())
    }

    /// Whether the request uses checkpoints instead of page numbers.
    pub fn is_checkpoint(&self) -> bool {
        self.form == Form::Checkpoint
    }

    /// Whether the response contains the total.
    pub fn wants_total(&self) -> bool {
        self.form == Form::WithTotals
    }

    /// Runs `count` if the response contains the total.
    pub async fn total(&self, count: impl Future<Output = sqlx::Result<i64>>) -> sqlx::Result<i64> {
        if self.wants_total() { count.await } else { Ok(0) }
    }

    /// Responds with the rows under `key`, each serialized by `body`.
    pub fn respond<T: Keyed, B: Serialize>(
        &self,
        key: &str,
        mut rows: Vec<T>,
        total: i64,
        body: impl FnMut(T) -> B,
    ) -> Response {
        self.respond_next(key, &mut rows, total, body, false)
    }

    /// Responds like [`Self::respond`], but also the last page has a checkpoint, as Auth0's list of members. An empty page
    /// follows.
    pub fn respond_with_open_end<T: Keyed, B: Serialize>(
        &self,
        key: &str,
        mut rows: Vec<T>,
        total: i64,
        body: impl FnMut(T) -> B,
    ) -> Response {
        self.respond_next(key, &mut rows, total, body, true)
    }

    fn respond_next<T: Keyed, B: Serialize>(
        &self,
        key: &str,
        rows: &mut Vec<T>,
        total: i64,
        body: impl FnMut(T) -> B,
        has_open_end: bool,
    ) -> Response {
        if self.form != Form::Checkpoint {
            return self.respond_whole(key, rows.drain(..).map(body).collect(), total);
        }
        // The query fetches one row more than a page, to know whether there is a next page.
        let shown = usize::try_from(self.page.limit - 1).unwrap_or_default();
        let has_more = rows.len() > shown;
        rows.truncate(shown);
        let next = rows.last().filter(|_| has_more || has_open_end).map(|last| encode(&last.cursor()));
        let mut answer = json!({ key: rows.drain(..).map(body).collect::<Vec<_>>() });
        if let Some(next) = next {
            answer["next"] = next.into();
        }
        Json(answer).into_response()
    }

    /// Responds with `bodies` under `key`, for lists that do not support checkpoints.
    pub fn respond_whole<B: Serialize>(&self, key: &str, bodies: Vec<B>, total: i64) -> Response {
        self.respond_with(key, bodies, &[("total", total)])
    }

    /// Responds as [`Self::respond_whole`] does, and adds the number of `bodies`.
    pub fn respond_with_length<B: Serialize>(&self, key: &str, bodies: Vec<B>, total: i64) -> Response {
        let length = i64::try_from(bodies.len()).unwrap_or(i64::MAX);
        self.respond_with(key, bodies, &[("length", length), ("total", total)])
    }

    /// Responds as [`Self::respond_whole`] does, but without a total.
    pub fn respond_without_total<B: Serialize>(&self, key: &str, bodies: Vec<B>) -> Response {
        self.respond_with(key, bodies, &[])
    }

    /// Selects the requested page from `all`, which contains all rows, and responds as [`Self::respond_whole`] does.
    pub fn respond_window<B: Serialize>(&self, key: &str, all: Vec<B>) -> Response {
        let total = i64::try_from(all.len()).unwrap_or(i64::MAX);
        self.respond_whole(key, self.page.window(all), total)
    }

    fn respond_with<B: Serialize>(&self, key: &str, bodies: Vec<B>, counts: &[(&str, i64)]) -> Response {
        if !self.wants_total() {
            return Json(bodies).into_response();
        }
        let mut answer = json!({"start": self.page.offset, "limit": self.page.limit});
        for (name, count) in counts {
            answer[name] = (*count).into();
        }
        answer[key] = json!(bodies);
        Json(answer).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_is_decoded_as_it_was_encoded() {
        let cursor = Cursor { created_at: UnixTime::from_seconds(1_788_000_000), id: "auth0|1:2".to_owned() };
        assert_eq!(decode(&encode(&cursor)), Some(cursor));
        assert_eq!(decode("nonsense"), None);
    }
}
