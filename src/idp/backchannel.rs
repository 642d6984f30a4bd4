//! Notifies clients that a session has ended (OpenID Connect Back-Channel Logout 1.0), in the background.
//!
//! Call [`end_session`] or [`end_sessions_of_user`] in the transaction that ends a session, and
//! [`LogoutNotifications::send`] after its commit.

use std::time::Duration;

use chrono::TimeDelta;
use openidconnect::reqwest::StatusCode;
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    idp::{
        background::ShutdownSignal,
        id::{ClientId, SessionId, UserId},
        outbound::{Outbound, OutboundError},
        state::Idp,
        store::{
            grants,
            sessions::{self, Session},
        },
    },
    kernel::{database::Tx, unix_time::UnixTime},
};

/// Lifetime of a logout token, the same as in Auth0.
const LIFETIME: TimeDelta = TimeDelta::seconds(120);
/// Name in the claim `events` that makes a token a logout token (section 2.4).
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// Delays before each retry. Their sum is shorter than the lifetime of the token.
const RETRY_DELAYS: [Duration; 3] = [Duration::from_millis(250), Duration::from_secs(3), Duration::from_secs(15)];
/// Logout notifications to send after the commit.
#[derive(Debug, Default)]
#[must_use = "nothing is sent before `send`"]
pub struct LogoutNotifications(Vec<LogoutNotification>);

#[derive(Debug)]
struct LogoutNotification {
    client_id: ClientId,
    url: String,
    user_id: UserId,
    sid: SessionId,
}

#[derive(Serialize)]
struct LogoutToken<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    iat: UnixTime,
    exp: UnixTime,
    jti: String,
    events: Value,
    sid: &'a str,
}

/// Deletes the session and returns a notification for every client with a grant in it.
pub async fn end_session(tx: &mut Tx, session: &Session) -> sqlx::Result<LogoutNotifications> {
    let mut notifications = Vec::new();
    for grants::Listener { client_id, urls } in grants::listeners(tx, &session.sid).await? {
        notifications.extend(urls.0.into_iter().map(|url| LogoutNotification {
            client_id: client_id.clone(),
            url,
            user_id: session.user_id.clone(),
            sid: session.sid.clone(),
        }));
    }
    sessions::delete(tx, &session.sid).await?;
    Ok(LogoutNotifications(notifications))
}

/// Deletes all sessions of the user, after a password change, after a block, or before the user is deleted.
///
/// Call this before deleting the user, because a deletion removes the grants that name the clients.
pub async fn end_sessions_of_user(tx: &mut Tx, user: &UserId, now: UnixTime) -> sqlx::Result<LogoutNotifications> {
    let mut all = LogoutNotifications::default();
    for session in sessions::of_user(tx, user, now).await? {
        all.0.extend(end_session(tx, &session).await?.0);
    }
    Ok(all)
}

impl LogoutNotifications {
    /// Sends all notifications in the background.
    pub fn send(self, idp: &Idp) {
        for notification in self.0 {
            match notification.token(idp) {
                Ok(token) => {
                    let outbound = idp.outbound.clone();
                    idp.background.spawn(async move |shutdown| notification.deliver(&outbound, &token, shutdown).await);
                }
                Err(error) => tracing::error!(%error, "a logout token cannot be signed"),
            }
        }
    }
}

impl LogoutNotification {
    fn token(&self, idp: &Idp) -> Result<String, jsonwebtoken::errors::Error> {
        let now = idp.now();
        let claims = LogoutToken {
            iss: idp.issuer.as_str(),
            sub: self.user_id.as_str(),
            aud: self.client_id.as_str(),
            iat: now,
            exp: now.plus(LIFETIME),
            jti: idp.random.alphanumeric(22),
            events: json!({ EVENT: {} }),
            sid: self.sid.as_str(),
        };
        idp.keys().sign_as("logout+jwt", &claims)
    }

    /// Sends the logout token and retries after a failure. No retry follows once the provider shuts down.
    async fn deliver(&self, outbound: &Outbound, token: &str, mut shutdown: ShutdownSignal) {
        for pause in RETRY_DELAYS.into_iter().map(Some).chain([None]) {
            let fault = match outbound.post(&self.url, &[("logout_token", token)]).await {
                Ok(response) if response.status().is_success() => return,
                Ok(response) => {
                    let status = response.status();
                    let is_final = status.is_client_error() && status != StatusCode::TOO_MANY_REQUESTS;
                    if is_final {
                        tracing::warn!(client = %self.client_id, %status, "a client refused a logout token");
                        return;
                    }
                    status.to_string()
                }
                Err(error @ OutboundError::Forbidden(_)) => {
                    tracing::warn!(client = %self.client_id, %error, "a client's logout address may not be called");
                    return;
                }
                Err(error) => error.to_string(),
            };
            let is_last = match pause {
                Some(pause) => shutdown.interrupts(tokio::time::sleep(pause)).await,
                None => true,
            };
            if is_last {
                tracing::warn!(client = %self.client_id, fault, "a client could not be notified of a logout");
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        idp::store,
        kernel::{
            database::{Durability, query::execute},
            random::Random,
        },
    };

    async fn insert(tx: &mut Tx, statement: &'static str) {
        execute!(tx, statement).unwrap();
    }

    #[tokio::test]
    async fn every_session_of_the_user_ends() {
        let folder = std::env::temp_dir().join(format!("tessera-backchannel-{}", Random::system().alphanumeric(12)));
        let url = format!("sqlite://{}", folder.join("idp.db").display());
        let database = store::open(&url, None, Durability::default()).await.unwrap();
        let mut tx = database.write().await.unwrap();
        insert(&mut tx, "INSERT INTO connections (id, name, strategy, created_at) VALUES ('c', 'c', 'auth0', 1)").await;
        insert(
            &mut tx,
            "INSERT INTO users (id, connection_id, email, email_verified, name, nickname, created_at, updated_at)
             VALUES ('ann', 'c', 'a@b.c', TRUE, '', '', 1, 1), ('ben', 'c', 'b@b.c', TRUE, '', '', 1, 1)",
        )
        .await;
        insert(
            &mut tx,
            "INSERT INTO clients (id, name, grant_types, callbacks, logout_urls, backchannel_logout_urls,
                 initiate_login_uri, organization_usage, organization_require_behavior, position, created_at)
             VALUES ('hears', '', '[]', '[]', '[]', '[\"http://a/\", \"http://b/\"]', '', 'deny', 'no_prompt', 1, 1),
                    ('deaf', '', '[]', '[]', '[]', '[]', '', 'deny', 'no_prompt', 2, 1)",
        )
        .await;
        insert(
            &mut tx,
            "INSERT INTO sessions (sid, cookie_hash, user_id, authenticated_at, expires_at)
             VALUES ('one', x'01', 'ann', 1, 100), ('two', x'02', 'ann', 1, 100), ('three', x'03', 'ben', 1, 100)",
        )
        .await;
        insert(
            &mut tx,
            "INSERT INTO grants (id, user_id, client_id, scope, sid, created_at)
             VALUES ('1', 'ann', 'hears', '', 'one', 1), ('2', 'ann', 'hears', '', 'one', 1),
                    ('3', 'ann', 'deaf', '', 'two', 1), ('4', 'ben', 'hears', '', 'three', 1)",
        )
        .await;

        let now = UnixTime::from_seconds(2);
        let notifications = end_sessions_of_user(&mut tx, &UserId::unchecked("ann"), now).await.unwrap();
        let sent: Vec<_> = notifications.0.iter().map(|one| (one.url.as_str(), one.sid.as_str())).collect();
        assert_eq!(sent, [("http://a/", "one"), ("http://b/", "one")]);
        assert!(sessions::of_user(&mut tx, &UserId::unchecked("ann"), now).await.unwrap().is_empty());
        assert_eq!(sessions::of_user(&mut tx, &UserId::unchecked("ben"), now).await.unwrap().len(), 1);
        drop(tx);
        database.close().await;
        drop(std::fs::remove_dir_all(folder));
    }
}
