//! Streams an organization's events to an open page as server-sent events (HTML Living Standard section 9.2).

mod pages;

use std::{collections::VecDeque, convert::Infallible, time::Duration};

use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::{
        IntoResponse as _, Response,
        sse::{Event, Sse},
    },
};
use futures_util::stream;
use serde::Deserialize;
use tokio::{
    sync::watch,
    time::{Instant, Interval, MissedTickBehavior},
};

use self::pages::{PresencePage, StreamPresence, presence_changed, viewers};
use super::message::Message;
use crate::{
    domain::{
        ids::OrgId,
        live::{ENDED, Ended, LiveEvent, Present, RESET},
        permissions::Permission,
    },
    kernel::metrics::{Limit, Service},
    server::{
        auth::session::{Browser, BrowserSession},
        error::Error,
        fair_queue::SlotKind,
        live::{
            presence::PresenceEntry,
            stream_limit::{StreamGuard, StreamReader},
        },
        open_page,
        repo::events::{self, LoggedEvent},
        state::AppState,
    },
};

/// How often a stream checks its reader's permissions and sends a keep-alive event.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Maximum number of events per query.
const BATCH_SIZE: i64 = 200;

/// Maximum number of missed events that are replayed. Reloading the page is cheaper than replaying more.
const MAX_REPLAY: i64 = 1_000;

/// Maximum number of pages on which one stream tells who is there.
const MAX_PAGES: usize = 20;

/// The query parameters of a stream.
#[derive(Debug, Deserialize)]
pub struct StreamQuery {
    /// Number of the last event that the page reflects. Without it, only new events are sent.
    after: Option<i64>,
    /// Keys of the projects and tasks whose pages are open, separated by commas.
    at: Option<String>,
}

/// `GET /o/{org}/live`: streams the organization's events after `after`, or after the `Last-Event-ID` header of a
/// reconnect. Status 429 if there are too many streams of
/// the browser, the person, the organization or the address.
///
/// Each event has its number as id and a [`LiveEvent`] as data. An event named [`RESET`] means that too many events
/// were missed, [`ENDED`] that the reader has lost access, and
/// [`PRESENCE`](crate::domain::live::PRESENCE) lists the other people on a page of `at`.
pub async fn get(
    State(app): State<AppState>,
    session: BrowserSession,
    Path(slug): Path<String>,
    Query(query): Query<StreamQuery>,
    headers: HeaderMap,
) -> Response {
    match open(app, &session, slug, query, &headers).await {
        Ok(None) => StatusCode::TOO_MANY_REQUESTS.into_response(),
        Ok(Some(events)) => {
            let events = stream::unfold(events, |mut events| async move {
                let event = events.next().await?;
                Some((Ok::<_, Infallible>(event), events))
            });
            // Disable buffering in proxies, which would delay the events.
            ([("x-accel-buffering", "no")], Sse::new(events)).into_response()
        }
        // The browser reconnects by itself and cannot show a sign-in page.
        Err(error) if error.is_no_access() => StatusCode::FORBIDDEN.into_response(),
        Err(error) => Message::from(error).into_response(),
    }
}

async fn open(
    app: AppState,
    session: &BrowserSession,
    slug: String,
    query: StreamQuery,
    headers: &HeaderMap,
) -> Result<Option<EventStream>, Error> {
    let browser = session.browser().await?.ok_or(Error::SignInRequired)?;
    let (ctx, slot) = open_page::context(&app, browser, &slug, SlotKind::Stream).await?;
    let mut tx = ctx.read(Permission::ReadTasks).await?;
    let org = tx.org();
    let reader = StreamReader { browser: browser.id, person: ctx.person, org, client: session.client() };
    let Some(guard) = StreamGuard::acquire(&app.open_streams, reader) else {
        app.metrics.count_refusal(Service::Application, Limit::Streams);
        return Ok(None);
    };
    let mut pages = Vec::new();
    for page in query.at.iter().flat_map(|at| at.split(',')).filter_map(PresencePage::parse).take(MAX_PAGES) {
        if page.is_visible(&ctx, &mut tx).await? {
            pages.push(page);
        }
    }
    drop((tx, slot));
    let last_event_id = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    // The number can be higher than the last event if the database was restored from a backup.
    let after = last_event_id.or(query.after).map_or(ctx.as_of, |after| after.clamp(0, ctx.as_of));
    let mut receiver = app.db.announcements.subscribe(org);
    receiver.mark_changed();
    let sign_outs = app.db.announcements.subscribe_to_sign_outs(ctx.person);
    let person = Present { name: ctx.who.name.clone(), id: ctx.person.0 };
    let presence = pages.into_iter().map(|page| {
        let entry = PresenceEntry::add(&app.presence, org, page.key.clone(), person.clone());
        StreamPresence { page, entry, sent: Vec::new() }
    });
    let presence = presence.collect();
    let mut heartbeat = tokio::time::interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
    heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (pending, is_ended) = (VecDeque::new(), false);
    Ok(Some(EventStream {
        app,
        org,
        browser: Browser { person: Some(ctx.person), ..browser },
        slug,
        after,
        receiver,
        sign_outs,
        presence,
        heartbeat,
        pending,
        is_ended,
        _guard: guard,
    }))
}

/// The state of a stream between two events.
struct EventStream {
    app: AppState,
    /// The browser, and the reader.
    browser: Browser,
    org: OrgId,
    /// The organization's name when the page was opened. Another organization may have taken it since.
    slug: String,
    /// Number of the last event that was sent or skipped.
    after: i64,
    receiver: watch::Receiver<i64>,
    sign_outs: watch::Receiver<()>,
    presence: Vec<StreamPresence>,
    heartbeat: Interval,
    pending: VecDeque<Event>,
    is_ended: bool,
    /// Counts the stream while it is open.
    _guard: StreamGuard,
}

impl EventStream {
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.pending.pop_front() {
                return Some(event);
            }
            if self.is_ended {
                return None;
            }
            tokio::select! {
                () = presence_changed(&mut self.presence) => {
                    self.queue_presence()?;
                    continue;
                }
                woken = self.receiver.changed() => {
                    // The channel closes when the process stops.
                    woken.ok()?;
                }
                woken = self.sign_outs.changed() => woken.ok()?,
                // The interval fires even if other events arrive.
                _ = self.heartbeat.tick() => {}
            }
            self.receiver.mark_unchanged();
            match self.queue_events().await {
                Ok(()) => {}
                Err(error) if error.is_no_access() => {
                    let reason =
                        if matches!(error, Error::SignInRequired) { Ended::SignedOut } else { Ended::NoAccess };
                    self.pending.push_back(Event::default().event(ENDED).data(reason.slug()));
                    self.presence.clear();
                    self.is_ended = true;
                }
                Err(error) => {
                    // The browser reconnects with the id of the last event.
                    tracing::warn!(%error, "an event stream failed");
                    return None;
                }
            }
        }
    }

    /// Queues the other people on each page where they have changed.
    fn queue_presence(&mut self) -> Option<()> {
        for presence in &mut self.presence {
            let others = presence.entry.others();
            if others != presence.sent {
                self.pending.push_back(viewers(&presence.page, others.clone())?);
                presence.sent = others;
            }
        }
        Some(())
    }

    /// Queues the events since the last one.
    async fn queue_events(&mut self) -> Result<(), Error> {
        let (ctx, _slot) = open_page::context(&self.app, self.browser, &self.slug, SlotKind::Stream).await?;
        let mut tx = ctx.read(Permission::ReadTasks).await?;
        if tx.org() != self.org {
            return Err(Error::SignInRequired);
        }
        let latest = ctx.as_of;
        // The reader may have lost access to projects.
        for presence in std::mem::take(&mut self.presence) {
            if presence.page.is_visible(&ctx, &mut tx).await? {
                self.presence.push(presence);
            } else {
                self.pending.extend(viewers(&presence.page, Vec::new()));
            }
        }
        if latest - self.after > MAX_REPLAY {
            self.after = latest;
            self.pending.push_back(Event::default().event(RESET).id(latest.to_string()).data(""));
            return Ok(());
        }
        while self.after < latest {
            let batch = events::list_after(&mut tx, ctx.project_scope(), self.after, BATCH_SIZE).await?;
            let is_last_batch = batch.len() < usize::try_from(BATCH_SIZE).unwrap_or(usize::MAX);
            let last = batch.last().map_or(latest, |last| last.number);
            for event in batch {
                self.pending.push_back(to_sse(event)?);
            }
            self.after = if is_last_batch { latest.max(last) } else { last };
        }
        if self.pending.is_empty() {
            // An event without data is not dispatched to the page; it only updates the browser's last event id.
            self.pending.push_back(Event::default().id(self.after.to_string()));
        }
        Ok(())
    }
}

/// Converts an event to its server-sent form.
fn to_sse(logged: LoggedEvent) -> Result<Event, Error> {
    let LoggedEvent { number, at, person, name, project, task, event, tells_you, .. } = logged;
    let project = project.parse().map_err(|_| Error::Corrupt("project key"))?;
    let event = event.without_texts();
    let live = LiveEvent { number, at, person: person.0, name, project, task, event, tells_you };
    let data = serde_json::to_string(&live).map_err(|_| Error::Corrupt("event"))?;
    Ok(Event::default().id(number.to_string()).data(data))
}
