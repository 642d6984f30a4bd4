//! Rate limits for password attempts and sign-ups. The counters are in the database, so that all nodes share them.
//!
//! A password attempt is counted before the password is verified, and subtracted if the password was correct, so that
//! concurrent attempts cannot exceed the limit. The narrow limit applies to a pair of account and client network, so
//! that a few attempts cannot lock the account for other networks. The two wide limits stop attacks that try many
//! accounts from one network, or one account from many networks.
//!
//! Strangers can use the wide limits up: from the network of an office, or with many networks. So a browser in which
//! the account has signed in before has a limit of its own instead, which no one else counts towards (OWASP: device
//! cookies).

use chrono::TimeDelta;

use crate::{
    idp::{
        requester::Requester,
        store::{
            known_browsers,
            password_attempts::{self, AttemptCount},
        },
    },
    kernel::{database::Tx, secret::fingerprint, unix_time::UnixTime},
};

const WINDOW: TimeDelta = TimeDelta::minutes(15);
/// Maximum number of wrong passwords per window, by account and client network, or by account and known browser.
const PER_ACCOUNT_AND_ORIGIN: i64 = 10;
const PER_NETWORK: i64 = 100;
const PER_ACCOUNT: i64 = 100;
/// Maximum number of sign-ups from one client network per window.
const SIGN_UPS_PER_NETWORK: i64 = 30;

/// A password attempt that was counted.
#[derive(Debug)]
pub struct PasswordAttempt {
    /// Counter of the account and the origin, which a correct password resets.
    own: String,
    /// Counters that others count towards too.
    shared: Vec<String>,
}

/// Error if a limit was exceeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyAttempts {
    /// Sentence that says what there was too much of.
    pub reason: &'static str,
    /// Time at which the attempt was counted.
    pub at: UnixTime,
    /// Time at which the window ends.
    pub until: UnixTime,
    /// Whether this is the first attempt beyond the limit. Only this attempt is logged.
    pub is_first: bool,
}

impl TooManyAttempts {
    /// Returns the number of seconds until the window ends.
    pub fn seconds(self, now: UnixTime) -> i64 {
        self.until.since(now).num_seconds().max(1)
    }

    /// Returns the reason, and a sentence that says when the user can try again.
    pub fn message(self, now: UnixTime) -> String {
        let seconds = self.seconds(now);
        let wait = match (seconds, (seconds + 59) / 60) {
            (1, _) => "a second".to_owned(),
            (2..60, _) => format!("{seconds} seconds"),
            (_, 1) => "a minute".to_owned(),
            (_, minutes @ 2..=90) => format!("{minutes} minutes"),
            (_, minutes) => format!("{} hours", (minutes + 59) / 60),
        };
        format!("{} Try again in {wait}.", self.reason)
    }
}

/// Counts an attempt to enter the password of `account`: an email address, or an administrator.
pub async fn count_password_attempt(
    tx: &mut Tx,
    account: &str,
    requester: &Requester,
    now: UnixTime,
) -> sqlx::Result<Result<PasswordAttempt, TooManyAttempts>> {
    password_attempts::delete_expired(tx, now).await?;
    let (own, shared) = if let Some(browser) = known_browser(tx, account, requester, now).await? {
        (format!("browser {browser} {account}"), Vec::new())
    } else {
        let network = requester.address.network();
        let shared = [(format!("network {network}"), PER_NETWORK), (account_counter(account), PER_ACCOUNT)];
        (pair_counter(account, requester), shared.into())
    };
    let own_limit = [(own.clone(), PER_ACCOUNT_AND_ORIGIN)];
    let counters = own_limit.into_iter().chain(shared.iter().cloned());
    let counted = count(tx, "Too many attempts.", WINDOW, counters, now).await?;
    Ok(counted.map(|()| PasswordAttempt { own, shared: shared.into_iter().map(|(counter, _)| counter).collect() }))
}

/// Subtracts an attempt from the counters, because its password was correct.
pub async fn withdraw_attempt(tx: &mut Tx, attempt: &PasswordAttempt) -> sqlx::Result<()> {
    password_attempts::delete(tx, &attempt.own).await?;
    for counter in &attempt.shared {
        password_attempts::update_decremented(tx, counter).await?;
    }
    Ok(())
}

/// Counts a sign-up.
pub async fn count_sign_up(
    tx: &mut Tx,
    requester: &Requester,
    now: UnixTime,
) -> sqlx::Result<Result<(), TooManyAttempts>> {
    let counter = format!("sign-up {}", requester.address.network());
    count(tx, "Too many attempts.", WINDOW, [(counter, SIGN_UPS_PER_NETWORK)], now).await
}

/// Deletes the attempt counters of `email` after its password was changed.
pub async fn clear_password_attempts(tx: &mut Tx, email: &str, requester: &Requester) -> sqlx::Result<()> {
    password_attempts::delete(tx, &pair_counter(email, requester)).await?;
    password_attempts::delete(tx, &account_counter(email)).await
}

/// Returns a name for the requester's browser if `account` has signed in in it before.
pub async fn known_browser(
    tx: &mut Tx,
    account: &str,
    requester: &Requester,
    now: UnixTime,
) -> sqlx::Result<Option<String>> {
    match &requester.known_browser {
        Some(cookie) if known_browsers::is_known(tx, cookie, account, now).await? => Ok(Some(fingerprint(cookie))),
        _ => Ok(None),
    }
}

/// Adds one to each counter, and stops at the first that exceeds its limit.
pub async fn count(
    tx: &mut Tx,
    reason: &'static str,
    window: TimeDelta,
    counters: impl IntoIterator<Item = (String, i64)>,
    now: UnixTime,
) -> sqlx::Result<Result<(), TooManyAttempts>> {
    for (counter, limit) in counters {
        let AttemptCount { tries, window_ends_at: until } =
            password_attempts::upsert_incremented(tx, &counter, window, now).await?;
        if tries > limit {
            return Ok(Err(TooManyAttempts { reason, at: now, until, is_first: tries == limit + 1 }));
        }
    }
    Ok(Ok(()))
}

fn pair_counter(account: &str, requester: &Requester) -> String {
    format!("pair {} {account}", requester.address.network())
}

fn account_counter(account: &str) -> String {
    format!("account {account}")
}
