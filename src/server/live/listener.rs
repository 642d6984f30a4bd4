//! Receives announcements of committed events from all nodes over `PostgreSQL`, and exchanges presence with other
//! nodes.

use std::time::Duration;

use sqlx::{
    PgPool,
    postgres::{PgListener, PgNotification},
};
use tokio::sync::watch;
use uuid::Uuid;

use super::presence::{self, Message, PresenceKey, REPEAT_INTERVAL};
use crate::server::{
    db::{CHANNEL, Pools, execute},
    error::Error,
    state::AppState,
};

/// Maximum number of presence messages in one transaction.
const BATCH_SIZE: usize = 100;

/// How long to wait before reconnecting to the database.
const RETRY_DELAY: Duration = Duration::from_secs(1);

/// Listens and publishes until the process stops. Does nothing with `SQLite`, where there is only one node.
pub async fn run(app: AppState, stopped: watch::Receiver<bool>) {
    let Pools::Postgres(pool) = app.db.database().pools() else { return };
    let node = app.random.uuid(app.clock.now());
    app.presence.enable_outbox();
    tokio::join!(listen(&app, pool, node, stopped.clone()), publish_presence(&app, node, stopped));
}

/// Receives notifications, and reconnects after an error.
async fn listen(app: &AppState, pool: &PgPool, node: Uuid, mut stopped: watch::Receiver<bool>) {
    loop {
        let receive_all = async {
            let mut listener = match &app.config.listen_database_url {
                Some(url) => PgListener::connect(url).await?,
                None => PgListener::connect_with(pool).await?,
            };
            listener.listen_all([CHANNEL, presence::CHANNEL]).await?;
            // Wake all subscribers: events may have been committed before this node listened.
            app.db.announcements.wake_all();
            if let Err(error) = send(app, &[Message::Hello { node }]).await {
                tracing::warn!(%error, "could not request presence from other nodes");
            }
            loop {
                match listener.try_recv().await? {
                    Some(notification) => receive(app, node, &notification).await,
                    // The connection was lost and restored, so notifications may be missing.
                    None => app.db.announcements.wake_all(),
                }
            }
        };
        let error: sqlx::Error = tokio::select! {
            result = receive_all => match result {
                Ok::<std::convert::Infallible, _>(never) => match never {},
                Err(error) => error,
            },
            _ = stopped.changed() => return,
        };
        tracing::warn!(%error, "could not listen to notifications");
        tokio::select! {
            () = tokio::time::sleep(RETRY_DELAY) => {}
            _ = stopped.changed() => return,
        }
    }
}

/// Handles one notification. `own` is the id of this node.
async fn receive(app: &AppState, own: Uuid, notification: &PgNotification) {
    let payload = notification.payload();
    if notification.channel() == presence::CHANNEL {
        match serde_json::from_str(payload) {
            Ok(Message::Here { node, org, page, people }) if node != own => {
                app.presence.receive(node, org, page, people);
            }
            Ok(Message::Hello { node }) if node != own => publish_all(app, own).await,
            Ok(Message::Gone { node }) => app.presence.remove_node(node),
            Ok(_) => {}
            Err(_) => tracing::warn!(payload, "could not parse a presence message"),
        }
    } else if let Ok(announcement) = payload.parse() {
        app.db.announcements.receive(announcement);
    } else {
        tracing::warn!(payload, "could not parse an announcement");
    }
}

/// Publishes the presence of this node after changes and at every [`REPEAT_INTERVAL`], until the process stops.
async fn publish_presence(app: &AppState, node: Uuid, mut stopped: watch::Receiver<bool>) {
    let mut repeat = tokio::time::interval(REPEAT_INTERVAL);
    loop {
        tokio::select! {
            keys = app.presence.next_changes() => publish(app, node, &keys).await,
            _ = repeat.tick() => {
                app.presence.remove_silent_nodes();
                publish_all(app, node).await;
            }
            _ = stopped.changed() => break,
        }
    }
    if let Err(error) = send(app, &[Message::Gone { node }]).await {
        tracing::warn!(%error, "could not announce the stop of this node");
    }
}

async fn publish_all(app: &AppState, node: Uuid) {
    publish(app, node, &app.presence.local_keys()).await;
}

async fn publish(app: &AppState, node: Uuid, keys: &[PresenceKey]) {
    for keys in keys.chunks(BATCH_SIZE) {
        let messages: Vec<_> = keys.iter().map(|key| app.presence.message(node, key)).collect();
        if let Err(error) = send(app, &messages).await {
            // The next repetition sends the messages again.
            tracing::warn!(%error, "could not publish presence");
        }
    }
}

/// Sends `messages` in one transaction, because `PostgreSQL` serializes the commits of notifying transactions.
async fn send(app: &AppState, messages: &[Message]) -> Result<(), Error> {
    let messages: Result<Vec<_>, _> = messages.iter().map(serde_json::to_string).collect();
    let messages = messages.and_then(|messages| serde_json::to_string(&messages));
    let messages = messages.map_err(|_| Error::Corrupt("message"))?;
    let mut tx = app.db.write().await?;
    let sql = "SELECT pg_notify($1, value) FROM json_array_elements_text($2::json)";
    execute!(tx, sql, presence::CHANNEL, messages)?;
    tx.commit().await
}
