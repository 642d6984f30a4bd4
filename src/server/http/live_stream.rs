//! The stream of an organization's events to one page, as server-sent events (HTML Living Standard section 9.2).

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

use super::message::Message;
use crate::{
    domain::{
        ids::BrowserId,
        keys::{ProjectKey, TaskKey},
        live::{ENDED, Ended, HERE, LiveEvent, Present, RESET},
        permissions::Permission,
    },
    server::{
        access::{self, OrgContext},
        auth::session::BrowserSession,
        db::OrgTx,
        error::Error,
        live::{presence::Here, stream_limit::Opening},
        repo::{
            events::{self, Happened},
            projects,
        },
        state::AppState,
    },
};

/// How often a stream looks whether its reader may still read, and shows that it is alive.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// The most events that are read at a time.
const BATCH: i64 = 200;

/// Whoever has missed more than this loads the page again: that is less than replaying them.
const MISSED_MAX: i64 = 1_000;

/// Where a stream begins.
#[derive(Debug, Deserialize)]
pub struct Start {
    /// The number of the last event that the page takes into account; without it, only what is to come.
    after: Option<i64>,
    /// The key of the project or the task whose page is open.
    at: Option<String>,
}

/// `GET /o/{org}/live`: what happens in the organization from `after` on, or from where the header `Last-Event-ID` says
/// that an earlier stream broke off; 429 when the browser has enough streams there. Each event has its number as id and a [`LiveEvent`] as data. An event named
/// [`RESET`] says that too much was missed, one named [`ENDED`] that the reader's rights have ended, one named [`HERE`] who
/// else has the page of `at` open.
pub async fn get(
    State(app): State<AppState>,
    session: BrowserSession,
    Path(slug): Path<String>,
    Query(start): Query<Start>,
    headers: HeaderMap,
) -> Response {
    match open(app, &session, slug, start, &headers).await {
        Ok(None) => StatusCode::TOO_MANY_REQUESTS.into_response(),
        Ok(Some(reader)) => {
            let events = stream::unfold(reader, |mut reader| async move {
                let event = reader.next().await?;
                Some((Ok::<_, Infallible>(event), reader))
            });
            // Proxies that gather what they pass on would keep it from the reader.
            ([("x-accel-buffering", "no")], Sse::new(events)).into_response()
        }
        // It asks again by itself, and a page to sign in on is no help to it.
        Err(Error::SignInRequired | Error::MembershipEnded { .. } | Error::Forbidden(_)) => {
            StatusCode::FORBIDDEN.into_response()
        }
        Err(error) => Message::from(error).into_response(),
    }
}

async fn open(
    app: AppState,
    session: &BrowserSession,
    slug: String,
    start: Start,
    headers: &HeaderMap,
) -> Result<Option<Reader>, Error> {
    let browser = session.browser().await?.ok_or(Error::SignInRequired)?.id;
    let ctx = access::from_seat(&app, browser, &slug).await?;
    let mut tx = ctx.read(Permission::ReadTasks).await?;
    let org = tx.org();
    let Some(opening) = Opening::of(&app.open_streams, browser, org) else { return Ok(None) };
    let place = match start.at.as_deref().and_then(Place::of) {
        Some(place) if place.is_open_to(&ctx, &mut tx).await? => Some(place),
        _ => None,
    };
    drop(tx);
    let resumed = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    // A number from the future is one from before the database was restored.
    let after = resumed.or(start.after).map_or(ctx.as_of, |after| after.clamp(0, ctx.as_of));
    let mut receiver = app.db.announcements.subscribe(org);
    receiver.mark_changed();
    let here = place.map(|place| {
        let person = Present { name: ctx.who.name.clone(), id: ctx.person.0 };
        let here = Here::enter(&app.presence, org, place.name.clone(), person);
        Open { place, here, told: Vec::new() }
    });
    let mut heartbeat = tokio::time::interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
    heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (ready, is_over) = (VecDeque::new(), false);
    Ok(Some(Reader { app, browser, slug, after, receiver, here, heartbeat, ready, is_over, _opening: opening }))
}

/// A page that somebody has open.
struct Place {
    project: ProjectKey,
    /// The key of the project or the task.
    name: String,
}

impl Place {
    fn of(text: &str) -> Option<Self> {
        if let Ok(task) = text.parse::<TaskKey>() {
            return Some(Self { name: task.to_string(), project: task.project });
        }
        let project = text.parse::<ProjectKey>().ok()?;
        Some(Self { name: project.to_string(), project })
    }

    /// Whether the reader may see what is there.
    async fn is_open_to(&self, ctx: &OrgContext, tx: &mut OrgTx) -> Result<bool, Error> {
        Ok(projects::by_key(tx, ctx.project_scope(), &self.project).await?.is_some())
    }
}

/// The page that the reader has open, and who was said to be there.
struct Open {
    place: Place,
    here: Here,
    told: Vec<Present>,
}

/// What a stream knows between two events.
struct Reader {
    app: AppState,
    browser: BrowserId,
    slug: String,
    /// The number of the last event that was sent, or need not be.
    after: i64,
    receiver: watch::Receiver<i64>,
    here: Option<Open>,
    heartbeat: Interval,
    ready: VecDeque<Event>,
    is_over: bool,
    /// Counts as long as the stream is there.
    _opening: Opening,
}

impl Reader {
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            if self.is_over {
                return None;
            }
            tokio::select! {
                () = changed(self.here.as_mut()) => {
                    self.see_who_is_here()?;
                    continue;
                }
                woken = self.receiver.changed() => {
                    // The process stops.
                    woken.ok()?;
                }
                // However much happens meanwhile.
                _ = self.heartbeat.tick() => {}
            }
            self.receiver.mark_unchanged();
            match self.read().await {
                Ok(()) => {}
                Err(error @ (Error::SignInRequired | Error::MembershipEnded { .. } | Error::Forbidden(_))) => {
                    let why = if matches!(error, Error::SignInRequired) { Ended::SignedOut } else { Ended::NoAccess };
                    self.ready.push_back(Event::default().event(ENDED).data(why.slug()));
                    self.here = None;
                    self.is_over = true;
                }
                Err(error) => {
                    // It will be asked for again, from where it was.
                    tracing::warn!(%error, "a stream of events broke off");
                    return None;
                }
            }
        }
    }

    /// Makes ready who else is here, when that is not known yet.
    fn see_who_is_here(&mut self) -> Option<()> {
        let Some(open) = &mut self.here else { return Some(()) };
        let others = open.here.others();
        if others != open.told {
            let data = serde_json::to_string(&others).ok()?;
            self.ready.push_back(Event::default().event(HERE).data(data));
            open.told = others;
        }
        Some(())
    }

    /// Makes ready what has happened since.
    async fn read(&mut self) -> Result<(), Error> {
        let ctx = access::from_seat(&self.app, self.browser, &self.slug).await?;
        let mut tx = ctx.read(Permission::ReadTasks).await?;
        let head = ctx.as_of;
        // The project may have been closed to the reader.
        if let Some(Open { place, .. }) = &self.here
            && !place.is_open_to(&ctx, &mut tx).await?
        {
            self.here = None;
            self.ready.push_back(Event::default().event(HERE).data("[]"));
        }
        if head - self.after > MISSED_MAX {
            self.after = head;
            self.ready.push_back(Event::default().event(RESET).id(head.to_string()).data(""));
            return Ok(());
        }
        while self.after < head {
            let happened = events::since(&mut tx, ctx.project_scope(), self.after, BATCH).await?;
            let is_all = happened.len() < usize::try_from(BATCH).unwrap_or(usize::MAX);
            let last = happened.last().map_or(head, |last| last.number);
            for one in happened {
                self.ready.push_back(told(one)?);
            }
            self.after = if is_all { head.max(last) } else { last };
        }
        if self.ready.is_empty() {
            // Without data it is no event to the page; it only moves on from where the page would ask again.
            self.ready.push_back(Event::default().id(self.after.to_string()));
        }
        Ok(())
    }
}

/// Waits until somebody has come or gone; without a page that is open, for ever.
async fn changed(open: Option<&mut Open>) {
    match open {
        Some(open) => open.here.changed().await,
        None => std::future::pending().await,
    }
}

fn told(happened: Happened) -> Result<Event, Error> {
    let Happened { number, at, person, name, project, task, event, tells_you, .. } = happened;
    let project = project.parse().map_err(|_| Error::Corrupt("project key"))?;
    let event = event.without_texts();
    let live = LiveEvent { number, at, person: person.0, name, project, task, event, tells_you };
    let data = serde_json::to_string(&live).map_err(|_| Error::Corrupt("event"))?;
    Ok(Event::default().id(number.to_string()).data(data))
}
