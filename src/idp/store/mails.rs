//! Mails that are pending, sent, or stored only for the mailbox.

use chrono::TimeDelta;

use crate::{
    idp::id::MailId,
    kernel::{
        database::{
            Tx,
            query::{execute, fetch_all, fetch_optional},
        },
        sealer::{SealError, SealedText, Sealer},
        unix_time::UnixTime,
    },
};

/// How long a mail is kept after it was sent, or after it was written if no further attempt is made.
const RETENTION: TimeDelta = TimeDelta::hours(24);

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Mail {
    pub id: MailId,
    pub recipient: String,
    pub subject: String,
    pub body_text: SealedText,
    pub body_html: SealedText,
    pub created_at: UnixTime,
    pub sent_at: Option<UnixTime>,
    /// Number of delivery attempts.
    pub tries: i64,
    /// Time of the next delivery attempt; `None` if no further attempt is made.
    pub due_at: Option<UnixTime>,
    /// Error message of the last delivery attempt.
    pub problem: Option<String>,
}

/// Text and HTML of a mail. They contain links that give access to an account.
#[derive(Debug)]
pub struct MailBody {
    pub text: String,
    pub html: String,
}

impl Mail {
    /// Opens the text and the HTML of the mail.
    pub fn open(&self, sealer: &Sealer) -> Result<MailBody, SealError> {
        let context = seal_context(&self.id);
        Ok(MailBody {
            text: sealer.open_text(&context, &self.body_text)?,
            html: sealer.open_text(&context, &self.body_html)?,
        })
    }
}

/// Seal context of the mail `id`.
pub fn seal_context(id: &MailId) -> String {
    format!("mail {id}")
}

/// Columns of [`Mail`], with a table alias such as `t.` or none.
macro_rules! mail_columns {
    ($alias:literal) => {
        $crate::idp::store::columns!(
            $alias,
            "id",
            "recipient",
            "subject",
            "body_text",
            "body_html",
            "created_at",
            "sent_at",
            "tries",
            "due_at",
            "problem"
        )
    };
}

/// A mail to insert.
#[derive(Debug)]
pub struct NewMail<'a> {
    pub id: &'a MailId,
    pub recipient: &'a str,
    pub subject: &'a str,
    /// Text and HTML of the mail, which [`insert`] seals.
    pub body: &'a MailBody,
    pub created_at: UnixTime,
    /// Whether the mail is sent, or only stored for the mailbox.
    pub is_sent: bool,
}

/// Inserts the mail and deletes expired mails.
pub async fn insert(tx: &mut Tx, sealer: &Sealer, mail: &NewMail<'_>) -> sqlx::Result<()> {
    let (context, now) = (seal_context(mail.id), mail.created_at);
    delete_expired(tx, now).await?;
    execute!(
        tx,
        "INSERT INTO mails (id, recipient, subject, body_text, body_html, created_at, due_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        mail.id,
        mail.recipient,
        mail.subject,
        sealer.seal_text(&context, &mail.body.text)?,
        sealer.seal_text(&context, &mail.body.html)?,
        now,
        mail.is_sent.then_some(now),
    )?;
    Ok(())
}

/// Deletes mails whose time is over. A mail that waits for an attempt stays.
pub async fn delete_expired(tx: &mut Tx, now: UnixTime) -> sqlx::Result<()> {
    execute!(
        tx,
        "DELETE FROM mails WHERE due_at IS NULL AND COALESCE(sent_at, created_at) <= $1",
        now.plus(-RETENTION)
    )?;
    Ok(())
}

pub async fn find(tx: &mut Tx, id: &MailId) -> sqlx::Result<Option<Mail>> {
    fetch_optional!(tx, _, concat!("SELECT ", mail_columns!(""), " FROM mails WHERE id = $1"), id)
}

/// Lists mails, newest first. With `before`, lists only mails older than that one.
pub async fn list(tx: &mut Tx, before: Option<&Mail>, limit: i64) -> sqlx::Result<Vec<Mail>> {
    match before {
        None => fetch_all!(
            tx,
            _,
            concat!("SELECT ", mail_columns!(""), " FROM mails ORDER BY created_at DESC, id DESC LIMIT $1"),
            limit
        ),
        Some(mail) => fetch_all!(
            tx,
            _,
            concat!(
                "SELECT ",
                mail_columns!(""),
                " FROM mails WHERE (created_at, id) < ($1, $2) ORDER BY created_at DESC, id DESC LIMIT $3"
            ),
            mail.created_at,
            &mail.id,
            limit,
        ),
    }
}

/// Lists the mails whose next delivery attempt is due, oldest first.
pub async fn fetch_due(tx: &mut Tx, now: UnixTime, limit: i64) -> sqlx::Result<Vec<Mail>> {
    fetch_all!(
        tx,
        _,
        concat!(
            "SELECT ",
            mail_columns!(""),
            " FROM mails WHERE due_at <= $1 ORDER BY due_at, created_at, id LIMIT $2"
        ),
        now,
        limit,
    )
}

/// Claims the mail for sending. Returns false if another process claimed it. If no result is recorded, the mail is due
/// again at `until`.
pub async fn claim(tx: &mut Tx, mail: &Mail, until: UnixTime) -> sqlx::Result<bool> {
    let taken = execute!(
        tx,
        "UPDATE mails SET tries = tries + 1, due_at = $3 WHERE id = $1 AND due_at = $2",
        &mail.id,
        mail.due_at,
        until,
    )?;
    Ok(taken == 1)
}

pub async fn update_sent(tx: &mut Tx, id: &MailId, now: UnixTime) -> sqlx::Result<()> {
    execute!(tx, "UPDATE mails SET sent_at = $2, due_at = NULL, problem = NULL WHERE id = $1", id, now)?;
    Ok(())
}

/// Records the error of a delivery attempt, and the time of the next attempt if there is one.
pub async fn update_failed(tx: &mut Tx, id: &MailId, problem: &str, due_at: Option<UnixTime>) -> sqlx::Result<()> {
    execute!(tx, "UPDATE mails SET problem = $2, due_at = $3 WHERE id = $1", id, problem, due_at)?;
    Ok(())
}
