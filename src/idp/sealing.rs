//! Seals the secrets in the database at start: those that an earlier version stored as plain text, and those that were
//! sealed before the secret of the configuration changed.

use serde_json::{Map, Value};

use crate::{
    idp::{
        error::Error,
        federation::options::{self, CLIENT_SECRET},
        state::Idp,
        store::{self, apis, invitations, keys, mails, sealed},
    },
    kernel::{
        database::{Durability, Tx},
        random::Random,
        sealer::{SealError, SealedText, Sealer},
    },
};

/// Seal context of the known text, and the text itself.
const CHECK: &str = "built-in identity provider";

/// Makes `sealer` open every sealed value. If another one sealed them, it must be `previous`.
///
/// # Errors
///
/// [`Error::OtherSecret`] if neither opens them. Nothing is changed then.
pub async fn prepare(tx: &mut Tx, sealer: &Sealer, previous: Option<&Sealer>) -> Result<(), Error> {
    let opens = |sealer: &Sealer, check: &SealedText| sealer.open_text(CHECK, check).is_ok();
    let before = match sealed::check(tx).await? {
        None => None,
        Some(check) if opens(sealer, &check) => return Ok(()),
        Some(check) => Some(previous.filter(|previous| opens(previous, &check)).ok_or(Error::OtherSecret)?),
    };
    seal_all(tx, Resealing { before, sealer }).await?;
    Ok(())
}

/// How stored values are sealed again.
#[derive(Clone, Copy)]
struct Resealing<'a> {
    /// What sealed them; `None` if they are plain text.
    before: Option<&'a Sealer>,
    sealer: &'a Sealer,
}

impl Resealing<'_> {
    fn open(self, context: &str, stored: SealedText) -> Result<String, SealError> {
        match self.before {
            Some(before) => before.open_text(context, &stored),
            None => Ok(stored.into_unsealed()),
        }
    }

    fn seal(self, context: &str, stored: SealedText) -> Result<SealedText, SealError> {
        self.sealer.seal_text(context, &self.open(context, stored)?)
    }
}

async fn seal_all(tx: &mut Tx, resealing: Resealing<'_>) -> sqlx::Result<()> {
    for (kid, stored) in sealed::private_keys(tx).await? {
        let key = resealing.seal(&keys::seal_context(&kid), stored)?;
        sealed::update_private_key(tx, &kid, &key).await?;
    }
    for (id, stored) in sealed::tickets(tx).await? {
        let ticket = resealing.open(&invitations::seal_context(&id), stored)?;
        let sealed = resealing.sealer.seal_text(&invitations::seal_context(&id), &ticket)?;
        sealed::update_ticket(tx, &id, &sealed, &ticket).await?;
    }
    for (id, text, html) in sealed::mail_bodies(tx).await? {
        let context = mails::seal_context(&id);
        let (text, html) = (resealing.seal(&context, text)?, resealing.seal(&context, html)?);
        sealed::update_mail_body(tx, &id, &text, &html).await?;
    }
    for (id, stored) in sealed::signing_secrets(tx).await? {
        let secret = resealing.seal(&apis::seal_context(&id), stored)?;
        sealed::update_signing_secret(tx, &id, &secret).await?;
    }
    for sealed::ConnectionOptions { id, options } in sealed::connection_options(tx).await? {
        let mut options = options.0;
        if let Some(stored) = client_secret(&options) {
            let secret = resealing.open(&options::seal_context(&id), stored)?;
            options.insert(CLIENT_SECRET.to_owned(), secret.into());
            options::seal_secret(&mut options, resealing.sealer, &id)?;
            sealed::update_connection_options(tx, &id, &options).await?;
        }
    }
    sealed::update_check(tx, Some(&resealing.sealer.seal_text(CHECK, CHECK)?)).await
}

fn client_secret(options: &Map<String, Value>) -> Option<SealedText> {
    serde_json::from_value(options.get(CLIENT_SECRET)?.clone()).ok()
}

impl Idp {
    /// Removes everything from the database at `url` that only a lost secret opens, so that a provider with another
    /// secret can be opened: signing keys, which are made anew, mails, signing secrets of APIs, which the provider's keys
    /// replace, and secrets of connections to other issuers, which administrators must enter again. Open invitations get a new link.
    pub async fn forget_secrets(url: &str, migration_url: Option<&str>, random: &Random) -> Result<(), Error> {
        let database = store::open(url, migration_url, Durability::default()).await?;
        let mut tx = database.write().await?;
        sealed::check(&mut tx).await?;
        sealed::delete_keys_and_mails(&mut tx).await?;
        sealed::delete_signing_secrets(&mut tx).await?;
        for (id, _) in sealed::tickets(&mut tx).await? {
            let ticket = random.alphanumeric(32);
            sealed::update_ticket(&mut tx, &id, &SealedText::from_unsealed(ticket.clone()), &ticket).await?;
        }
        for sealed::ConnectionOptions { id, options } in sealed::connection_options(&mut tx).await? {
            let mut options = options.0;
            if options.remove(CLIENT_SECRET).is_some() {
                sealed::update_connection_options(&mut tx, &id, &options).await?;
            }
        }
        sealed::update_check(&mut tx, None).await?;
        tx.commit().await?;
        database.close().await;
        Ok(())
    }
}
