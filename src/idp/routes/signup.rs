//! `GET` and `POST /u/signup`: the sign-up page.

pub mod confirm;

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
};

use crate::{
    idp::{
        accounts::{self, NewAccount},
        authentication,
        flow::{issuer, login::Login, redirect, sign_in},
        form,
        mail::limits::{self, Purpose},
        page_error::PageError,
        pages::{self, signup::FormInput},
        parameters::Parameters,
        password::policy,
        requester::Requester,
        sign_ups,
        state::Idp,
        store::{connections, settings},
        throttle,
        tickets::LoginContext,
    },
    kernel::metrics::Limit,
};

/// Message for a taken address with immediate sign-up.
///
/// The message gives no reason, and the owner of the account gets a mail. The message cannot hide that the address is
/// taken, because for a free address the browser is signed in immediately, as in Auth0. The rate limit per client
/// address prevents testing many addresses.
const NOT_CREATED: &str =
    "This account could not be created. If the address is yours, check your email for what to do next.";

pub async fn show(State(idp): State<Idp>, headers: HeaderMap, parameters: Parameters) -> Result<Response, PageError> {
    let mut tx = idp.database.read().await?;
    let login = Login::open(&idp, &mut tx, &headers, &parameters).await?;
    if let Some(elsewhere) = redirect::to_invitation(&login).or_else(|| redirect::to_login_without_passwords(&login)) {
        return Ok(elsewhere);
    }
    if !login.is_sign_up_open {
        return Err(PageError::SignUpClosed);
    }
    let hint = connections::default(&mut tx).await?.password_policy().hint();
    let email = login.request.login_hint.as_deref().unwrap_or_default();
    Ok(pages::signup::page(&idp, &login, &hint, FormInput { email, ..FormInput::default() }).into_response())
}

/// Sends the mail that confirms the sign-up, without revealing whether the address is taken. If the tenant allows
/// immediate sign-up, creates the account instead.
pub async fn submit(
    State(idp): State<Idp>,
    headers: HeaderMap,
    requester: Requester,
    parameters: Parameters,
) -> Result<Response, PageError> {
    let mut tx = idp.database.read().await?;
    let login = Login::open(&idp, &mut tx, &headers, &parameters).await?;
    let elsewhere = redirect::to_invitation(&login)
        .or_else(|| issuer::by_domain(&idp, &login, parameters.text("email")))
        .or_else(|| redirect::to_login_without_passwords(&login));
    if let Some(elsewhere) = elsewhere {
        return Ok(elsewhere);
    }
    if !login.is_sign_up_open {
        return Err(PageError::SignUpClosed);
    }
    let connection = connections::default(&mut tx).await?;
    let is_at_once = settings::get(&mut tx).await?.sign_up_at_once;
    drop(tx);

    // Validate the input
    let (typed, policy) = (parameters.text("password"), connection.password_policy());
    let (name, email) = (form::name(parameters.text("name")), form::email(parameters.text("email")));
    let issue = policy::find_issue(&policy, typed, parameters.text("email"));
    let (hint, password_error) = (policy.hint(), issue.map(policy::PasswordIssue::sentence));
    let input = FormInput {
        name: parameters.text("name"),
        email: parameters.text("email"),
        name_error: name.err(),
        email_error: if email.is_none() { Some("Enter an email address, for example ann@example.com.") } else { None },
        password_error: password_error.as_deref(),
        form_error: None,
    };
    let refuse = |status: StatusCode, input: FormInput<'_>| {
        Ok(pages::signup::page(&idp, &login, &hint, input).with_status(status).into_response())
    };
    let (Ok(name), Some(email), false) = (name, email, input.is_wrong()) else {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, input);
    };

    // Count the attempt, and the mail, which is sent to taken addresses too
    let mut tx = idp.database.write().await?;
    let mut counted = throttle::count_sign_up(&mut tx, &requester, idp.now()).await?;
    idp.count_refusal(Limit::SignUps, &counted);
    if counted.is_ok() && !is_at_once {
        counted = limits::count_request(&mut tx, Purpose::SignUp, &email, &requester, idp.now()).await?;
        idp.count_refusal(Limit::Mails, &counted);
    }
    tx.commit().await?;
    if let Err(too_many) = counted {
        let message = too_many.message(idp.now());
        let page = pages::signup::page(&idp, &login, &hint, FormInput { form_error: Some(&message), ..input });
        return Ok(page.with_retry_after(too_many.seconds(idp.now())).into_response());
    }

    // Unless sign-up is immediate, send the mail with the link that creates the account
    let (context, source) = (LoginContext::of(&login), login.request_source(&requester));
    let new = NewAccount { connection: &connection, email: &email, name, password: typed };
    if !is_at_once {
        let browser = idp.cookies.browser.read(&headers).ok_or(PageError::Expired)?;
        sign_ups::start(&idp, &login, &new, browser, source).await?;
        return Ok(pages::signup::requested(&idp, &login, &email).into_response());
    }

    // Otherwise create the account; the correct password of an existing account signs its user in, within the limits
    // for passwords
    let user = if let Some(user) = accounts::create(&idp, &new, context, source).await? {
        user
    } else if let Ok(user) = authentication::check_password(&idp, &email, typed, source).await? {
        user
    } else {
        accounts::notify_owner(&idp, &email, context, source).await?;
        return refuse(StatusCode::BAD_REQUEST, FormInput { form_error: Some(NOT_CREATED), ..input });
    };

    // Sign the user in and continue the login
    let mut tx = idp.database.write().await?;
    let response = sign_in::sign_in(&idp, &mut tx, &headers, &login, &user, &requester).await?;
    tx.commit().await?;
    Ok(response)
}
