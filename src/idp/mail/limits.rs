//! Limits of the mails that others than the recipient can cause. The counters are in the database, so that all nodes
//! share them, and count whether or not the account exists.

use chrono::TimeDelta;

use crate::{
    idp::{
        id::OrganizationId,
        requester::Requester,
        store::password_attempts,
        throttle::{TooManyAttempts, count, known_browser},
    },
    kernel::{database::Tx, unix_time::UnixTime},
};

/// Time after which a mail can be requested again.
const PAUSE: TimeDelta = TimeDelta::minutes(1);
const WINDOW: TimeDelta = TimeDelta::minutes(15);
const DAY: TimeDelta = TimeDelta::days(1);
/// Maximum number of requested mails per window, by recipient and client network or known browser, and by network.
const PER_RECIPIENT_AND_ORIGIN: i64 = 5;
const PER_NETWORK: i64 = 50;
/// Maximum number of mails per day to one recipient: requested ones, and separately invitations, so that no one uses
/// up the other's.
const PER_RECIPIENT_AND_DAY: i64 = 20;
/// Maximum number of invitations per day of one organization.
const PER_ORGANIZATION_AND_DAY: i64 = 500;

const JUST_REQUESTED: &str = "An email to this address was requested a moment ago.";
const TOO_MANY: &str = "Too many emails were requested.";
const TOO_MANY_TO_RECIPIENT: &str = "Too many emails to this address were requested today.";
const TOO_MANY_INVITATIONS: &str = "This address has received too many invitations today.";
const TOO_MANY_OF_ORGANIZATION: &str = "This organization has sent too many invitations today.";

/// Why a mail is requested on a page. Each purpose has a pause of its own.
#[derive(Clone, Copy, Debug)]
pub enum Purpose {
    PasswordReset,
    SignUp,
}

impl Purpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::PasswordReset => "password-reset",
            Self::SignUp => "sign-up",
        }
    }
}

/// Counts the request for a mail to `email`.
///
/// In a browser in which the account has signed in before, strangers' requests do not count.
pub async fn count_request(
    tx: &mut Tx,
    purpose: Purpose,
    email: &str,
    requester: &Requester,
    now: UnixTime,
) -> sqlx::Result<Result<(), TooManyAttempts>> {
    password_attempts::delete_expired(tx, now).await?;
    let purpose = purpose.as_str();
    let (pause, narrow, wide) = if let Some(browser) = known_browser(tx, email, requester, now).await? {
        (
            format!("mail pause {purpose} {browser} {email}"),
            vec![(format!("mail browser {browser} {email}"), PER_RECIPIENT_AND_ORIGIN)],
            None,
        )
    } else {
        let network = requester.address.network();
        (
            format!("mail pause {purpose} {email}"),
            vec![
                (format!("mail pair {network} {email}"), PER_RECIPIENT_AND_ORIGIN),
                (format!("mail network {network}"), PER_NETWORK),
            ],
            Some((format!("mail account {email}"), PER_RECIPIENT_AND_DAY)),
        )
    };
    if let Err(too_many) = count(tx, JUST_REQUESTED, PAUSE, [(pause, 1)], now).await? {
        return Ok(Err(too_many));
    }
    if let Err(too_many) = count(tx, TOO_MANY, WINDOW, narrow, now).await? {
        return Ok(Err(too_many));
    }
    count(tx, TOO_MANY_TO_RECIPIENT, DAY, wide, now).await
}

/// Counts the mail of an invitation.
pub async fn count_invitation(
    tx: &mut Tx,
    organization: &OrganizationId,
    email: &str,
    now: UnixTime,
) -> sqlx::Result<Result<(), TooManyAttempts>> {
    let recipient = [(format!("invitations to {email}"), PER_RECIPIENT_AND_DAY)];
    if let Err(too_many) = count(tx, TOO_MANY_INVITATIONS, DAY, recipient, now).await? {
        return Ok(Err(too_many));
    }
    let sender = [(format!("invitations of {organization}"), PER_ORGANIZATION_AND_DAY)];
    count(tx, TOO_MANY_OF_ORGANIZATION, DAY, sender, now).await
}
