//! `GET /mailbox` and `/mailbox/{id}`: the mails to all users

use axum::{
    Router,
    extract::{Path, State},
    middleware::from_fn_with_state,
    routing::get,
};

use crate::idp::{
    console,
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

/// Routes of the mailbox. Outside of the demo they are behind the sign-in of the console: mails contain links that give
/// access to accounts.
pub fn router(idp: &Idp) -> Router<Idp> {
    let routes = Router::new().route(paths::MAILBOX, get(list)).route("/mailbox/{id}", get(show));
    if idp.mode.is_mailbox_open() { routes } else { routes.route_layer(from_fn_with_state(idp.clone(), console::gate)) }
}

/// Lists the newest mails, or the newest ones older than `before`.
async fn list(State(idp): State<Idp>, parameters: Parameters) -> Result<Page, PageError> {
    let before = parameters.get("before").map(MailId::unchecked);
    let mails = idp.mails(before.as_ref(), PER_PAGE + 1).await?;
    Ok(mailbox::list(&idp, paths::MAILBOX, &mails))
}

async fn show(State(idp): State<Idp>, Path(id): Path<String>) -> Result<Page, PageError> {
    // PostgreSQL refuses text with a NUL character.
    if id.contains('\0') {
        return Err(PageError::NotFound);
    }
    let mail = idp.mail(&MailId::unchecked(&id)).await?.ok_or(PageError::NotFound)?;
    let body = mail.open(&idp.sealer).map_err(sqlx::Error::from)?;
    Ok(mailbox::mail(&idp, paths::MAILBOX, &mail, &body.text))
}
