//! `GET` and `POST /u/signup`

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
};

use super::{PageError, federate, login};
use crate::idp::{
    Error, Idp,
    flow::Login,
    form,
    id::UserId,
    pages::{self, signup::Draft},
    parameters::{ClientAddress, Parameters},
    password, signin,
    store::{
        connections,
        users::{self, NewUser, User},
    },
    throttle,
};

/// Said when there is an account. Without mail to carry the difference, a sign-up that fails cannot hide it from
/// somebody who asks about one address; the limit per address keeps it from being asked about many.
const NOT_CREATED: &str = "This account could not be created. If you already have one, sign in instead.";

pub async fn show(State(idp): State<Idp>, headers: HeaderMap, parameters: Parameters) -> Result<Response, PageError> {
    let mut tx = idp.0.database.read().await?;
    let login = Login::open(&idp, &mut tx, &headers, &parameters).await?;
    if let Some(elsewhere) = login::leads_elsewhere(&login).or_else(|| federate::without_passwords(&login)) {
        return Ok(elsewhere);
    }
    let email = login.request.login_hint.as_deref().unwrap_or_default();
    Ok(pages::signup::page(&idp, &login, Draft { email, ..Draft::default() }).into_response())
}

/// Creates an account and signs in to it. Somebody who has it already, and its password, is signed in too.
pub async fn submit(
    State(idp): State<Idp>,
    headers: HeaderMap,
    ClientAddress(address): ClientAddress,
    parameters: Parameters,
) -> Result<Response, PageError> {
    let login = Login::open(&idp, &mut idp.0.database.read().await?, &headers, &parameters).await?;
    let elsewhere = login::leads_elsewhere(&login)
        .or_else(|| federate::by_domain(&idp, &login, parameters.text("email")))
        .or_else(|| federate::without_passwords(&login));
    if let Some(elsewhere) = elsewhere {
        return Ok(elsewhere);
    }

    // Check the fields
    let typed = parameters.text("password");
    let (name, email) = (form::name(parameters.text("name")), form::email(parameters.text("email")));
    let draft = Draft {
        name: parameters.text("name"),
        email: parameters.text("email"),
        name_error: name.err(),
        email_error: if email.is_none() { Some("Enter an email address, for example ann@example.com.") } else { None },
        password_error: password::objection(typed, parameters.text("email")),
        form_error: None,
    };
    let refuse = |status: StatusCode, draft: Draft<'_>| {
        Ok(pages::signup::page(&idp, &login, draft).with_status(status).into_response())
    };
    let (Ok(name), Some(email), false) = (name, email, draft.is_wrong()) else {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, draft);
    };

    // Count the try
    let mut tx = idp.0.database.write().await?;
    let counted = throttle::sign_up(&mut tx, &address, idp.now()).await?;
    tx.commit().await?;
    if let Err(too_many) = counted {
        let message = too_many.message(idp.now());
        return refuse(StatusCode::TOO_MANY_REQUESTS, Draft { form_error: Some(&message), ..draft });
    }

    // Create the account, or find that it exists and is theirs
    let user = match create(&idp, name, &email, typed).await? {
        Some(user) => user,
        None => match signin::check_password(&idp, &email, typed, &address).await? {
            Ok(user) => user,
            Err(_) => {
                return refuse(StatusCode::BAD_REQUEST, Draft { form_error: Some(NOT_CREATED), ..draft });
            }
        },
    };

    // Sign in and go on
    let mut tx = idp.0.database.write().await?;
    let response = login::sign_in(&idp, &mut tx, &headers, &login, &user).await?;
    tx.commit().await?;
    Ok(response)
}

/// A new account, or `None` when the address has one.
async fn create(idp: &Idp, name: &str, email: &str, password: &str) -> Result<Option<User>, Error> {
    let password_hash = idp.0.passwords.hash(password, &idp.0.random).await?;
    let id = UserId::random(&idp.0.random);
    let mut tx = idp.0.database.write().await?;
    let connection = connections::default(&mut tx).await?;
    let new = NewUser {
        id: &id,
        connection_id: &connection.id,
        email,
        email_verified: false,
        name,
        password_hash: Some(&password_hash),
    };
    let user = if users::insert(&mut tx, &new, idp.now()).await? { users::find(&mut tx, &id).await? } else { None };
    tx.commit().await?;
    Ok(user)
}
