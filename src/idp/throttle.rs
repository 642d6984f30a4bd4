//! Rate limits for password attempts, sign-ups and mails.
//!
//! A password attempt is counted before the password is verified, and subtracted if the password was correct, so that
//! concurrent attempts cannot exceed the limit. The narrow limit applies to a pair of account and client address, so
//! that a few attempts cannot lock the account for other addresses. The two wide limits stop attacks that try many
//! accounts from one address, or one account from many addresses.

use chrono::TimeDelta;

use crate::{
    idp::store::password_attempts::{self, AttemptCount},
    kernel::{database::Tx, unix_time::UnixTime},
};

const WINDOW: TimeDelta = TimeDelta::minutes(15);
const PER_ACCOUNT_AND_ADDRESS: i64 = 10;
const PER_ADDRESS: i64 = 100;
const PER_ACCOUNT: i64 = 100;
/// Maximum number of sign-ups from one client address per window.
const SIGN_UPS_PER_ADDRESS: i64 = 30;
/// Maximum numbers of requests for mail per window: by account and client address, by client address, and by account.
const MAILS_PER_ACCOUNT_AND_ADDRESS: i64 = 5;
const MAILS_PER_ADDRESS: i64 = 50;
const MAILS_PER_ACCOUNT: i64 = 20;

/// A password attempt that was counted.
#[derive(Debug)]
pub struct PasswordAttempt {
    pair: String,
    address: String,
    account: String,
}

/// Error if a limit was exceeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyAttempts {
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

    /// Returns a sentence that says when the user can try again.
    pub fn message(self, now: UnixTime) -> String {
        match (self.until.since(now).num_seconds() + 59) / 60 {
            ..=1 => "Too many attempts. Try again in a minute.".to_owned(),
            minutes => format!("Too many attempts. Try again in {minutes} minutes."),
        }
    }
}

/// Counts an attempt to enter the password of `email` from the client address `address`.
pub async fn count_password_attempt(
    tx: &mut Tx,
    email: &str,
    address: &str,
    now: UnixTime,
) -> sqlx::Result<Result<PasswordAttempt, TooManyAttempts>> {
    let attempt = PasswordAttempt {
        pair: format!("pair {address} {email}"),
        address: format!("address {address}"),
        account: format!("account {email}"),
    };
    let limits =
        [(&attempt.pair, PER_ACCOUNT_AND_ADDRESS), (&attempt.address, PER_ADDRESS), (&attempt.account, PER_ACCOUNT)];
    password_attempts::delete_expired(tx, now).await?;
    for (subject, limit) in limits {
        let count = password_attempts::upsert_incremented(tx, subject, WINDOW, now).await?;
        if let Err(too_many) = check(count, limit, now) {
            return Ok(Err(too_many));
        }
    }
    Ok(Ok(attempt))
}

/// Subtracts an attempt from the counters, because its password was correct.
pub async fn withdraw_attempt(tx: &mut Tx, attempt: &PasswordAttempt) -> sqlx::Result<()> {
    password_attempts::delete(tx, &attempt.pair).await?;
    password_attempts::update_decremented(tx, &attempt.address).await?;
    password_attempts::update_decremented(tx, &attempt.account).await
}

/// Counts a sign-up from the client address `address`.
pub async fn count_sign_up(tx: &mut Tx, address: &str, now: UnixTime) -> sqlx::Result<Result<(), TooManyAttempts>> {
    let count = password_attempts::upsert_incremented(tx, &format!("sign-up {address}"), WINDOW, now).await?;
    Ok(check(count, SIGN_UPS_PER_ADDRESS, now))
}

/// Counts a request from the client address `address` for a mail to `email`, whether or not the account exists.
pub async fn count_mail_request(
    tx: &mut Tx,
    email: &str,
    address: &str,
    now: UnixTime,
) -> sqlx::Result<Result<(), TooManyAttempts>> {
    let limits = [
        (format!("mail pair {address} {email}"), MAILS_PER_ACCOUNT_AND_ADDRESS),
        (format!("mail address {address}"), MAILS_PER_ADDRESS),
        (format!("mail account {email}"), MAILS_PER_ACCOUNT),
    ];
    password_attempts::delete_expired(tx, now).await?;
    for (subject, limit) in limits {
        let count = password_attempts::upsert_incremented(tx, &subject, WINDOW, now).await?;
        if let Err(too_many) = check(count, limit, now) {
            return Ok(Err(too_many));
        }
    }
    Ok(Ok(()))
}

/// Deletes the attempt counters of `email` after its password was changed.
pub async fn clear_password_attempts(tx: &mut Tx, email: &str, address: &str) -> sqlx::Result<()> {
    password_attempts::delete(tx, &format!("pair {address} {email}")).await?;
    password_attempts::delete(tx, &format!("account {email}")).await
}

fn check(count: AttemptCount, limit: i64, now: UnixTime) -> Result<(), TooManyAttempts> {
    if count.tries > limit {
        Err(TooManyAttempts { at: now, until: count.window_ends_at, is_first: count.tries == limit + 1 })
    } else {
        Ok(())
    }
}
