//! Sends mails with links that work once.

use chrono::TimeDelta;

use crate::{
    idp::{
        authentication::RequestSource,
        events::{self, Kind as EventKind},
        flow::login::Login,
        mail::{
            self, MailContext,
            limits::{self, Purpose},
        },
        paths,
        state::Idp,
        store::{
            organizations::Organization,
            tickets::{self, Kind, Ticket},
            users::{self, User},
        },
        throttle::TooManyAttempts,
    },
    kernel::{database::Tx, metrics::Limit},
};

/// Lifetime of the link to choose a new password.
const RESET_LIFETIME: TimeDelta = TimeDelta::hours(1);
/// Lifetime of the link that verifies an address, the same as in Auth0.
const VERIFICATION_LIFETIME: TimeDelta = TimeDelta::days(5);

/// The login in which a mail is sent.
#[derive(Clone, Copy, Debug, Default)]
pub struct LoginContext<'a> {
    /// Display name of the application in whose login the mail is sent.
    pub application: Option<&'a str>,
    pub organization: Option<&'a Organization>,
    /// `state` of the login to continue when the link was used.
    pub state: Option<&'a str>,
}

impl<'a> LoginContext<'a> {
    pub fn of(login: &'a Login) -> Self {
        Self {
            application: Some(&login.client.name),
            organization: login.organization.as_ref(),
            state: Some(&login.state),
        }
    }

    /// Combines this context with the recipient of a mail.
    pub const fn mail_to(self, to: &'a str) -> MailContext<'a> {
        MailContext { to, application: self.application, organization: self.organization }
    }
}

/// Sends `user` a link to choose a new password. Earlier links become invalid.
pub async fn send_password_reset(tx: &mut Tx, idp: &Idp, user: &User, context: LoginContext<'_>) -> sqlx::Result<()> {
    let ticket = issue(tx, idp, Kind::PasswordReset, user, RESET_LIFETIME).await?;
    let link = reset_link(idp, &ticket, context.state);
    mail::password_reset(tx, idp, &context.mail_to(&user.email), &link).await
}

/// Does the same work for an unknown account, so that both cases take the same time. The caller must roll back
/// afterwards.
pub async fn pretend_password_reset(
    tx: &mut Tx,
    idp: &Idp,
    email: &str,
    context: LoginContext<'_>,
) -> sqlx::Result<()> {
    let link = reset_link(idp, &idp.random.token(), context.state);
    mail::password_reset(tx, idp, &context.mail_to(email), &link).await
}

/// Sends `user` a link that verifies the address. Earlier links become invalid.
pub async fn send_email_verification(
    tx: &mut Tx,
    idp: &Idp,
    user: &User,
    context: LoginContext<'_>,
) -> sqlx::Result<()> {
    let ticket = issue(tx, idp, Kind::EmailVerification, user, VERIFICATION_LIFETIME).await?;
    let link = with_query(idp.address(&paths::EMAIL_VERIFICATION[1..]), &[("ticket", &ticket)]);
    mail::email_verification(tx, idp, &context.mail_to(&user.email), &link).await
}

/// Sends a link that creates the account of a sign-up and verifies its address.
pub async fn send_sign_up_confirmation(
    tx: &mut Tx,
    idp: &Idp,
    ticket: &str,
    email: &str,
    context: LoginContext<'_>,
) -> sqlx::Result<()> {
    let link = with_query(idp.address(&paths::SIGN_UP_CONFIRMATION[1..]), &[("ticket", ticket)]);
    mail::sign_up_confirmation(tx, idp, &context.mail_to(email), &link).await
}

/// Sends the link to choose a new password if `email` has an account with a password. Takes the same time if it has
/// none.
pub async fn request_password_reset(
    idp: &Idp,
    email: &str,
    context: LoginContext<'_>,
    source: RequestSource<'_>,
) -> sqlx::Result<Result<(), TooManyAttempts>> {
    // Count the request, whether or not the account exists
    let mut tx = idp.database.write().await?;
    let counted = limits::count_request(&mut tx, Purpose::PasswordReset, email, source.requester, idp.now()).await?;
    tx.commit().await?;
    idp.count_refusal(Limit::Mails, &counted);
    if let Err(too_many) = counted {
        return Ok(Err(too_many));
    }

    let mut tx = idp.database.write().await?;
    if let Some(user) = users::with_password(&mut tx, email).await? {
        send_password_reset(&mut tx, idp, &user, context).await?;
        let event = source.event(EventKind::PasswordChangeRequested, &user.email, Some(&user.id));
        events::record(&mut tx, idp, event).await?;
        tx.commit().await?;
    } else {
        // The transaction is dropped and thereby rolled back.
        pretend_password_reset(&mut tx, idp, email, context).await?;
    }
    Ok(Ok(()))
}

async fn issue(tx: &mut Tx, idp: &Idp, kind: Kind, user: &User, lifetime: TimeDelta) -> sqlx::Result<String> {
    let (ticket, now) = (idp.random.token(), idp.now());
    let owner = Ticket { user_id: user.id.clone(), email: user.email.clone() };
    tickets::insert(tx, kind, &ticket, &owner, now.plus(lifetime), now).await?;
    Ok(ticket)
}

fn reset_link(idp: &Idp, ticket: &str, state: Option<&str>) -> String {
    let state = state.map(|state| ("state", state));
    let query: Vec<_> = [("ticket", ticket)].into_iter().chain(state).collect();
    with_query(idp.address(&paths::RESET_PASSWORD[1..]), &query)
}

fn with_query(address: String, pairs: &[(&str, &str)]) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    address + "?" + &query
}
