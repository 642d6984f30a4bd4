//! `GET` and `POST /u/signup`

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
};

use super::{PageError, login};
use crate::idp::{
    Idp,
    accounts::{self, NewAccount},
    flow::Login,
    form,
    pages::{self, signup::Draft},
    parameters::{ClientAddress, Parameters},
    password, signin,
    store::connections,
    throttle,
    tickets::Context,
};

/// Said when there is an account already, and of nothing else: what is wrong is told to its owner by mail. Somebody
/// with a new address goes straight on, as at Auth0, so the words alone cannot hide that this one is taken; the limit
/// for each address keeps it from being asked about many.
const NOT_CREATED: &str =
    "This account could not be created. If the address is yours, you have mail that says how to go on.";

pub async fn show(State(idp): State<Idp>, headers: HeaderMap, parameters: Parameters) -> Result<Response, PageError> {
    let mut tx = idp.0.database.read().await?;
    let login = Login::open(&idp, &mut tx, &headers, &parameters).await?;
    if let Some(elsewhere) = login::leads_elsewhere(&login) {
        return Ok(elsewhere);
    }
    if !login.is_sign_up_open {
        return Err(PageError::SignUpClosed);
    }
    let hint = connections::default(&mut tx).await?.password_policy().hint();
    let email = login.request.login_hint.as_deref().unwrap_or_default();
    Ok(pages::signup::page(&idp, &login, &hint, Draft { email, ..Draft::default() }).into_response())
}

/// Creates an account and signs in to it. Somebody who has it already, and its password, is signed in too.
pub async fn submit(
    State(idp): State<Idp>,
    headers: HeaderMap,
    ClientAddress(address): ClientAddress,
    parameters: Parameters,
) -> Result<Response, PageError> {
    let mut tx = idp.0.database.read().await?;
    let login = Login::open(&idp, &mut tx, &headers, &parameters).await?;
    if let Some(elsewhere) = login::leads_elsewhere(&login) {
        return Ok(elsewhere);
    }
    if !login.is_sign_up_open {
        return Err(PageError::SignUpClosed);
    }
    let connection = connections::default(&mut tx).await?;
    drop(tx);

    // Check the fields
    let (typed, policy) = (parameters.text("password"), connection.password_policy());
    let (name, email) = (form::name(parameters.text("name")), form::email(parameters.text("email")));
    let objection = password::objection_under(&policy, typed, parameters.text("email"));
    let (hint, password_error) = (policy.hint(), objection.map(password::Objection::sentence));
    let draft = Draft {
        name: parameters.text("name"),
        email: parameters.text("email"),
        name_error: name.err(),
        email_error: if email.is_none() { Some("Enter an email address, for example ann@example.com.") } else { None },
        password_error: password_error.as_deref(),
        form_error: None,
    };
    let refuse = |status: StatusCode, draft: Draft<'_>| {
        Ok(pages::signup::page(&idp, &login, &hint, draft).with_status(status).into_response())
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
    let (context, caller) = (Context::of(&login), login.caller(&address));
    let new = NewAccount { connection: &connection, email: &email, name, password: typed };
    let user = match accounts::create(&idp, &new, context, caller).await? {
        Some(user) => user,
        None => match signin::check_password(&idp, &email, typed, caller).await? {
            Ok(user) => user,
            Err(_) => {
                accounts::tell_owner(&idp, &email, context, caller).await?;
                return refuse(StatusCode::BAD_REQUEST, Draft { form_error: Some(NOT_CREATED), ..draft });
            }
        },
    };

    // Sign in and go on
    let mut tx = idp.0.database.write().await?;
    let response = login::sign_in(&idp, &mut tx, &headers, &login, &user, &address).await?;
    tx.commit().await?;
    Ok(response)
}
