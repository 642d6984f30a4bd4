//! Sign-up in two steps: the account is created when the user follows the link in a mail.
//!
//! For free and taken addresses alike, the first step sends the same response, stores the same rows and does the same
//! computation. Only the mail differs, and only the owner of the address reads it.

use chrono::TimeDelta;

use crate::{
    idp::{
        accounts::{self, NewAccount},
        authentication::RequestSource,
        error::Error,
        events::{self, Kind},
        flow::login::Login,
        id::UserId,
        state::Idp,
        store::{
            sign_ups::{self, NewSignUp, SignUp},
            users::{self, NewUser, User},
        },
        tickets::{self, LoginContext},
    },
    kernel::database::Tx,
};

/// Lifetime of the link. The cookie that recognizes the browser has the same lifetime.
const LIFETIME: TimeDelta = TimeDelta::days(1);

/// Stores the sign-up and sends the link that creates the account, or a notice that the address already has an account.
///
/// Unlike in immediate sign-up, the correct password of an existing account does not sign the user in here. Otherwise
/// the page would be a second way to guess passwords, and its response would reveal which addresses are taken.
pub async fn start(
    idp: &Idp,
    login: &Login,
    new: &NewAccount<'_>,
    browser: &str,
    source: RequestSource<'_>,
) -> Result<(), Error> {
    let password_hash = idp.passwords.hash(new.password, &idp.random).await?;
    let (ticket, context, now) = (idp.random.token(), LoginContext::of(login), idp.now());
    let sign_up = NewSignUp {
        ticket: &ticket,
        browser,
        login_state: &login.state,
        client_id: &login.client.id,
        organization_id: login.request.organization.as_ref(),
        connection_id: &new.connection.id,
        email: new.email,
        name: new.name,
        password_hash: &password_hash,
        expires_at: now.plus(LIFETIME),
    };
    let mut tx = idp.database.write().await?;
    // The row is also inserted for a taken address, so that both cases take the same time. No mail contains its ticket.
    sign_ups::insert(&mut tx, &sign_up, now).await?;
    if let Some(owner) = users::by_connection_and_email(&mut tx, &new.connection.id, new.email).await? {
        events::record(&mut tx, idp, source.event(Kind::SignUpFailed, new.email, Some(&owner.id))).await?;
        accounts::send_owner_notice(&mut tx, idp, new.email, context).await?;
    } else {
        events::record(&mut tx, idp, source.event(Kind::SignUpRequested, new.email, None)).await?;
        tickets::send_sign_up_confirmation(&mut tx, idp, &ticket, new.email, context).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Result of confirming a sign-up by its link.
#[derive(Debug)]
pub enum Outcome {
    /// The account was created and its address verified.
    Created(Box<User>),
    /// An account with the address was created since the sign-up, and stays as it is.
    Taken,
    /// Another request used the link at the same time; the caller must roll back.
    Gone,
}

/// Creates the account and deletes all other sign-ups with the address.
pub async fn finish(
    tx: &mut Tx,
    idp: &Idp,
    ticket: &str,
    sign_up: &SignUp,
    source: RequestSource<'_>,
) -> sqlx::Result<Outcome> {
    let (id, now) = (UserId::random(&idp.random), idp.now());
    let user = NewUser {
        id: &id,
        connection_id: &sign_up.connection_id,
        email: &sign_up.email,
        email_verified: true,
        name: &sign_up.name,
        password_hash: Some(&sign_up.password_hash),
    };
    // The account is inserted first: on PostgreSQL, concurrent requests for the same address wait here.
    let is_created = users::insert(tx, &user, now).await?;
    if !sign_ups::claim(tx, ticket, now).await? {
        return Ok(Outcome::Gone);
    }
    if !is_created {
        events::record(tx, idp, source.event(Kind::SignUpFailed, &sign_up.email, None)).await?;
        return Ok(Outcome::Taken);
    }
    sign_ups::delete_of_email(tx, &sign_up.connection_id, &sign_up.email, now).await?;
    let Some(user) = users::find(tx, &id).await? else { return Ok(Outcome::Gone) };
    events::record(tx, idp, source.event(Kind::SignUp, &user.email, Some(&user.id))).await?;
    Ok(Outcome::Created(Box::new(user)))
}
