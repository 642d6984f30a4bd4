//! Sign-up in two steps: the request waits until the link in a mail verifies the address.
//!
//! The first step responds, stores and computes the same for free and taken addresses. Only the mail differs, which
//! only the owner of the address reads.

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

/// Lifetime of the link; the cookie that recognizes the browser lasts as long.
const LIFETIME: TimeDelta = TimeDelta::days(1);

/// Stores the request and sends the link that creates the account, or a notice that the address has one.
///
/// The correct password of an existing account does not sign in here, unlike with immediate sign-up: the page would be
/// a second way to try passwords, and its response would reveal which addresses are taken.
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
    // Also inserted for a taken address, so that both take the same time. No mail contains that ticket.
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

/// Result of following the link of a sign-up.
#[derive(Debug)]
pub enum Outcome {
    /// The account was created and its address verified.
    Created(Box<User>),
    /// The address got an account in the meantime, which stays as it is.
    Taken,
    /// The link was used concurrently; roll back.
    Gone,
}

/// Creates the account and deletes other sign-ups with the address.
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
    // Inserts the account first: on PostgreSQL, concurrent links to the same address wait here.
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
