//! Hears on `PostgreSQL` what other nodes, and this one, have committed; and tells them who is where.

use std::time::Duration;

use sqlx::{
    PgPool,
    postgres::{PgListener, PgNotification},
};
use tokio::sync::watch;
use uuid::Uuid;

use super::presence::{self, Message, REPEAT};
use crate::{
    domain::ids::OrgId,
    server::{
        db::{CHANNEL, Pools, execute},
        error::Error,
        state::AppState,
    },
};

/// Of how many places other nodes are told in one go.
const TOLD_AT_ONCE: usize = 100;

/// How long to wait before listening again when the database is away.
const PAUSE: Duration = Duration::from_secs(1);

/// Listens, and tells, until the process is told to stop. With `SQLite` there is one node, and nothing to hear.
pub async fn run(app: AppState, stopped: watch::Receiver<bool>) {
    let Pools::Postgres(pool) = app.db.database().pools() else { return };
    let node = app.random.uuid(app.clock.now());
    app.presence.gather();
    tokio::join!(listen(&app, pool, node, stopped.clone()), tell(&app, node, stopped));
}

async fn listen(app: &AppState, pool: &PgPool, node: Uuid, mut stopped: watch::Receiver<bool>) {
    loop {
        let heard = async {
            let mut listener = PgListener::connect_with(pool).await?;
            listener.listen_all([CHANNEL, presence::CHANNEL]).await?;
            // Whatever was committed before we listened.
            app.db.announcements.wake_all();
            if let Err(error) = send(app, &[Message::Hello { node }]).await {
                tracing::warn!(%error, "other nodes are not asked who is with them");
            }
            loop {
                match listener.try_recv().await? {
                    Some(notification) => hear(app, node, &notification).await,
                    // The connection was lost and is there again.
                    None => app.db.announcements.wake_all(),
                }
            }
        };
        let error: sqlx::Error = tokio::select! {
            heard = heard => match heard {
                Ok::<std::convert::Infallible, _>(never) => match never {},
                Err(error) => error,
            },
            _ = stopped.changed() => return,
        };
        tracing::warn!(%error, "events of other nodes cannot be heard");
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            _ = stopped.changed() => return,
        }
    }
}

async fn hear(app: &AppState, own: Uuid, notification: &PgNotification) {
    let payload = notification.payload();
    if notification.channel() == presence::CHANNEL {
        match serde_json::from_str(payload) {
            Ok(Message::Here { node, org, place, people }) if node != own => {
                app.presence.hear(node, org, place, people);
            }
            Ok(Message::Hello { node }) if node != own => tell_all(app, own).await,
            Ok(Message::Gone { node }) => app.presence.forget(node),
            Ok(_) => {}
            Err(_) => tracing::warn!(payload, "a message of another node makes no sense"),
        }
    } else if let Ok(announcement) = payload.parse() {
        app.db.announcements.publish(announcement);
    } else {
        tracing::warn!(payload, "an announcement makes no sense");
    }
}

/// Tells the other nodes who is where, whenever it changes and every while, until the process is told to stop.
async fn tell(app: &AppState, node: Uuid, mut stopped: watch::Receiver<bool>) {
    let mut repeat = tokio::time::interval(REPEAT);
    loop {
        tokio::select! {
            places = app.presence.changes() => tell_of(app, node, &places).await,
            _ = repeat.tick() => {
                app.presence.forget_silent();
                tell_all(app, node).await;
            }
            _ = stopped.changed() => break,
        }
    }
    if let Err(error) = send(app, &[Message::Gone { node }]).await {
        tracing::warn!(%error, "other nodes are not told that this one stops");
    }
}

async fn tell_all(app: &AppState, node: Uuid) {
    tell_of(app, node, &app.presence.own()).await;
}

async fn tell_of(app: &AppState, node: Uuid, places: &[(OrgId, String)]) {
    for places in places.chunks(TOLD_AT_ONCE) {
        let messages: Vec<_> = places.iter().map(|place| app.presence.message(node, place)).collect();
        if let Err(error) = send(app, &messages).await {
            // It is said again in a while.
            tracing::warn!(%error, "other nodes are not told who is here");
        }
    }
}

/// In one transaction: those that notify take turns, all over the database.
async fn send(app: &AppState, messages: &[Message]) -> Result<(), Error> {
    let messages: Result<Vec<_>, _> = messages.iter().map(serde_json::to_string).collect();
    let messages = messages.and_then(|messages| serde_json::to_string(&messages));
    let messages = messages.map_err(|_| Error::Corrupt("message"))?;
    let mut tx = app.db.write().await?;
    let sql = "SELECT pg_notify($1, value) FROM json_array_elements_text($2::json)";
    execute!(tx, sql, presence::CHANNEL, messages)?;
    tx.commit().await
}
