//! Receives announcements of committed events from all nodes over `PostgreSQL`, sends those of this node, and exchanges
//! presence with other nodes.

use std::time::Duration;

use sqlx::{
    PgPool,
    postgres::{PgListener, PgNotification},
};
use tokio::{sync::watch, time::timeout};
use uuid::Uuid;

use super::presence::{self, Message, PresenceKey, REPEAT_INTERVAL};
use crate::server::{
    db::{Announcement, CHANNEL, Pools},
    error::Error,
    state::AppState,
};

/// Maximum number of presence messages in one transaction.
const BATCH_SIZE: usize = 100;

/// How long announcements are collected before the next ones are sent. The first is sent at once.
const COLLECTION_TIME: Duration = Duration::from_millis(5);

/// The channel of [`check`].
const CHECK_CHANNEL: &str = "tessera_check";

/// How long a notification of [`check`] may take.
const CHECK_TIMEOUT: Duration = Duration::from_secs(5);

/// How long to wait before reconnecting to the database.
const RETRY_DELAY: Duration = Duration::from_secs(1);

/// Listens and publishes until the process stops. Does nothing with `SQLite`, where there is only one node.
pub async fn run(app: AppState, stopped: watch::Receiver<bool>) {
    let Pools::Postgres(pool) = app.db.database().pools() else { return };
    let node = app.random.uuid(app.clock.now());
    app.presence.enable_outbox();
    app.db.announcements.enable_outbox();
    tokio::join!(
        listen(&app, pool, node, stopped.clone()),
        send_announcements(&app, stopped.clone()),
        publish_presence(&app, node, stopped)
    );
}

/// Why no notification arrives at `LISTEN_DATABASE_URL`. The message does not repeat the address, which may contain a
/// password.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    #[error("LISTEN_DATABASE_URL cannot be listened at: {0}. Check that its name, user and password are right.")]
    Connect(#[from] sqlx::Error),
    #[error("LISTEN_DATABASE_URL cannot be checked: {0}")]
    Send(#[from] Error),
    #[error(
        "What is sent at DATABASE_URL does not arrive at LISTEN_DATABASE_URL, so open pages would not be told of changes \
         at other nodes. LISTEN_DATABASE_URL must be the address of the same database at PostgreSQL itself, without a \
         connection pooler between."
    )]
    OtherDatabase,
}

/// Checks that `LISTEN_DATABASE_URL`, if it is set, gets the notifications that are sent at `DATABASE_URL`.
///
/// # Errors
/// [`ListenError`] with a remedy.
pub async fn check(app: &AppState) -> Result<(), ListenError> {
    let (Pools::Postgres(_), Some(url)) = (app.db.database().pools(), &app.config.listen_database_url) else {
        return Ok(());
    };
    let mut listener = PgListener::connect(url).await?;
    listener.listen(CHECK_CHANNEL).await?;
    let sent = app.random.uuid(app.clock.now()).to_string();
    app.db.notify(CHECK_CHANNEL, std::slice::from_ref(&sent)).await?;
    let arrival = async {
        // Other nodes may be starting too.
        while listener.recv().await?.payload() != sent {}
        Ok(())
    };
    timeout(CHECK_TIMEOUT, arrival).await.unwrap_or(Err(ListenError::OtherDatabase))
}

/// Tells other nodes of committed events, until the process stops. What cannot be sent is kept. If the process dies before,
/// other nodes read the events with the next announcement, or when their streams prove their readers' rights.
async fn send_announcements(app: &AppState, mut stopped: watch::Receiver<bool>) {
    loop {
        let pause = tokio::select! {
            announcements = app.db.announcements.next_for_others() => {
                if tell_others(app, announcements).await { COLLECTION_TIME } else { RETRY_DELAY }
            }
            _ = stopped.changed() => return,
        };
        if timeout(pause, stopped.changed()).await.is_ok() {
            return;
        }
    }
}

/// Sends the announcements that are left, when requests have ended.
pub async fn send_rest(app: &AppState) {
    tell_others(app, app.db.announcements.take_for_others()).await;
}

/// Returns whether other nodes were told.
async fn tell_others(app: &AppState, announcements: Vec<Announcement>) -> bool {
    if announcements.is_empty() {
        return true;
    }
    let notifications: Vec<_> = announcements.iter().map(ToString::to_string).collect();
    let sent = app.db.notify(CHANNEL, &notifications).await;
    if let Err(error) = &sent {
        tracing::warn!(%error, "could not tell other nodes of events");
        app.db.announcements.put_back(announcements);
    }
    sent.is_ok()
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

async fn send(app: &AppState, messages: &[Message]) -> Result<(), Error> {
    let messages: Result<Vec<_>, _> = messages.iter().map(serde_json::to_string).collect();
    app.db.notify(presence::CHANNEL, &messages.map_err(|_| Error::Corrupt("message"))?).await
}
