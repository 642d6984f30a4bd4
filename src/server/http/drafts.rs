//! Drafts: submitted forms that are kept, encrypted, while their author signs in again.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use chrono::TimeDelta;
use url::form_urlencoded;

use super::message::Message;
use crate::{
    kernel::secret::fingerprint,
    server::{
        auth::session::BrowserSession,
        error::Error,
        repo::drafts::{self, NewDraft},
        state::AppState,
    },
    web::ui::form::FormRetry,
};

/// The query parameter with the id of a draft.
pub(super) const PARAMETER: &str = "draft";

/// How long a draft is kept.
const LIFETIME: TimeDelta = TimeDelta::hours(12);

/// Stores `retry` as a draft of the browser of `session`, and returns the draft's id.
pub(super) async fn store(app: &AppState, session: Option<BrowserSession>, retry: &FormRetry) -> Result<String, Error> {
    let session = session.ok_or(Error::BadRequest)?;
    let browser = session.begin(app).await?;
    let id = app.random.token();
    let key = fingerprint(&id);
    let sealed = app.sealer.seal(&seal_context(&key), retry)?;
    let mut tx = app.db.write().await?;
    let draft = NewDraft {
        id: &key,
        browser: browser.id,
        client: &session.client().to_string(),
        sealed: &sealed,
        expires_at: app.clock.now() + LIFETIME,
    };
    drafts::insert(&mut tx, draft).await?;
    tx.commit().await?;
    Ok(id)
}

/// Middleware that fills the page's form with the draft named in the query.
pub(super) async fn restore(State(app): State<AppState>, mut request: Request, next: Next) -> Response {
    let id = request.uri().query().and_then(|query| {
        form_urlencoded::parse(query.as_bytes())
            .find_map(|(name, value)| (name == PARAMETER).then(|| value.into_owned()))
    });
    if let Some(id) = id {
        match find(&app, BrowserSession::of(request.extensions()), &id).await {
            Ok(Some(retry)) => _ = request.extensions_mut().insert(retry),
            Ok(None) => {}
            Err(error) => return Message::from(error).into_response(),
        }
    }
    next.run(request).await
}

/// Finds the draft `id` of the browser of `session`.
async fn find(app: &AppState, session: Option<BrowserSession>, id: &str) -> Result<Option<FormRetry>, Error> {
    let Some(session) = session else { return Ok(None) };
    let Some(browser) = session.browser().await? else { return Ok(None) };
    let key = fingerprint(id);
    let mut tx = app.db.read().await?;
    let Some(sealed) = drafts::find(&mut tx, &key, browser.id, app.clock.now()).await? else { return Ok(None) };
    Ok(app.sealer.open(&seal_context(&key), &sealed).ok())
}

fn seal_context(key: &str) -> String {
    format!("form draft {key}")
}
