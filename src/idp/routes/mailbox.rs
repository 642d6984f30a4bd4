//! `GET /mailbox` and `/mailbox/{id}`: the mails to all users, in demo mode only.

use axum::extract::{Path, State};

use crate::idp::{
    id::MailId,
    page_error::PageError,
    pages::{
        Page,
        mailbox::{self, PER_PAGE},
    },
    parameters::Parameters,
    paths,
    state::Idp,
};

/// Lists the newest mails, or the newest ones older than `before`.
pub async fn list(State(idp): State<Idp>, parameters: Parameters) -> Result<Page, PageError> {
    if idp.demo.is_none() {
        return Err(PageError::NotFound);
    }
    let before = parameters.get("before").map(MailId::unchecked);
    let mails = idp.mails(before.as_ref(), PER_PAGE + 1).await?;
    Ok(mailbox::list(&idp, paths::MAILBOX, &mails))
}

pub async fn show(State(idp): State<Idp>, Path(id): Path<String>) -> Result<Page, PageError> {
    // PostgreSQL refuses text with a NUL character.
    if idp.demo.is_none() || id.contains('\0') {
        return Err(PageError::NotFound);
    }
    let mail = idp.mail(&MailId::unchecked(&id)).await?.ok_or(PageError::NotFound)?;
    let body = mail.open(&idp.sealer).map_err(sqlx::Error::from)?;
    Ok(mailbox::mail(&idp, paths::MAILBOX, &mail, &body.text))
}
