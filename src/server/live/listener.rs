//! Hears on `PostgreSQL` what other nodes, and this one, have committed; and tells them who is where.

use std::time::Duration;

use sqlx::postgres::{PgListener, PgNotification};
use tokio::sync::{mpsc, watch};
use uuid::Uuid;

use super::{
    CHANNEL,
    presence::{self, Message, REPEAT},
};
use crate::server::{
    db::{Pools, execute},
    error::Error,
    repo::ids::OrgId,
    state::AppState,
};

/// How long to wait before listening again when the database is away.
const PAUSE: Duration = Duration::from_secs(1);

/// Listens until the process is told to stop. With `SQLite` there is one node, and nothing to hear.
pub async fn run(app: AppState, mut stopped: watch::Receiver<bool>) {
    let Pools::Postgres(pool) = app.db.database().pools() else { return };
    let node = app.random.uuid(app.clock.now());
    if let Some(changes) = app.db.live.presence.tell() {
        tokio::spawn(tell(app.clone(), node, changes, stopped.clone()));
    }
    loop {
        let heard = async {
            let mut listener = PgListener::connect_with(pool).await?;
            listener.listen_all([CHANNEL, presence::CHANNEL]).await?;
            // Whatever was committed before we listened.
            app.db.live.look_again();
            if let Err(error) = send(&app, &Message::Hello { node }).await {
                tracing::warn!(%error, "other nodes are not asked who is with them");
            }
            loop {
                match listener.try_recv().await? {
                    Some(notification) => hear(&app, node, &notification).await,
                    // The connection was lost and is there again.
                    None => app.db.live.look_again(),
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
                app.db.live.presence.hear(node, org, place, people);
            }
            Ok(Message::Hello { node }) if node != own => tell_all(app, own).await,
            Ok(_) => {}
            Err(_) => tracing::warn!(payload, "a message of another node makes no sense"),
        }
    } else if let Ok(announcement) = payload.parse() {
        app.db.live.hear(announcement);
    } else {
        tracing::warn!(payload, "an announcement makes no sense");
    }
}

/// Tells the other nodes who is where, whenever it changes and every while, until the process is told to stop.
async fn tell(
    app: AppState,
    node: Uuid,
    mut changes: mpsc::UnboundedReceiver<(OrgId, String)>,
    mut stopped: watch::Receiver<bool>,
) {
    let mut repeat = tokio::time::interval(REPEAT);
    loop {
        tokio::select! {
            Some(place) = changes.recv() => tell_of(&app, node, &place).await,
            _ = repeat.tick() => {
                app.db.live.presence.forget_silent();
                tell_all(&app, node).await;
            }
            _ = stopped.changed() => return,
        }
    }
}

async fn tell_all(app: &AppState, node: Uuid) {
    for place in app.db.live.presence.own() {
        tell_of(app, node, &place).await;
    }
}

async fn tell_of(app: &AppState, node: Uuid, place: &(OrgId, String)) {
    let message = app.db.live.presence.message(node, place);
    if let Err(error) = send(app, &message).await {
        // It is said again in a while.
        tracing::warn!(%error, "other nodes are not told who is here");
    }
}

async fn send(app: &AppState, message: &Message) -> Result<(), Error> {
    let message = serde_json::to_string(message).map_err(|_| Error::Corrupt("message"))?;
    let mut tx = app.db.write().await?;
    execute!(tx, "SELECT pg_notify($1, $2)", presence::CHANNEL, message)?;
    tx.commit().await
}
