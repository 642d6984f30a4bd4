//! Whether a person has confirmed their email address, as a condition for what writes to other people.

use std::time::Duration;

use crate::{
    domain::ids::PersonId,
    server::{error::Error, repo::proven_address, state::AppState},
};

/// How long a request waits for the provider.
const TIMEOUT: Duration = Duration::from_secs(3);

const UNCONFIRMED: &str = "Confirm your email address first: open the link in the email that you got when you signed up, \
                           then try again. If you can’t find it, sign out and choose “Forgot your password?”: the link \
                           in that email confirms your address too.";

/// Refuses a person who signed up with an address and has not confirmed it. Otherwise anyone could send mail to anyone,
/// in the name of an address that is not theirs.
///
/// # Errors
/// [`Error::Conflict`] that says what to do.
pub(super) async fn require(app: &AppState, person: PersonId) -> Result<(), Error> {
    let unconfirmed = || Err(Error::Conflict(UNCONFIRMED));
    let Some(subject) = proven_address::find_unconfirmed(&mut app.db.read().await?, person).await? else {
        return Ok(());
    };
    let Some(management) = &app.management else { return unconfirmed() };
    // The person may have confirmed the address since they signed in.
    match tokio::time::timeout(TIMEOUT, management.user(&subject)).await {
        Ok(Ok(Some(user))) if user.email_verified == Some(true) => {
            let mut tx = app.db.write().await?;
            let is_confirmed = proven_address::update_confirmed(&mut tx, person, &user.email).await?;
            tx.commit().await?;
            if is_confirmed { Ok(()) } else { unconfirmed() }
        }
        Ok(Err(error)) => {
            tracing::warn!(%error, "could not ask the provider whether an address is confirmed");
            unconfirmed()
        }
        Ok(Ok(_)) | Err(_) => unconfirmed(),
    }
}
