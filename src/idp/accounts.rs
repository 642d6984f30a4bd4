//! Immediate sign-up: through the Authentication API and, if the tenant allows it, on the sign-up page.

use crate::{
    idp::{
        authentication::RequestSource,
        error::Error,
        events::{self, Kind},
        id::UserId,
        mail::{
            self,
            limits::{self, Purpose},
        },
        paths,
        state::Idp,
        store::{
            connections::Connection,
            users::{self, NewUser, User},
        },
        tickets::{self, LoginContext},
    },
    kernel::database::Tx,
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
    if limits::count_request(&mut tx, Purpose::SignUp, email, source.requester, idp.now()).await?.is_ok() {
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
