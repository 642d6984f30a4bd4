//! `GET` and `POST /u/login`, and `POST /u/login/demo`

use super::{PageError, federate};
use crate::{
    idp::{
        Idp,
        authorization::CallbackError,
        events::{self, Kind},
        flow::{self, Login, Screen, with_cookie},
        join, pages,
        parameters::{ClientAddress, Parameters},
        signin::{self, Refused},
        store::users::{self, User},
    },
    kernel::database::Tx,
};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Redirect, Response},
};

const NOBODY_FROM_THERE: &str = "There is no sign-in for this address here. Check it, or use another one.";

pub async fn show(State(idp): State<Idp>, headers: HeaderMap, parameters: Parameters) -> Result<Response, PageError> {
    let mut tx = idp.0.database.read().await?;
    let login = Login::open(&idp, &mut tx, &headers, &parameters).await?;
    if let Some(elsewhere) = leads_elsewhere(&login) {
        return Ok(elsewhere);
    }
    let email = login.request.login_hint.as_deref().unwrap_or_default();
    Ok(pages::login::page(&idp, &login, email, None).into_response())
}

/// Signs in with address and password.
pub async fn submit(
    State(idp): State<Idp>,
    headers: HeaderMap,
    ClientAddress(address): ClientAddress,
    parameters: Parameters,
) -> Result<Response, PageError> {
    let login = Login::open(&idp, &mut idp.0.database.read().await?, &headers, &parameters).await?;
    if let Some(elsewhere) = leads_elsewhere(&login) {
        return Ok(elsewhere);
    }

    // Send who belongs to another issuer there; no password goes with them
    let email = parameters.text("email");
    if let Some(elsewhere) = federate::by_domain(&idp, &login, email) {
        return Ok(elsewhere);
    }
    if !login.offer.database {
        let page = pages::login::page(&idp, &login, email, Some(NOBODY_FROM_THERE));
        return Ok(page.with_status(StatusCode::BAD_REQUEST).into_response());
    }

    // Check the password
    let checked = signin::check_password(&idp, email, parameters.text("password"), login.caller(&address)).await?;
    let user = match checked {
        Ok(user) => user,
        Err(refused) => {
            let (status, message) = refusal(&idp, refused);
            let page = pages::login::page(&idp, &login, email, Some(&message)).with_status(status);
            return Ok(refused_page(&idp, page, refused).into_response());
        }
    };

    // Sign in and go on
    let mut tx = idp.0.database.write().await?;
    let response = sign_in(&idp, &mut tx, &headers, &login, &user, &address).await?;
    tx.commit().await?;
    Ok(response)
}

/// Signs a demo person in with one click. In demo mode alone.
pub async fn demo(
    State(idp): State<Idp>,
    headers: HeaderMap,
    ClientAddress(address): ClientAddress,
    parameters: Parameters,
) -> Result<Response, PageError> {
    let people = idp.0.demo.iter().flat_map(|tenant| &tenant.people);
    let asked = parameters.get("email");
    let person = people.into_iter().find(|person| asked == Some(&person.email)).ok_or(PageError::NotFound)?;
    let mut tx = idp.0.database.write().await?;
    let login = Login::open(&idp, &mut tx, &headers, &parameters).await?;
    if let Some(elsewhere) = leads_elsewhere(&login).or_else(|| federate::without_passwords(&login)) {
        return Ok(elsewhere);
    }
    let user = users::with_password(&mut tx, &person.email).await?.ok_or(PageError::NotFound)?;
    let response = sign_in(&idp, &mut tx, &headers, &login, &user, &address).await?;
    tx.commit().await?;
    Ok(response)
}

/// Signs the browser at `address` in and takes `login` to what it needs next.
pub async fn sign_in(
    idp: &Idp,
    tx: &mut Tx,
    headers: &HeaderMap,
    login: &Login,
    user: &User,
    address: &str,
) -> sqlx::Result<Response> {
    if user.blocked {
        return login.refuse(tx, CallbackError::blocked()).await;
    }
    join::on_sign_in(tx, user, login.request.organization.as_ref(), idp.now()).await?;
    users::login_succeeded(tx, &user.id, address, idp.now()).await?;
    events::record(tx, idp, login.caller(address).event(Kind::Login, &user.email, Some(&user.id))).await?;
    let (session, cookie) = signin::start_session(idp, tx, headers, &user.id).await?;
    let next = flow::after_sign_in(tx, &login.request, &login.client, &session).await?;
    Ok(with_cookie(login.proceed(idp, tx, &session, next).await?, cookie))
}

/// The status and the words of a refused password.
pub fn refusal(idp: &Idp, refused: Refused) -> (StatusCode, String) {
    match refused {
        Refused::Wrong => (StatusCode::BAD_REQUEST, "Wrong email or password.".to_owned()),
        Refused::TooMany(too_many) => (StatusCode::TOO_MANY_REQUESTS, too_many.message(idp.now())),
    }
}

/// Says on `page` when to try again, if it is a matter of time.
pub fn refused_page(idp: &Idp, page: pages::Page, refused: Refused) -> pages::Page {
    match refused {
        Refused::Wrong => page,
        Refused::TooMany(too_many) => page.with_retry_after(too_many.seconds(idp.now())),
    }
}

/// An invitation is accepted on its own page, whatever address is typed in.
pub fn leads_elsewhere(login: &Login) -> Option<Response> {
    let invited = login.request.invitation.is_some();
    invited.then(|| Redirect::to(&Screen::Invitation.address(&login.state)).into_response())
}
