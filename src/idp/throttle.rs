//! Rate limits for passwords, sign-ups and mails.
//!
//! An attempt is counted before the password is verified and withdrawn if it was correct, so that concurrent attempts
//! cannot pass. The narrow limit applies to a pair of account and address: no one can lock an account for others with a
//! few attempts. The two wide limits stop lists of passwords and many addresses.

use chrono::TimeDelta;

use crate::{
    idp::store::password_attempts::{self, AttemptCount},
    kernel::{database::Tx, unix_time::UnixTime},
};

const WINDOW: TimeDelta = TimeDelta::minutes(15);
const PER_ACCOUNT_AND_ADDRESS: i64 = 10;
const PER_ADDRESS: i64 = 100;
const PER_ACCOUNT: i64 = 100;
/// Sign-ups from one address per window.
const SIGN_UPS_PER_ADDRESS: i64 = 30;
/// Requests for mail per window, by account and address, by address, and by account.
const MAILS_PER_ACCOUNT_AND_ADDRESS: i64 = 5;
const MAILS_PER_ADDRESS: i64 = 50;
const MAILS_PER_ACCOUNT: i64 = 20;

/// A counted attempt.
#[derive(Debug)]
pub struct PasswordAttempt {
    pair: String,
    address: String,
    account: String,
}

/// A limit was exceeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyAttempts {
    /// When the attempt was counted.
    pub at: UnixTime,
    /// When the window ends.
    pub until: UnixTime,
    /// Whether this is the first attempt beyond the limit, which is logged.
    pub is_first: bool,
}

impl TooManyAttempts {
    /// Seconds until the window ends.
    pub fn seconds(self, now: UnixTime) -> i64 {
        self.until.since(now).num_seconds().max(1)
    }

    /// Sentence that says when to try again.
    pub fn message(self, now: UnixTime) -> String {
        match (self.until.since(now).num_seconds() + 59) / 60 {
            ..=1 => "Too many attempts. Try again in a minute.".to_owned(),
            minutes => format!("Too many attempts. Try again in {minutes} minutes."),
        }
    }
}

/// Counts an attempt on the password of `email` from `address`.
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

/// Withdraws an attempt with the correct password.
pub async fn withdraw_attempt(tx: &mut Tx, attempt: &PasswordAttempt) -> sqlx::Result<()> {
    password_attempts::delete(tx, &attempt.pair).await?;
    password_attempts::update_decremented(tx, &attempt.address).await?;
    password_attempts::update_decremented(tx, &attempt.account).await
}

/// Counts a sign-up from `address`.
pub async fn count_sign_up(tx: &mut Tx, address: &str, now: UnixTime) -> sqlx::Result<Result<(), TooManyAttempts>> {
    let count = password_attempts::upsert_incremented(tx, &format!("sign-up {address}"), WINDOW, now).await?;
    Ok(check(count, SIGN_UPS_PER_ADDRESS, now))
}

/// Counts a request from `address` for a mail to `email`, whether or not the account exists.
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

/// Clears the counters of `email` after its password changed.
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
