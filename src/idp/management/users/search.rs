//! `GET /users`: lists and searches users.

use std::cmp::Ordering;

use axum::{extract::State, response::Response};
use serde_json::{Value, json};

use crate::{
    idp::{
        management::{
            error::ApiError,
            kit::{Fields, Paging, QueryText},
            users::{
                body::UserBody,
                query::{ast::Query, matching::value_of},
            },
        },
        state::Idp,
        store::{
            keyset::{Cursor, Keyed, KeysetPage},
            profiles::{self, Filter},
        },
    },
    kernel::database::Tx,
};

/// Number of users that are read in one query.
const BATCH: i64 = 200;

/// Parameters of a search.
struct Search {
    query: Option<Query>,
    /// Name of the connection whose users are searched.
    connection: Option<String>,
    sort: Option<Sort>,
    page: KeysetPage,
}

/// Property to sort by, and the direction.
struct Sort {
    path: String,
    descending: bool,
}

pub async fn list(
    State(idp): State<Idp>,
    paging: Paging,
    fields: Fields,
    query: QueryText,
) -> Result<Response, ApiError> {
    let search = Search::of(&query, &paging)?;
    let (users, total) = search.run(&mut idp.database.read().await?).await?;
    let users: Vec<_> = users.into_iter().map(|user| fields.apply(user)).collect();
    Ok(paging.respond_with_length("users", users, total))
}

impl Search {
    fn of(query: &QueryText, paging: &Paging) -> Result<Self, ApiError> {
        if let Some(older) = query.get("search_engine").filter(|version| *version != "v3") {
            return Err(ApiError::invalid_query(&format!("No enum match for: {older}"), "search_engine"));
        }
        paging.check_reach(
            "You can only page through the first 1000 records. See \
             https://auth0.com/docs/users/search/v3/view-search-results-by-page#limitation",
        )?;
        let parse = |text: &str| {
            Query::parse(text).map_err(|error| ApiError::invalid_query(&format!("Failed to parse query: {error}"), "q"))
        };
        Ok(Self {
            query: query.get("q").filter(|text| !text.trim().is_empty()).map(parse).transpose()?,
            connection: query.get("connection").map(str::to_owned),
            sort: query.get("sort").map(Sort::parse).transpose()?,
            page: paging.page.clone(),
        })
    }

    /// Returns the requested page and the number of all matches.
    async fn run(&self, tx: &mut Tx) -> sqlx::Result<(Vec<Value>, i64)> {
        let narrowed = self.query.as_ref().map(Query::narrowed).unwrap_or_default();
        let filter = Filter { connection: self.connection.clone(), ..narrowed };
        if self.query.is_none() && self.sort.is_none() {
            let found = profiles::list(tx, &filter, &self.page).await?;
            let total = profiles::count(tx, &filter).await?;
            return Ok((found.into_iter().map(|profile| json!(UserBody::from(profile))).collect(), total));
        }
        self.scan(tx, &filter).await
    }

    /// Evaluates the query on every user that the filter matches, because the database stores metadata as text and
    /// cannot search it. Keeps no more rows than the page needs.
    async fn scan(&self, tx: &mut Tx, filter: &Filter) -> sqlx::Result<(Vec<Value>, i64)> {
        let end = usize::try_from(self.page.offset + self.page.limit).unwrap_or_default();
        let (mut found, mut total) = (Vec::new(), 0);
        let mut after = Cursor::START;
        loop {
            let batch =
                profiles::list(tx, filter, &KeysetPage { after: after.clone(), limit: BATCH, offset: 0 }).await?;
            let Some(last) = batch.last() else { break };
            after = last.cursor();
            for profile in batch {
                let user = json!(UserBody::from(profile));
                if self.query.as_ref().is_none_or(|query| query.matches(&user)) {
                    total += 1;
                    if self.sort.is_some() || found.len() < end {
                        found.push(user);
                    }
                }
            }
            if let Some(sort) = &self.sort {
                found.sort_by(|left, right| sort.compare(left, right));
                found.truncate(end);
            }
        }
        Ok((self.page.window(found), total))
    }
}

impl Sort {
    /// Parses `field:1`, or `field:-1` for descending order.
    fn parse(text: &str) -> Result<Self, ApiError> {
        let parsed = text.split_once(':').and_then(|(path, order)| {
            let is_path = !path.is_empty() && path.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.".contains(&b));
            let descending = match order {
                "1" => false,
                "-1" => true,
                _ => return None,
            };
            is_path.then(|| Self { path: path.to_owned(), descending })
        });
        parsed.ok_or_else(|| {
            ApiError::invalid_query(r"String does not match pattern: ^(([a-zA-Z0-9_\.]+))\:(1|-1)$", "sort")
        })
    }

    /// Compares numbers by value and other values as text. Missing values come last.
    fn compare(&self, left: &Value, right: &Value) -> Ordering {
        let (left, right) = match (value_of(left, &self.path), value_of(right, &self.path)) {
            (Some(left), Some(right)) => (left, right),
            (left, right) => return left.is_none().cmp(&right.is_none()),
        };
        // Numbers come before text, so that the order is transitive.
        let order = match (left.parse::<f64>(), right.parse::<f64>()) {
            (Ok(left), Ok(right)) => left.total_cmp(&right),
            (Ok(_), Err(_)) => Ordering::Less,
            (Err(_), Ok(_)) => Ordering::Greater,
            (Err(_), Err(_)) => left.cmp(&right),
        };
        if self.descending { order.reverse() } else { order }
    }
}
