//! `GET` and `POST /u/organization`: the organization picker.

use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse as _, Response},
};

use crate::{
    idp::{
        authentication,
        config::OrganizationUsage,
        flow::{
            login::Login,
            next_step, redirect,
            screen::{Screen, Step},
        },
        id::OrganizationId,
        page_error::PageError,
        pages,
        parameters::Parameters,
        state::Idp,
        store::{login_transactions, organizations, sessions::Session, users},
    },
    kernel::database::Tx,
};

/// Shows the organizations of the signed-in user.
pub async fn show(State(idp): State<Idp>, headers: HeaderMap, parameters: Parameters) -> Result<Response, PageError> {
    let mut tx = idp.database.read().await?;
    let login = Login::open(&idp, &mut tx, &headers, &parameters).await?;
    match session_of(&idp, &mut tx, &headers, &login).await? {
        Some(session) => picker(&idp, &mut tx, &login, &session).await,
        None => Ok(redirect::to_login(&login)),
    }
}

/// Continues the login with the chosen organization.
pub async fn submit(State(idp): State<Idp>, headers: HeaderMap, parameters: Parameters) -> Result<Response, PageError> {
    let mut tx = idp.database.write().await?;
    let mut login = Login::open(&idp, &mut tx, &headers, &parameters).await?;
    let Some(session) = session_of(&idp, &mut tx, &headers, &login).await? else {
        return Ok(redirect::to_login(&login));
    };
    let chosen = parameters.get("organization").map(OrganizationId::unchecked);
    if chosen.is_none() && !may_skip(&login) {
        return picker(&idp, &mut tx, &login, &session).await;
    }
    login.request.organization = chosen;
    login.request.has_chosen = true;
    login_transactions::update_request(&mut tx, &login.state, &login.request).await?;
    let next = next_step::after_sign_in(&mut tx, &login.request, &login.client, &session).await?;
    let response = login.proceed(&idp, &mut tx, &session, next).await?;
    tx.commit().await?;
    Ok(response)
}

/// Returns the session that this login created or found, if the login is at this step. A login never continues as a
/// user who later signed in in another tab.
async fn session_of(idp: &Idp, tx: &mut Tx, headers: &HeaderMap, login: &Login) -> sqlx::Result<Option<Session>> {
    let session = authentication::current_session(idp, tx, headers).await?;
    let Some(session) = session.filter(|session| login.has_session(session)) else { return Ok(None) };
    let next = next_step::after_sign_in(tx, &login.request, &login.client, &session).await?;
    Ok(matches!(next, Step::Show(Screen::ChooseOrganization)).then_some(session))
}

fn may_skip(login: &Login) -> bool {
    login.client.organization_usage == OrganizationUsage::Allow
}

async fn picker(idp: &Idp, tx: &mut Tx, login: &Login, session: &Session) -> Result<Response, PageError> {
    let user = users::find(tx, &session.user_id).await?.ok_or(PageError::Expired)?;
    let organizations = organizations::of_user(tx, &user.id).await?;
    Ok(pages::organization::page(idp, login, &user, &organizations, may_skip(login)).into_response())
}
