//! Mails that the provider sends.
//!
//! A mail is inserted in the transaction that causes it, so that neither exists without the other. The mailbox shows
//! the mail immediately; [`delivery`] sends it if SMTP is configured.

pub mod delivery;
mod email_template;
pub mod expiry;
pub mod limits;
pub mod outbox;
pub mod smtp;

use self::email_template::EmailTemplate;
use crate::{
    idp::{
        id::MailId,
        state::Idp,
        store::{
            mails::{self, Mail, MailBody, NewMail},
            organizations::Organization,
        },
    },
    kernel::{database::Tx, unix_time::UnixTime},
};

/// An invitation to send by mail.
#[derive(Clone, Copy, Debug)]
pub struct Invitation<'a> {
    /// Address of the invited user.
    pub to: &'a str,
    pub inviter_name: &'a str,
    pub organization: &'a Organization,
    /// Link for the invited user, which leads to the login address of the application.
    pub url: &'a str,
    pub expires_at: UnixTime,
}

/// Recipient of a mail and the login it belongs to.
#[derive(Clone, Copy, Debug)]
pub struct MailContext<'a> {
    pub to: &'a str,
    /// Display name of the application in whose login the mail is sent.
    pub application: Option<&'a str>,
    pub organization: Option<&'a Organization>,
}

impl MailContext<'_> {
    /// Returns the name by which the recipient knows the sender.
    fn sender_name<'a>(&'a self, idp: &'a Idp) -> &'a str {
        self.organization.map(Organization::label).or(self.application).unwrap_or_else(|| idp.host())
    }
}

/// Sends an invitation to an organization.
pub async fn invitation(tx: &mut Tx, idp: &Idp, invitation: &Invitation<'_>) -> sqlx::Result<()> {
    let organization = invitation.organization.label();
    let template = EmailTemplate {
        subject: format!("{} invited you to {organization}", invitation.inviter_name),
        heading: format!("Join {organization}"),
        organization: Some(invitation.organization),
        before: vec![format!("{} invited you to join {organization}.", invitation.inviter_name)],
        button: ("Accept invitation", invitation.url.to_owned()),
        after: vec![
            format!("The invitation is for {} and expires on {}.", invitation.to, invitation.expires_at.in_words()),
            "If you weren’t expecting it, you can ignore this email.".to_owned(),
        ],
    };
    write(tx, idp, invitation.to, &template).await
}

/// Sends a mail with the link to choose a new password.
pub async fn password_reset(tx: &mut Tx, idp: &Idp, context: &MailContext<'_>, link: &str) -> sqlx::Result<()> {
    let sender = context.sender_name(idp);
    let template = EmailTemplate {
        subject: format!("Choose a new password for {sender}"),
        heading: "Choose a new password".to_owned(),
        organization: context.organization,
        before: vec![format!("Someone, most likely you, requested a new password for {}.", context.to)],
        button: ("Choose a new password", link.to_owned()),
        after: vec![
            "The link works once and expires in an hour.".to_owned(),
            "If it wasn’t you, you can ignore this email. Your password stays as it is.".to_owned(),
        ],
    };
    write(tx, idp, context.to, &template).await
}

/// Sends a mail with the link that verifies an address.
pub async fn email_verification(tx: &mut Tx, idp: &Idp, context: &MailContext<'_>, link: &str) -> sqlx::Result<()> {
    let sender = context.sender_name(idp);
    let template = EmailTemplate {
        subject: format!("Confirm your email address for {sender}"),
        heading: "Confirm your email address".to_owned(),
        organization: context.organization,
        before: vec![
            format!("An account was created for {}.", context.to),
            "Please confirm that this address is yours.".to_owned(),
        ],
        button: ("Confirm address", link.to_owned()),
        after: vec![
            "The link works once and expires in five days.".to_owned(),
            "If you didn’t create an account, you can ignore this email.".to_owned(),
        ],
    };
    write(tx, idp, context.to, &template).await
}

/// Sends a mail with the link that confirms a sign-up.
///
/// The mail omits the name that was entered at sign-up. Otherwise anyone could send text of their choice to any
/// address.
pub async fn sign_up_confirmation(tx: &mut Tx, idp: &Idp, context: &MailContext<'_>, link: &str) -> sqlx::Result<()> {
    let sender = context.sender_name(idp);
    let template = EmailTemplate {
        subject: format!("Confirm your sign-up for {sender}"),
        heading: "Confirm your sign-up".to_owned(),
        organization: context.organization,
        before: vec![
            format!("Someone, most likely you, wants to create an account with {}.", context.to),
            "To create the account, please confirm that this address is yours.".to_owned(),
        ],
        button: ("Create account", link.to_owned()),
        after: vec![
            "The link works once and expires in a day.".to_owned(),
            "If it wasn’t you, you can ignore this email. No account is created.".to_owned(),
        ],
    };
    write(tx, idp, context.to, &template).await
}

/// Notifies the owner of an account that someone tried to sign up with its address.
pub async fn sign_up_refused(tx: &mut Tx, idp: &Idp, context: &MailContext<'_>, link: &str) -> sqlx::Result<()> {
    let sender = context.sender_name(idp);
    let template = EmailTemplate {
        subject: format!("You already have an account for {sender}"),
        heading: "You already have an account".to_owned(),
        organization: context.organization,
        before: vec![
            format!(
                "Someone, most likely you, tried to create an account with {}, but you already have one.",
                context.to
            ),
            "Sign in with its password. If you’ve forgotten it, choose a new one.".to_owned(),
        ],
        button: ("Choose a new password", link.to_owned()),
        after: vec!["If it wasn’t you, you can ignore this email. Nothing was changed.".to_owned()],
    };
    write(tx, idp, context.to, &template).await
}

async fn write(tx: &mut Tx, idp: &Idp, recipient: &str, template: &EmailTemplate<'_>) -> sqlx::Result<()> {
    let id = MailId::random(&idp.random, idp.clock.now());
    let body = MailBody { text: template.text(), html: template.html(idp.host()) };
    let mail = NewMail {
        id: &id,
        recipient,
        subject: &template.subject,
        body: &body,
        created_at: idp.now(),
        is_sent: idp.outbox.is_configured(),
    };
    mails::insert(tx, &idp.sealer, &mail).await?;
    idp.outbox.wake();
    Ok(())
}

impl Idp {
    /// Lists the newest mails, or the newest ones older than `before`.
    ///
    /// Mails contain links that give access to accounts, so the caller must check that the reader may see the mails of
    /// all users.
    pub(super) async fn mails(&self, before: Option<&MailId>, limit: i64) -> sqlx::Result<Vec<Mail>> {
        let mut tx = self.database.read().await?;
        let before = match before {
            Some(id) => mails::find(&mut tx, id).await?,
            None => None,
        };
        mails::list(&mut tx, before.as_ref(), limit).await
    }

    /// Finds a mail. The caller must check the same permission as for [`Idp::mails`].
    pub(super) async fn mail(&self, id: &MailId) -> sqlx::Result<Option<Mail>> {
        mails::find(&mut self.database.read().await?, id).await
    }
}
