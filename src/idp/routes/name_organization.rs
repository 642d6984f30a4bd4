//! `GET` and `POST /u/organization-name`: asks for the organization before the sign-in.
//!
//! The user enters its name, or an email address if the client allows discovery by the address's domain. This only
//! chooses the organization: the user must be a member of it, and may sign in with any address.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Redirect, Response},
};

use crate::{
    idp::{
        authentication,
        flow::{login::Login, next_step, redirect, screen::Step},
        form,
        page_error::PageError,
        pages::{self, name_organization::FormInput},
        parameters::Parameters,
        state::Idp,
        store::{
            discovery_domains, login_transactions,
            organizations::{self, Organization},
        },
    },
    kernel::database::Tx,
};

const NO_SUCH_NAME: &str = "No organization has this name. Check the spelling.";
const NO_SUCH_DOMAIN: &str = "No organization uses this email address. Check the spelling.";
const NOT_AN_EMAIL: &str = "Enter an email address, for example ann@example.com.";

pub async fn show(State(idp): State<Idp>, headers: HeaderMap, parameters: Parameters) -> Result<Response, PageError> {
    let mut tx = idp.database.read().await?;
    let login = Login::open(&idp, &mut tx, &headers, &parameters).await?;
    if !next_step::must_name_organization(&login.request, &login.client) {
        return Ok(redirect::to_login(&login));
    }
    Ok(pages::name_organization::page(&idp, &login, FormInput::default()).into_response())
}

/// Accepts a name, an email address, or the choice among several organizations with the same domain.
pub async fn submit(State(idp): State<Idp>, headers: HeaderMap, parameters: Parameters) -> Result<Response, PageError> {
    let mut tx = idp.database.write().await?;
    let mut login = Login::open(&idp, &mut tx, &headers, &parameters).await?;
    if !next_step::must_name_organization(&login.request, &login.client) {
        return Ok(redirect::to_login(&login));
    }

    // Find the organization
    let typed = parameters.text("email");
    let found = if login.client.is_discovered_by("email") && parameters.fault("email").is_none() && !typed.is_empty() {
        by_email(&mut tx, typed, parameters.get("organization")).await?
    } else if login.client.is_discovered_by("organization_name") {
        by_name(&mut tx, parameters.text("organization_name")).await?
    } else {
        Found::Nothing(FormInput { email_error: Some(NOT_AN_EMAIL), ..FormInput::default() })
    };
    let organization = match found {
        Found::One(organization) => organization,
        Found::Several(organizations) => {
            return Ok(pages::name_organization::picker(&idp, &login, typed, &organizations).into_response());
        }
        Found::Nothing(input) => {
            let input = FormInput { email: typed, name: parameters.text("organization_name"), ..input };
            let page = pages::name_organization::page(&idp, &login, input);
            return Ok(page.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response());
        }
    };

    // Continue the login with the organization
    login.request.organization = Some(organization.id);
    if let Some(email) = form::email(typed) {
        login.request.login_hint = Some(email);
    }
    login_transactions::update_request(&mut tx, &login.state, &login.request).await?;
    let session = authentication::current_session(&idp, &mut tx, &headers).await?;
    let next = next_step::first(&mut tx, &login.request, &login.client, session.as_ref(), idp.now()).await?;
    let response = match (next, session) {
        (Step::Show(screen), _) if !screen.is_after_sign_in() => {
            Redirect::to(&screen.address(&login.state)).into_response()
        }
        (next, Some(session)) => login.proceed(&idp, &mut tx, &session, next).await?,
        (Step::Refuse(error), None) => login.refuse(&mut tx, error).await?,
        (_, None) => return Err(PageError::Expired),
    };
    tx.commit().await?;
    Ok(response)
}

/// Result of searching for the organization.
enum Found {
    One(Organization),
    Several(Vec<Organization>),
    /// No organization was found. Contains the error to show.
    Nothing(FormInput<'static>),
}

async fn by_name(tx: &mut Tx, typed: &str) -> sqlx::Result<Found> {
    let found = organizations::by_name(tx, &typed.trim().to_lowercase()).await?;
    let input = FormInput { name_error: Some(NO_SUCH_NAME), ..FormInput::default() };
    Ok(found.map_or(Found::Nothing(input), Found::One))
}

/// Finds the organizations with the domain of the typed address, or only the chosen one of them.
async fn by_email(tx: &mut Tx, typed: &str, chosen: Option<&str>) -> sqlx::Result<Found> {
    let nothing = |text: &'static str| Found::Nothing(FormInput { email_error: Some(text), ..FormInput::default() });
    let Some(email) = form::email(typed) else { return Ok(nothing(NOT_AN_EMAIL)) };
    let domain = email.rsplit('@').next().unwrap_or_default();
    let mut held = discovery_domains::organizations_of(tx, domain).await?;
    if let Some(chosen) = chosen {
        held.retain(|organization| organization.id.as_str() == chosen);
    }
    let first = held.pop();
    Ok(match first {
        None => nothing(NO_SUCH_DOMAIN),
        Some(one) if held.is_empty() => Found::One(one),
        Some(one) => {
            held.push(one);
            Found::Several(held)
        }
    })
}
