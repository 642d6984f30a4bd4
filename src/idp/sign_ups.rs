//! Signing up in two steps: what was typed waits until the link of a mail proves the address.
//!
//! The first step is the same for an address that is free and one that is taken, in what it answers, what it writes
//! and what it computes. Only the mail differs, and only the owner of the address reads it.

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

/// How long the link is good: as long as a browser is known as the one that began.
const LIFETIME: TimeDelta = TimeDelta::days(1);

/// Remembers what was typed in `browser` within `login`, and writes to the address: the link that makes the account,
/// or that there is one already.
///
/// The right password of an account that exists opens nothing here, unlike where accounts are made at once: the page
/// would be a second place to try passwords, and its answer would depend on more than what was typed.
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
    // For a taken address too, so that both take as long. Nobody gets that ticket.
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

/// What became of a sign-up whose link was followed.
#[derive(Debug)]
pub enum Outcome {
    /// The account is there, and its address proved.
    Created(Box<User>),
    /// The address got an account meanwhile, another way. It stays as it is.
    Taken,
    /// The link was used at the same time. Nothing was changed that is worth keeping.
    Gone,
}

/// Makes the account of `sign_up`, which `ticket` names. Other sign-ups of the address end with it.
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
    // The account comes first: on PostgreSQL, whoever follows links to the same address at once waits here.
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
