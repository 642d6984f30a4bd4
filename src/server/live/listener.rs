//! Hears on `PostgreSQL` what other nodes, and this one, have committed.

use std::time::Duration;

use sqlx::postgres::PgListener;
use tokio::sync::watch;

use super::CHANNEL;
use crate::server::{db::Pools, state::AppState};

/// How long to wait before listening again when the database is away.
const PAUSE: Duration = Duration::from_secs(1);

/// Listens until the process is told to stop. With `SQLite` there is one node, and nothing to hear.
pub async fn run(app: AppState, mut stopped: watch::Receiver<bool>) {
    let Pools::Postgres(pool) = app.db.database().pools() else { return };
    loop {
        let heard = async {
            let mut listener = PgListener::connect_with(pool).await?;
            listener.listen(CHANNEL).await?;
            // Whatever was committed before we listened.
            app.db.live.look_again();
            loop {
                match listener.try_recv().await? {
                    Some(notification) => {
                        if let Ok(announcement) = notification.payload().parse() {
                            app.db.live.hear(announcement);
                        } else {
                            tracing::warn!(payload = notification.payload(), "an announcement makes no sense");
                        }
                    }
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
