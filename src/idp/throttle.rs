//! How often a password may be tried.
//!
//! A try is counted before the password is looked at and taken back when it was right, so that many tries at once
//! cannot slip past. The narrow limit is for an account and an address together: nobody can lock somebody else out
//! from far away with a few tries. The two wide ones stop a list of passwords or a crowd of addresses.

use chrono::TimeDelta;

use crate::{
    idp::{
        store::password_attempts::{self, Count},
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
pub struct Try {
    pair: String,
    address: String,
    account: String,
}

/// There were too many tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany {
    /// When this one was counted.
    pub at: Timestamp,
    /// When the next one is looked at.
    pub until: Timestamp,
    /// Whether it is the first one too many, which is worth a line in the log.
    pub is_first: bool,
}

impl TooMany {
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
pub async fn begin(tx: &mut Tx, email: &str, address: &str, now: Timestamp) -> sqlx::Result<Result<Try, TooMany>> {
    let tried = Try {
        pair: format!("pair {address} {email}"),
        address: format!("address {address}"),
        account: format!("account {email}"),
    };
    let limits = [(&tried.pair, PER_ACCOUNT_AND_ADDRESS), (&tried.address, PER_ADDRESS), (&tried.account, PER_ACCOUNT)];
    password_attempts::sweep(tx, now).await?;
    for (subject, limit) in limits {
        let count = password_attempts::count(tx, subject, WINDOW, now).await?;
        if let Err(too_many) = check(count, limit, now) {
            return Ok(Err(too_many));
        }
    }
    Ok(Ok(tried))
}

/// Takes back a try that was right.
pub async fn succeed(tx: &mut Tx, tried: &Try) -> sqlx::Result<()> {
    password_attempts::clear(tx, &tried.pair).await?;
    password_attempts::uncount(tx, &tried.address).await?;
    password_attempts::uncount(tx, &tried.account).await
}

/// Counts an account opened from `address`.
pub async fn sign_up(tx: &mut Tx, address: &str, now: Timestamp) -> sqlx::Result<Result<(), TooMany>> {
    let count = password_attempts::count(tx, &format!("sign-up {address}"), WINDOW, now).await?;
    Ok(check(count, SIGN_UPS_PER_ADDRESS, now))
}

/// Counts a mail that somebody at `address` asks for, to `email`, whether or not there is such an account.
pub async fn mail(tx: &mut Tx, email: &str, address: &str, now: Timestamp) -> sqlx::Result<Result<(), TooMany>> {
    let limits = [
        (format!("mail pair {address} {email}"), MAILS_PER_ACCOUNT_AND_ADDRESS),
        (format!("mail address {address}"), MAILS_PER_ADDRESS),
        (format!("mail account {email}"), MAILS_PER_ACCOUNT),
    ];
    password_attempts::sweep(tx, now).await?;
    for (subject, limit) in limits {
        let count = password_attempts::count(tx, &subject, WINDOW, now).await?;
        if let Err(too_many) = check(count, limit, now) {
            return Ok(Err(too_many));
        }
    }
    Ok(Ok(()))
}

/// Forgets the tries at the password of `email`: it has another.
pub async fn forget(tx: &mut Tx, email: &str, address: &str) -> sqlx::Result<()> {
    password_attempts::clear(tx, &format!("pair {address} {email}")).await?;
    password_attempts::clear(tx, &format!("account {email}")).await
}

fn check(count: Count, limit: i64, now: Timestamp) -> Result<(), TooMany> {
    if count.tries > limit {
        Err(TooMany { at: now, until: count.window_ends_at, is_first: count.tries == limit + 1 })
    } else {
        Ok(())
    }
}
