//! Accounts with a password: immediate sign-up through the Authentication API and, if the tenant allows it, on the
//! sign-up page; and the new password that the owner of an address chooses.

use crate::{
    idp::{
        authentication::RequestSource,
        backchannel::{self, LogoutNotifications},
        error::Error,
        events::{self, Kind},
        id::UserId,
        mail::{
            self,
            limits::{self, Purpose},
        },
        password::policy::Policy,
        paths,
        state::Idp,
        store::{
            connections::{self, Connection},
            grants,
            tickets::{self as ticket_store, Kind as TicketKind},
            users::{self, NewUser, User},
        },
        throttle,
        tickets::{self, LoginContext},
    },
    kernel::{database::Tx, metrics::Limit, unix_time::UnixTime},
};

/// A validated request for an account.
#[derive(Clone, Copy, Debug)]
pub struct NewAccount<'a> {
    pub connection: &'a Connection,
    /// Address in lower case.
    pub email: &'a str,
    pub name: &'a str,
    pub password: &'a str,
}

/// Creates the account and sends the mail that verifies its address. Returns `None` if the address already has an
/// account.
pub async fn create(
    idp: &Idp,
    new: &NewAccount<'_>,
    context: LoginContext<'_>,
    source: RequestSource<'_>,
) -> Result<Option<User>, Error> {
    let password_hash = idp.passwords.hash(new.password, &idp.random).await?;
    let id = UserId::random(&idp.random);
    let mut tx = idp.database.write().await?;
    let user = NewUser {
        id: &id,
        connection_id: &new.connection.id,
        email: new.email,
        email_verified: false,
        name: new.name,
        password_hash: Some(&password_hash),
    };
    if !users::insert(&mut tx, &user, idp.now()).await? {
        return Ok(None);
    }
    let Some(user) = users::find(&mut tx, &id).await? else { return Ok(None) };
    tickets::send_email_verification(&mut tx, idp, &user, context).await?;
    events::record(&mut tx, idp, source.event(Kind::SignUp, &user.email, Some(&user.id))).await?;
    tx.commit().await?;
    Ok(Some(user))
}

/// Notifies the owner of an account that someone tried to sign up with its address. The rate limit for mails applies.
pub async fn notify_owner(
    idp: &Idp,
    email: &str,
    context: LoginContext<'_>,
    source: RequestSource<'_>,
) -> Result<(), Error> {
    let mut tx = idp.database.write().await?;
    let user = users::with_password(&mut tx, email).await?;
    let id = user.as_ref().map(|user| &user.id);
    events::record(&mut tx, idp, source.event(Kind::SignUpFailed, email, id)).await?;
    let counted = limits::count_request(&mut tx, Purpose::SignUp, email, source.requester, idp.now()).await?;
    idp.count_refusal(Limit::Mails, &counted);
    if counted.is_ok() {
        send_owner_notice(&mut tx, idp, email, context).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Sends the owner of `email` the mail about a second sign-up.
pub async fn send_owner_notice(tx: &mut Tx, idp: &Idp, email: &str, context: LoginContext<'_>) -> sqlx::Result<()> {
    let link = idp.address(&paths::RESET_PASSWORD_REQUEST[1..]);
    mail::sign_up_refused(tx, idp, &context.mail_to(email), &link).await
}

/// Finds the user of a mailed ticket, and the policy for a new password. `None` if the ticket is not valid, or the user's
/// address has changed since it was mailed.
pub async fn find_ticket_owner(
    tx: &mut Tx,
    kind: TicketKind,
    ticket: &str,
    now: UnixTime,
) -> sqlx::Result<Option<(User, Policy)>> {
    let Some(kept) = ticket_store::find(tx, kind, ticket, now).await? else { return Ok(None) };
    let user = users::find(tx, &kept.user_id).await?;
    let Some(user) = user.filter(|user| user.email == kept.email) else { return Ok(None) };
    let connection = connections::find(tx, &user.connection_id).await?;
    Ok(connection.map(|connection| (user, connection.password_policy())))
}

/// Replaces the password of `user`, who received a mail with a link and thereby also verified the address. Ends the
/// sessions and revokes the grants of anyone who knew the previous password.
pub async fn replace_password(
    tx: &mut Tx,
    idp: &Idp,
    user: &User,
    password_hash: &str,
    source: RequestSource<'_>,
) -> sqlx::Result<LogoutNotifications> {
    let now = idp.now();
    users::update_password(tx, &user.id, password_hash, now).await?;
    users::update_email_verified(tx, &user.id, now).await?;
    for kind in [TicketKind::EmailVerification, TicketKind::PasswordReset] {
        ticket_store::delete_of_user(tx, kind, &user.id).await?;
    }
    throttle::clear_password_attempts(tx, &user.email, source.requester).await?;
    let notifications = backchannel::end_sessions_of_user(tx, &user.id, now).await?;
    grants::update_revoked_of_user(tx, &user.id, now).await?;
    events::record(tx, idp, source.event(Kind::PasswordChanged, &user.email, Some(&user.id))).await?;
    Ok(notifications)
}
