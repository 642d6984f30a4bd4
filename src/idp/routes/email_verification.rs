//! `GET` and `POST /u/email-verification`: the page behind the mailed link.
//!
//! Receiving the mail proves that a person owns the address, not that this person created the account: anyone can
//! create one with the address of another person and a password of their own, and wait until the owner follows the
//! link. So the page asks for the password of the account, or for a new one that ends everything the old one opened.
//! Either way, whoever knows the password afterwards owns the address.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};

use crate::{
    idp::{
        accounts,
        authentication::{self, PasswordRefused, RequestSource},
        backchannel::LogoutNotifications,
        events::{self, Kind},
        page_error::PageError,
        pages::{Page, email_verification as page, email_verification::Ask, password_refusal},
        parameters::Parameters,
        password::policy::{self, Policy},
        requester::Requester,
        state::Idp,
        store::{
            tickets::{self, Kind as TicketKind},
            users::{self, User},
        },
    },
    kernel::database::Tx,
};

const GONE: PageError = PageError::TicketGone { again: None };

/// An unverified account whose link is valid.
struct Opened<'a> {
    ticket: &'a str,
    user: User,
    policy: Policy,
    /// Whether the page asks for a new password instead of the account's.
    is_new_password: bool,
}

impl<'a> Opened<'a> {
    async fn open(idp: &Idp, tx: &mut Tx, parameters: &'a Parameters) -> Result<Self, PageError> {
        let ticket = parameters.get("ticket").ok_or(GONE)?;
        let owner = accounts::find_ticket_owner(tx, TicketKind::EmailVerification, ticket, idp.now()).await?;
        // A ticket verifies an address once.
        let (user, policy) = owner.filter(|(user, _)| !user.email_verified).ok_or(GONE)?;
        let is_new_password = parameters.get(page::NEW_PASSWORD).is_some();
        Ok(Self { ticket, user, policy, is_new_password })
    }

    fn page(&self, idp: &Idp, error: Option<&str>) -> Page {
        let hint = self.policy.hint();
        let ask = if self.is_new_password { Ask::New { hint: &hint } } else { Ask::Current };
        page::page(idp, self.ticket, &self.user.email, ask, error)
    }
}

/// Asks for the password. The ticket stays valid, because mail scanners follow links.
pub async fn show(State(idp): State<Idp>, parameters: Parameters) -> Result<Response, PageError> {
    let opened = Opened::open(&idp, &mut idp.database.read().await?, &parameters).await?;
    Ok(opened.page(&idp, None).into_response())
}

/// Verifies the address if the password is the account's, or replaces the password and verifies the address.
pub async fn submit(
    State(idp): State<Idp>,
    requester: Requester,
    parameters: Parameters,
) -> Result<Response, PageError> {
    let opened = Opened::open(&idp, &mut idp.database.read().await?, &parameters).await?;
    let (typed, source) = (parameters.text("password"), RequestSource::from(&requester));

    // Validate the new password, or verify the account's.
    let new_hash = if opened.is_new_password {
        if let Some(issue) = policy::find_issue(&opened.policy, typed, &opened.user.email) {
            let page = opened.page(&idp, Some(&issue.sentence()));
            return Ok(page.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response());
        }
        Some(idp.passwords.hash(typed, &idp.random).await?)
    } else {
        let User { email, password_hash, .. } = &opened.user;
        let checked = authentication::check_password_hash(&idp, email, typed, password_hash.as_deref(), source).await?;
        if let Err(refused) = checked {
            let (status, message) = match refused {
                PasswordRefused::Wrong => (StatusCode::BAD_REQUEST, "Wrong password.".to_owned()),
                PasswordRefused::TooManyAttempts(_) => password_refusal::describe(&idp, refused),
            };
            let page = opened.page(&idp, Some(&message)).with_status(status);
            return Ok(password_refusal::on_page(&idp, page, refused).into_response());
        }
        None
    };

    // Verify the address, unless the account changed or another request used the link since it was found.
    let mut tx = idp.database.write().await?;
    let Opened { ticket, user, .. } = Opened::open(&idp, &mut tx, &parameters).await?;
    if user.password_hash != opened.user.password_hash
        || tickets::claim(&mut tx, TicketKind::EmailVerification, ticket, idp.now()).await?.is_none()
    {
        return Err(GONE);
    }
    let mut notifications = LogoutNotifications::default();
    if let Some(hash) = &new_hash {
        notifications = accounts::replace_password(&mut tx, &idp, &user, hash, source).await?;
    } else {
        users::update_email_verified(&mut tx, &user.id, idp.now()).await?;
    }
    events::record(&mut tx, &idp, source.event(Kind::EmailVerified, &user.email, Some(&user.id))).await?;
    tx.commit().await?;
    notifications.send(&idp);
    Ok(page::done(&idp, &user.email, new_hash.is_some()).into_response())
}
