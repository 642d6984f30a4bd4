//! `GET` and `POST /u/invitation`
//!
//! Auth0 shows this page whoever is signed in, and so does this. It documents that accepting while signed in as
//! somebody else consumes the invitation and adds nobody; that can happen there because other accounts can be chosen
//! on its page. Here the address is fixed and the page always asks for the password of that very address, so whoever
//! accepts is the invited person: they become the member, and their session takes the place of the other one.

use crate::database::Tx;
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
};

use super::{PageError, login};
use crate::idp::{
    Idp,
    authorization::CallbackError,
    flow::Login,
    form,
    id::UserId,
    pages::{self, invitation::Draft},
    parameters::{ClientAddress, Parameters},
    password, signin,
    store::{
        connections,
        invitations::{self, Invitation},
        organizations::{self, Organization},
        users::{self, NewUser, User},
    },
};

/// A login that is about an invitation still open.
struct Invited {
    login: Login,
    invitation: Invitation,
    organization: Organization,
    user: Option<User>,
}

impl Invited {
    /// `Err` holds the response of a login whose invitation is gone.
    async fn open(
        idp: &Idp,
        tx: &mut Tx,
        headers: &HeaderMap,
        parameters: &Parameters,
    ) -> Result<Result<Self, Login>, PageError> {
        let login = Login::open(idp, tx, headers, parameters).await?;
        let id = login.request.invitation.clone().ok_or(PageError::NotFound)?;
        let Some(invitation) = invitations::find(tx, &id, idp.now()).await? else { return Ok(Err(login)) };
        let Some(organization) = organizations::find(tx, &invitation.organization_id).await? else {
            return Ok(Err(login));
        };
        let user = users::with_password(tx, &invitation.email).await?;
        Ok(Ok(Self { login, invitation, organization, user }))
    }

    fn page(&self, idp: &Idp, draft: Draft<'_>) -> pages::Page {
        let has_account = self.user.is_some();
        pages::invitation::page(idp, &self.login, &self.invitation, &self.organization, has_account, draft)
    }
}

pub async fn show(State(idp): State<Idp>, headers: HeaderMap, parameters: Parameters) -> Result<Response, PageError> {
    let opened = Invited::open(&idp, &mut idp.0.database.read().await?, &headers, &parameters).await?;
    match opened {
        Ok(invited) => Ok(invited.page(&idp, Draft::default()).into_response()),
        Err(login) => gone(&idp, &login).await,
    }
}

/// Accepts: makes the account if there is none, the membership with its roles, and signs in.
pub async fn submit(
    State(idp): State<Idp>,
    headers: HeaderMap,
    ClientAddress(address): ClientAddress,
    parameters: Parameters,
) -> Result<Response, PageError> {
    let opened = Invited::open(&idp, &mut idp.0.database.read().await?, &headers, &parameters).await?;
    let invited = match opened {
        Ok(invited) => invited,
        Err(login) => return gone(&idp, &login).await,
    };

    // Let an existing person prove who they are
    let (email, typed) = (&invited.invitation.email, parameters.text("password"));
    let mut new = None;
    if invited.user.is_some() {
        if let Err(refused) = signin::check_password(&idp, email, typed, &address).await? {
            let (status, message) = match refused {
                signin::Refused::Wrong => (StatusCode::BAD_REQUEST, "Wrong password.".to_owned()),
                signin::Refused::TooMany(_) => login::refusal(&idp, refused),
            };
            let draft = Draft { form_error: Some(&message), ..Draft::default() };
            let page = invited.page(&idp, draft).with_status(status);
            return Ok(login::refused_page(&idp, page, refused).into_response());
        }
    } else {
        // Or check what a new one chose
        let name = form::name(parameters.text("name"));
        let draft = Draft {
            name: parameters.text("name"),
            name_error: name.err(),
            password_error: password::objection(typed, email),
            form_error: None,
        };
        match name {
            Ok(name) if draft.password_error.is_none() => {
                new = Some((name, idp.0.passwords.hash(typed, &idp.0.random).await?));
            }
            _ => {
                let page = invited.page(&idp, draft);
                return Ok(page.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response());
            }
        }
    }

    // Accept, unless somebody did meanwhile
    let mut tx = idp.0.database.write().await?;
    let now = idp.now();
    let Ok(Invited { login, invitation, organization, .. }) =
        Invited::open(&idp, &mut tx, &headers, &parameters).await?
    else {
        drop(tx);
        return gone(&idp, &invited.login).await;
    };
    if let Some((name, password_hash)) = &new {
        let id = UserId::random(&idp.0.random);
        let connection = connections::default(&mut tx).await?;
        let user = NewUser {
            id: &id,
            connection_id: &connection.id,
            email: &invitation.email,
            email_verified: true,
            name,
            password_hash: Some(password_hash),
        };
        if !users::insert(&mut tx, &user, now).await? {
            // The address got an account meanwhile: its password must be asked for.
            drop(tx);
            return show(State(idp), headers, parameters).await;
        }
    }
    let user = users::with_password(&mut tx, &invitation.email).await?.ok_or(PageError::Expired)?;
    users::verify_email(&mut tx, &user.id, now).await?;
    organizations::add_member(&mut tx, &organization.id, &user.id, &invitation.role_ids.0, now).await?;
    if !invitations::delete(&mut tx, &invitation.id).await? {
        drop(tx);
        return gone(&idp, &login).await;
    }

    // Sign in and go on
    let response = login::sign_in(&idp, &mut tx, &headers, &login, &user).await?;
    tx.commit().await?;
    Ok(response)
}

/// Tells the client that there is nothing to accept any more.
async fn gone(idp: &Idp, login: &Login) -> Result<Response, PageError> {
    let mut tx = idp.0.database.write().await?;
    let error = CallbackError::invalid_request("invitation not found or already used");
    let response = login.refuse(&mut tx, error).await?;
    tx.commit().await?;
    Ok(response)
}
