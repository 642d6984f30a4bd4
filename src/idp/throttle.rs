//! How often a password may be attempt.
//!
//! A try is counted before the password is looked at and taken back when it was right, so that many tries at once
//! cannot slip past. The narrow limit is for an account and an address together: nobody can lock somebody else out
//! from far away with a few tries. The two wide ones stop a list of passwords or a crowd of addresses.

use chrono::TimeDelta;

use crate::{
    idp::{
        store::password_attempts::{self, AttemptCount},
        time::Timestamp,
    },
    kernel::database::Tx,
};

const WINDOW: TimeDelta = TimeDelta::minutes(15);
const PER_ACCOUNT_AND_ADDRESS: i64 = 10;
const PER_ADDRESS: i64 = 100;
const PER_ACCOUNT: i64 = 100;
/// Accounts that one address may open within the window.
const SIGN_UPS_PER_ADDRESS: i64 = 30;
/// Mails that may be asked for within the window, by one account from one address, by one address, and for one account.
const MAILS_PER_ACCOUNT_AND_ADDRESS: i64 = 5;
const MAILS_PER_ADDRESS: i64 = 50;
const MAILS_PER_ACCOUNT: i64 = 20;

/// A password try that was counted.
#[derive(Debug)]
pub struct PasswordAttempt {
    pair: String,
    address: String,
    account: String,
}

/// There were too many tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyAttempts {
    /// When this one was counted.
    pub at: Timestamp,
    /// When the next one is looked at.
    pub until: Timestamp,
    /// Whether it is the first one too many, which is worth a line in the log.
    pub is_first: bool,
}

impl TooManyAttempts {
    /// In how many seconds the next try is looked at.
    pub fn seconds(self, now: Timestamp) -> i64 {
        self.until.since(now).num_seconds().max(1)
    }

    /// A sentence that says when to try again.
    pub fn message(self, now: Timestamp) -> String {
        match (self.until.since(now).num_seconds() + 59) / 60 {
            ..=1 => "Too many tries. Try again in a minute.".to_owned(),
            minutes => format!("Too many tries. Try again in {minutes} minutes."),
        }
    }
}

/// Counts a try at the password of `email` from `address`.
pub async fn count_password_attempt(
    tx: &mut Tx,
    email: &str,
    address: &str,
    now: Timestamp,
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
        let count = password_attempts::increment(tx, subject, WINDOW, now).await?;
        if let Err(too_many) = check(count, limit, now) {
            return Ok(Err(too_many));
        }
    }
    Ok(Ok(attempt))
}

/// Takes back a try that was right.
pub async fn withdraw_attempt(tx: &mut Tx, attempt: &PasswordAttempt) -> sqlx::Result<()> {
    password_attempts::delete(tx, &attempt.pair).await?;
    password_attempts::decrement(tx, &attempt.address).await?;
    password_attempts::decrement(tx, &attempt.account).await
}

/// Counts an account opened from `address`.
pub async fn count_sign_up(tx: &mut Tx, address: &str, now: Timestamp) -> sqlx::Result<Result<(), TooManyAttempts>> {
    let count = password_attempts::increment(tx, &format!("sign-up {address}"), WINDOW, now).await?;
    Ok(check(count, SIGN_UPS_PER_ADDRESS, now))
}

/// Counts a mail that somebody at `address` asks for, to `email`, whether or not there is such an account.
pub async fn count_mail_request(
    tx: &mut Tx,
    email: &str,
    address: &str,
    now: Timestamp,
) -> sqlx::Result<Result<(), TooManyAttempts>> {
    let limits = [
        (format!("mail pair {address} {email}"), MAILS_PER_ACCOUNT_AND_ADDRESS),
        (format!("mail address {address}"), MAILS_PER_ADDRESS),
        (format!("mail account {email}"), MAILS_PER_ACCOUNT),
    ];
    password_attempts::delete_expired(tx, now).await?;
    for (subject, limit) in limits {
        let count = password_attempts::increment(tx, &subject, WINDOW, now).await?;
        if let Err(too_many) = check(count, limit, now) {
            return Ok(Err(too_many));
        }
    }
    Ok(Ok(()))
}

/// Forgets the tries at the password of `email`: it has another.
pub async fn clear_password_attempts(tx: &mut Tx, email: &str, address: &str) -> sqlx::Result<()> {
    password_attempts::delete(tx, &format!("pair {address} {email}")).await?;
    password_attempts::delete(tx, &format!("account {email}")).await
}

fn check(count: AttemptCount, limit: i64, now: Timestamp) -> Result<(), TooManyAttempts> {
    if count.tries > limit {
        Err(TooManyAttempts { at: now, until: count.window_ends_at, is_first: count.tries == limit + 1 })
    } else {
        Ok(())
    }
}
