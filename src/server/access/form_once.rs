//! Carries a form out once, however often it is sent: from a slow network, by a double click, by a page without scripts.
//!
//! Every form has a token. The first write transaction of its request also claims the form, so that what it creates and the
//! claim are committed together. Another request with the same form does nothing, and gets the first answer.

use std::{sync::OnceLock, time::Duration};

use chrono::TimeDelta;

use crate::{
    domain::ids::PersonId,
    server::{
        db::{Mode, OrgTx, ProvenOrg},
        error::Error,
        repo::form_submissions::{self, Answer, Submission},
        state::AppState,
    },
};

/// How long a form is recognized. A page that is open for longer is loaded again, or has new tokens.
const LIFETIME: TimeDelta = TimeDelta::hours(24);

/// How often, and how far apart, another request looks for the first answer.
const TRIES: u32 = 50;
const PAUSE: Duration = Duration::from_millis(100);

/// A form that a request carries out, unless another has.
#[derive(Debug)]
pub struct FormOnce {
    fingerprint: String,
    request: String,
    /// Set when the request claims the form.
    within: OnceLock<(ProvenOrg, PersonId)>,
}

impl FormOnce {
    /// Creates the form with this fingerprint of what was sent. `request` is a random name of the request.
    #[must_use]
    pub const fn new(fingerprint: String, request: String) -> Self {
        Self { fingerprint, request, within: OnceLock::new() }
    }

    /// Claims the form in the transaction that carries it out.
    pub(super) async fn claim(
        &self,
        app: &AppState,
        tx: &mut OrgTx,
        within: (ProvenOrg, PersonId),
    ) -> Result<(), Error> {
        _ = self.within.set(within);
        let form = self.submission(within.1);
        if form_submissions::claim(tx, form, app.clock.now() + LIFETIME).await? {
            Ok(())
        } else {
            Err(Error::SentBefore)
        }
    }

    const fn submission(&self, person: PersonId) -> Submission<'_> {
        Submission { person, fingerprint: self.fingerprint.as_str(), request: self.request.as_str() }
    }

    /// Keeps the answer, or forgets the form if there is none: it was not carried out and may be sent again.
    pub async fn settle(&self, app: &AppState, answer: Option<&Answer>) -> Result<(), Error> {
        let Some((org, person)) = self.within.get().copied() else { return Ok(()) };
        let mut tx = OrgTx::begin(&app.db, org, Mode::Write).await?;
        match answer {
            Some(answer) => form_submissions::update_answer(&mut tx, self.submission(person), answer).await?,
            None => form_submissions::delete(&mut tx, self.submission(person)).await?,
        }
        tx.commit().await
    }

    /// Waits for the answer of the request that carried the form out. `None` if it does not come.
    pub async fn first_answer(&self, app: &AppState) -> Result<Option<Answer>, Error> {
        let Some((org, person)) = self.within.get().copied() else { return Ok(None) };
        for _ in 0..TRIES {
            let mut tx = OrgTx::begin(&app.db, org, Mode::Read).await?;
            let found = form_submissions::find_answer(&mut tx, self.submission(person)).await?;
            drop(tx);
            match found {
                Some(answer) if answer.answer.is_some() => return Ok(Some(answer)),
                None => return Ok(None),
                Some(_) => tokio::time::sleep(PAUSE).await,
            }
        }
        Ok(None)
    }
}
