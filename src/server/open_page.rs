//! The organization of a page that was opened, or of a link that was made, when it had another name.

use super::{
    access::{self, OrgContext},
    auth::session::Browser,
    error::Error,
    fair_queue::{Slot, SlotKind},
    repo::browser_organizations::{self, Moved},
    state::AppState,
};

/// Returns the organization that a member in `browser` finds under another name than `slug`, or not any more.
pub async fn moved(state: &AppState, browser: Browser, slug: &str) -> Result<Option<Moved>, Error> {
    let mut tx = state.db.read().await?;
    for person in browser_organizations::people(&mut tx, browser.id, browser.person, state.clock.now()).await? {
        if let Some(moved) = browser_organizations::moved(&mut tx, person.id, slug).await? {
            return Ok(Some(moved));
        }
    }
    Ok(None)
}

/// Returns the context like [`from_seat`](access::from_seat), also of an organization that was called `slug` when the page was
/// opened.
pub async fn context(
    state: &AppState,
    browser: Browser,
    slug: &str,
    kind: SlotKind,
) -> Result<(OrgContext, Slot), Error> {
    match access::from_seat(state, browser.id, slug, kind).await {
        Err(Error::SignInRequired) => match moved(state, browser, slug).await? {
            Some(moved) if !moved.has_ended => access::from_seat(state, browser.id, &moved.slug, kind).await,
            Some(moved) => Err(Error::OrganizationEnded { organization: moved.display_name }),
            None => Err(Error::SignInRequired),
        },
        result => result,
    }
}
