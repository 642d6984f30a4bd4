//! The pages that a browser has open, on which its person is shown to others.

use axum::response::sse::Event;
use futures_util::future;

use crate::{
    domain::{
        keys::{ProjectKey, TaskKey},
        live::{PRESENCE, Present, Viewers},
    },
    server::{access::OrgContext, db::OrgTx, error::Error, live::presence::PresenceEntry, repo::projects},
};

/// The page of a project or a task, on which presence is shown.
pub struct PresencePage {
    project: ProjectKey,
    /// Key of the project or the task.
    pub key: String,
}

impl PresencePage {
    /// Parses a key.
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(task) = text.parse::<TaskKey>() {
            return Some(Self { key: task.to_string(), project: task.project });
        }
        let project = text.parse::<ProjectKey>().ok()?;
        Some(Self { key: project.to_string(), project })
    }

    /// Whether the reader may see the project.
    pub async fn is_visible(&self, ctx: &OrgContext, tx: &mut OrgTx) -> Result<bool, Error> {
        Ok(projects::by_key(tx, ctx.project_scope(), &self.project).await?.is_some())
    }
}

/// The reader's presence on a page, and the people last sent to them.
pub struct StreamPresence {
    pub page: PresencePage,
    pub entry: PresenceEntry,
    pub sent: Vec<Present>,
}

/// Waits until the people on one of the pages change. Never returns without pages.
pub async fn presence_changed(presence: &mut [StreamPresence]) {
    if presence.is_empty() {
        return std::future::pending().await;
    }
    future::select_all(presence.iter_mut().map(|presence| Box::pin(presence.entry.changed()))).await;
}

/// Returns the event that lists the other `people` on a page.
pub fn viewers(page: &PresencePage, people: Vec<Present>) -> Option<Event> {
    let data = serde_json::to_string(&Viewers { page: page.key.clone(), people }).ok()?;
    Some(Event::default().event(PRESENCE).data(data))
}
