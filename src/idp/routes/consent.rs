//! `GET` and `POST /u/consent`: the consent page.

use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse as _, Response},
};

use crate::{
    idp::{
        authentication,
        authorization::CallbackError,
        flow::{
            consent,
            login::Login,
            next_step, redirect,
            screen::{Screen, Step},
        },
        granted_scope::GrantedScope,
        id::OrganizationId,
        page_error::PageError,
        pages,
        parameters::Parameters,
        state::Idp,
        store::{apis, sessions::Session, users},
    },
    kernel::database::Tx,
};

/// A login at the step that asks for the user's consent.
struct ConsentRequest {
    session: Session,
    organization: Option<OrganizationId>,
    granted: GrantedScope,
}

/// Shows the scopes that the client requests.
pub async fn show(State(idp): State<Idp>, headers: HeaderMap, parameters: Parameters) -> Result<Response, PageError> {
    let mut tx = idp.database.read().await?;
    let login = Login::open(&idp, &mut tx, &headers, &parameters).await?;
    match open(&idp, &mut tx, &headers, &login).await? {
        Some(request) => page(&idp, &mut tx, &login, &request).await,
        None => Ok(redirect::to_login(&login)),
    }
}

/// Stores the user's decision and responds to the client.
pub async fn submit(State(idp): State<Idp>, headers: HeaderMap, parameters: Parameters) -> Result<Response, PageError> {
    let mut tx = idp.database.write().await?;
    let login = Login::open(&idp, &mut tx, &headers, &parameters).await?;
    let Some(request) = open(&idp, &mut tx, &headers, &login).await? else {
        return Ok(redirect::to_login(&login));
    };
    let next = match parameters.get("answer") {
        Some("accept") => {
            consent::record(&mut tx, &login.request, &request.session, &request.granted.scope, idp.now()).await?;
            Step::Grant(request.organization)
        }
        Some("decline") => Step::Refuse(CallbackError::access_denied("User did not authorize the request")),
        _ => return page(&idp, &mut tx, &login, &request).await,
    };
    let response = login.proceed(&idp, &mut tx, &request.session, next).await?;
    tx.commit().await?;
    Ok(response)
}

/// Returns the consent to ask for, if the login is at this step.
async fn open(idp: &Idp, tx: &mut Tx, headers: &HeaderMap, login: &Login) -> sqlx::Result<Option<ConsentRequest>> {
    let session = authentication::current_session(idp, tx, headers).await?;
    let Some(session) = session.filter(|session| login.has_session(session)) else { return Ok(None) };
    let (request, client) = (&login.request, &login.client);
    if !matches!(next_step::after_sign_in(tx, request, client, &session).await?, Step::Show(Screen::Consent)) {
        return Ok(None);
    }
    let Step::Grant(organization) = next_step::resolve_organization(tx, request, client, &session).await? else {
        return Ok(None);
    };
    let granted = consent::requested(tx, request, &session, organization.as_ref()).await?;
    Ok(Some(ConsentRequest { session, organization, granted }))
}

async fn page(idp: &Idp, tx: &mut Tx, login: &Login, request: &ConsentRequest) -> Result<Response, PageError> {
    let user = users::find(tx, &request.session.user_id).await?.ok_or(PageError::Expired)?;
    let permissions = match &request.granted.api {
        Some(api) => apis::permissions(tx, &api.identifier).await?,
        None => Vec::new(),
    };
    Ok(pages::consent::page(idp, login, &user, &request.granted, &permissions).into_response())
}
