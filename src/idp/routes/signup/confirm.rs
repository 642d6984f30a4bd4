//! `GET` and `POST /u/signup/confirm`: the page behind the mailed link.
//!
//! Receiving the mail proves that a person owns the address, not that this person signed up: anyone can enter the
//! address of another person with a password of their own, and wait until the owner follows the link. So a browser that
//! did not begin the sign-up must also send the password of the sign-up. The account then belongs to a person who owns
//! the address and knows the password, and an owner who did not sign up cannot create the account by mistake.
//!
//! Asking for a new password here would be as safe. But it would create accounts that the owner did not request, and
//! users who read mail on another device would have to choose a password twice. A user who forgot the password can sign
//! up again.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
};

use crate::{
    idp::{
        authentication::{self, PasswordRefused, RequestSource},
        flow::{login::Login, sign_in},
        page_error::PageError,
        pages::{
            Page, password_refusal,
            signup::{confirm as page, confirm::SignUpView},
        },
        parameters::Parameters,
        requester::Requester,
        sign_ups::{self, Outcome},
        state::Idp,
        store::{
            clients::{self, Client},
            connections,
            organizations::{self, Organization},
            sign_ups as store,
            sign_ups::SignUp,
        },
    },
    kernel::database::Tx,
};

/// A sign-up with a valid link.
struct OpenedSignUp<'a> {
    ticket: &'a str,
    sign_up: SignUp,
    client: Client,
    organization: Option<Organization>,
    /// Whether this browser began the sign-up.
    is_same_browser: bool,
    /// Login of the sign-up, if this browser can continue it.
    login: Option<Login>,
}

impl<'a> OpenedSignUp<'a> {
    async fn open(idp: &Idp, tx: &mut Tx, headers: &HeaderMap, parameters: &'a Parameters) -> Result<Self, PageError> {
        let ticket = parameters.get("ticket").ok_or(PageError::SignUpGone)?;
        let sign_up = store::find(tx, ticket, idp.now()).await?.ok_or(PageError::SignUpGone)?;
        if !connections::is_sign_up_open(tx, sign_up.organization_id.as_ref()).await? {
            return Err(PageError::SignUpClosed);
        }
        let client = clients::find(tx, sign_up.client_id.as_str()).await?.ok_or(PageError::SignUpGone)?;
        let organization = match &sign_up.organization_id {
            Some(id) => organizations::find(tx, id).await?,
            None => None,
        };
        let browser = idp.cookies.browser.read(headers);
        let is_same_browser = browser.is_some_and(|browser| sign_up.browser_hash.matches(browser));
        let login = Login::resume_if_any(idp, tx, headers, &sign_up.login_state).await?;
        let login = login.filter(|login| is_same_browser && login.options.database);
        Ok(Self { ticket, sign_up, client, organization, is_same_browser, login })
    }

    fn view(&self) -> SignUpView<'_> {
        let Self { sign_up, client, organization, login, .. } = self;
        SignUpView { sign_up, client, organization: organization.as_ref(), login: login.as_ref() }
    }

    fn page(&self, idp: &Idp, error: Option<&str>) -> Page {
        page::page(idp, self.ticket, self.view(), !self.is_same_browser, error)
    }

    fn request_source(&'a self, requester: &'a Requester) -> RequestSource<'a> {
        RequestSource { requester, client: Some(&self.client.id), organization: self.sign_up.organization_id.as_ref() }
    }
}

/// Asks for a click, because mail scanners follow links and must not create accounts.
pub async fn show(State(idp): State<Idp>, headers: HeaderMap, parameters: Parameters) -> Result<Response, PageError> {
    let opened = OpenedSignUp::open(&idp, &mut idp.database.read().await?, &headers, &parameters).await?;
    Ok(opened.page(&idp, None).into_response())
}

/// Creates the account, and continues the login if it is open in this browser.
pub async fn submit(
    State(idp): State<Idp>,
    headers: HeaderMap,
    requester: Requester,
    parameters: Parameters,
) -> Result<Response, PageError> {
    let opened = OpenedSignUp::open(&idp, &mut idp.database.read().await?, &headers, &parameters).await?;

    // Verify the password, unless this browser began the sign-up
    if !opened.is_same_browser
        && let Err(refused) = check_password(&idp, &opened, parameters.text("password"), &requester).await?
    {
        let (status, message) = match refused {
            PasswordRefused::Wrong => (StatusCode::BAD_REQUEST, "Wrong password.".to_owned()),
            PasswordRefused::TooManyAttempts(_) => password_refusal::describe(&idp, refused),
        };
        let page = opened.page(&idp, Some(&message)).with_status(status);
        return Ok(password_refusal::on_page(&idp, page, refused).into_response());
    }

    // Create the account, unless another request did since the sign-up was found
    let mut tx = idp.database.write().await?;
    let opened = OpenedSignUp::open(&idp, &mut tx, &headers, &parameters).await?;
    let outcome =
        sign_ups::finish(&mut tx, &idp, opened.ticket, &opened.sign_up, opened.request_source(&requester)).await?;
    let user = match outcome {
        Outcome::Created(user) => user,
        Outcome::Taken => {
            tx.commit().await?;
            return Ok(page::taken(&idp, opened.view()).into_response());
        }
        Outcome::Gone => return Err(PageError::SignUpGone),
    };

    // Sign the user in and continue the login
    let response = match &opened.login {
        Some(login) => sign_in::sign_in(&idp, &mut tx, &headers, login, &user, &requester).await?,
        None => page::done(&idp, opened.view()).into_response(),
    };
    tx.commit().await?;
    Ok(response)
}

async fn check_password(
    idp: &Idp,
    opened: &OpenedSignUp<'_>,
    typed: &str,
    requester: &Requester,
) -> sqlx::Result<Result<(), PasswordRefused>> {
    let SignUp { email, password_hash, .. } = &opened.sign_up;
    authentication::check_password_hash(idp, email, typed, Some(password_hash), opened.request_source(requester)).await
}
