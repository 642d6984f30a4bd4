//! Verifies passwords and manages the sessions of browsers.

use axum::http::{HeaderMap, HeaderValue};

use crate::{
    idp::{
        events::{self, Event, Kind},
        form,
        id::{ClientId, OrganizationId, SessionId, UserId},
        requester::Requester,
        state::Idp,
        store::{known_browsers, sessions, users},
        throttle::{self, PasswordAttempt, TooManyAttempts},
    },
    kernel::{database::Tx, metrics::Limit},
};

/// Why a password was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordRefused {
    /// The account is unknown or the password is wrong. The response must not reveal which.
    Wrong,
    TooManyAttempts(TooManyAttempts),
}

/// Source of a request, for rate limits and the event log.
#[derive(Clone, Copy, Debug)]
pub struct RequestSource<'a> {
    pub requester: &'a Requester,
    pub client: Option<&'a ClientId>,
    pub organization: Option<&'a OrganizationId>,
}

impl<'a> RequestSource<'a> {
    /// Creates an event that this request caused.
    pub const fn event(self, kind: Kind, description: &'a str, user: Option<&'a UserId>) -> Event<'a> {
        let Self { requester, client, organization } = self;
        Event { kind, description, user, client, organization, address: Some(requester.address) }
    }
}

impl<'a> From<&'a Requester> for RequestSource<'a> {
    fn from(requester: &'a Requester) -> Self {
        Self { requester, client: None, organization: None }
    }
}

/// Returns the user with this address and password. Counts the attempt before verifying the password.
pub async fn check_password(
    idp: &Idp,
    typed_email: &str,
    password: &str,
    source: impl Into<RequestSource<'_>>,
) -> sqlx::Result<Result<users::User, PasswordRefused>> {
    // Input that is no email address shares one counter.
    let (email, source) = (form::email(typed_email).unwrap_or_default(), source.into());
    let attempt = match count_attempt(idp, &email, source).await? {
        Ok(attempt) => attempt,
        Err(too_many) => return Ok(Err(PasswordRefused::TooManyAttempts(too_many))),
    };

    let user = users::with_password(&mut idp.database.read().await?, &email).await?;
    let hash = user.as_ref().and_then(|user| user.password_hash.as_deref());
    let right = idp.passwords.verify(password, hash).await && idp.mode.admits(password);
    match user {
        Some(user) if right => {
            let mut tx = idp.database.write().await?;
            throttle::withdraw_attempt(&mut tx, &attempt).await?;
            tx.commit().await?;
            Ok(Ok(user))
        }
        user => {
            let (kind, id) = match &user {
                Some(user) => (Kind::WrongPassword, Some(&user.id)),
                None => (Kind::UnknownUser, None),
            };
            let mut tx = idp.database.write().await?;
            events::record(&mut tx, idp, source.event(kind, &email, id)).await?;
            tx.commit().await?;
            Ok(Err(PasswordRefused::Wrong))
        }
    }
}

/// Verifies a password against the hash of a sign-up or an account. The rate limits for the password of `email` apply.
pub async fn check_password_hash(
    idp: &Idp,
    email: &str,
    password: &str,
    hash: Option<&str>,
    source: RequestSource<'_>,
) -> sqlx::Result<Result<(), PasswordRefused>> {
    let attempt = match count_attempt(idp, email, source).await? {
        Ok(attempt) => attempt,
        Err(too_many) => return Ok(Err(PasswordRefused::TooManyAttempts(too_many))),
    };
    let right = idp.passwords.verify(password, hash).await;
    let mut tx = idp.database.write().await?;
    if right {
        throttle::withdraw_attempt(&mut tx, &attempt).await?;
    } else {
        events::record(&mut tx, idp, source.event(Kind::WrongPassword, email, None)).await?;
    }
    tx.commit().await?;
    Ok(if right { Ok(()) } else { Err(PasswordRefused::Wrong) })
}

/// Counts an attempt on the password of `email` before it is verified.
async fn count_attempt(
    idp: &Idp,
    email: &str,
    source: RequestSource<'_>,
) -> sqlx::Result<Result<PasswordAttempt, TooManyAttempts>> {
    let mut tx = idp.database.write().await?;
    let attempt = throttle::count_password_attempt(&mut tx, email, source.requester, idp.now()).await?;
    idp.count_refusal(Limit::Passwords, &attempt);
    if let Err(too_many) = &attempt
        && too_many.is_first
    {
        events::record(&mut tx, idp, source.event(Kind::TooManyTries, email, None)).await?;
    }
    tx.commit().await?;
    Ok(attempt)
}

/// Finds the session of the browser by its cookie.
pub async fn current_session(idp: &Idp, tx: &mut Tx, headers: &HeaderMap) -> sqlx::Result<Option<sessions::Session>> {
    match idp.cookies.session.read(headers) {
        Some(cookie) => sessions::by_cookie(tx, cookie, idp.now()).await,
        None => Ok(None),
    }
}

/// Signs the browser in as `user` and returns the cookie to set.
///
/// If the same user is already signed in, the session is kept, so that its end is announced to all clients that used
/// it. A session of another user is deleted.
pub async fn start_session(
    idp: &Idp,
    tx: &mut Tx,
    headers: &HeaderMap,
    user: &UserId,
) -> sqlx::Result<(sessions::Session, HeaderValue)> {
    let present = current_session(idp, tx, headers).await?;
    let cookie = idp.random.token();
    let session = match present {
        Some(present) if present.user_id == *user => {
            let session = sessions::Session { authenticated_at: idp.now(), ..present };
            sessions::update(tx, &session, &cookie).await?;
            session
        }
        present => {
            if let Some(present) = present {
                sessions::delete(tx, &present.sid).await?;
            }
            let (sid, user_id) = (SessionId::random(&idp.random), user.clone());
            let session = sessions::Session { sid, user_id, authenticated_at: idp.now() };
            sessions::insert(tx, &session, &cookie).await?;
            session
        }
    };
    Ok((session, idp.cookies.session.set(&cookie)))
}

/// Remembers that `account` has signed in in this browser, and returns the cookie to set.
///
/// The cookie changes at each sign-in: one that was planted in this browser before is worth nothing afterwards.
pub async fn remember_browser(
    idp: &Idp,
    tx: &mut Tx,
    requester: &Requester,
    account: &str,
) -> sqlx::Result<HeaderValue> {
    let cookie = idp.random.token();
    if let Some(old) = &requester.known_browser {
        known_browsers::update_cookie(tx, old, &cookie).await?;
    }
    known_browsers::insert(tx, &cookie, account, idp.now()).await?;
    Ok(idp.cookies.known_browser.set(&cookie))
}
