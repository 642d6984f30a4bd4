//! Computes the next step of a login.

use crate::{
    idp::{
        authorization::{AuthorizationRequest, CallbackError, Prompt},
        config::{OrganizationRequireBehavior as Behavior, OrganizationUsage as Usage},
        flow::{
            consent,
            screen::{Screen, Step},
        },
        id::OrganizationId,
        join,
        sign_in_options::SignInOptions,
        store::{
            clients::Client, connection_clients, connections, organization_connections, organizations,
            sessions::Session, users,
        },
    },
    kernel::{database::Tx, unix_time::UnixTime},
};

/// Computes the first step of an authorization request from the browser's session.
pub async fn first(
    tx: &mut Tx,
    request: &AuthorizationRequest,
    client: &Client,
    session: Option<&Session>,
    now: UnixTime,
) -> sqlx::Result<Step> {
    // An invitation is always shown, even if a user is signed in.
    if request.invitation.is_some() {
        return Ok(Step::Show(Screen::Invitation));
    }
    if must_name_organization(request, client) {
        return Ok(Step::Show(Screen::NameOrganization));
    }
    if let Some(session) = session.filter(|session| is_session_sufficient(request, session, now)) {
        let connection = connection_clients::of_user(tx, &session.user_id, &client.id).await?;
        // A session does not suffice if the client does not use its connection, or requested another one.
        if let Some(connection) = connection
            && request.connection.as_ref().is_none_or(|requested| *requested == connection)
        {
            if request.prompt == Prompt::SelectAccount {
                return Ok(Step::Show(Screen::ChooseAccount));
            }
            if let Some(user) = users::find(tx, &session.user_id).await? {
                join::apply_rules(tx, &user, request.organization.as_ref(), now).await?;
            }
            return after_sign_in(tx, request, client, session).await;
        }
    }
    let options =
        SignInOptions::find(tx, &client.id, request.organization.as_ref(), request.connection.as_ref()).await?;
    Ok(if options.is_empty() {
        let whose = if request.organization.is_some() { "organization" } else { "client" };
        Step::Refuse(CallbackError::invalid_request(format!("no connections enabled for the {whose}")))
    } else if request.connection.is_some() && !options.database {
        Step::Show(Screen::Federate)
    } else if request.sign_up
        && options.database
        && connections::is_sign_up_open(tx, request.organization.as_ref()).await?
    {
        Step::Show(Screen::SignUp)
    } else {
        Step::Show(Screen::Login)
    })
}

/// Whether the user must name an organization before signing in.
pub fn must_name_organization(request: &AuthorizationRequest, client: &Client) -> bool {
    request.organization.is_none()
        && client.organization_usage == Usage::Require
        && client.organization_require_behavior == Behavior::PreLoginPrompt
}

/// Whether an earlier sign-in satisfies the request. `max_age=0` requires a new sign-in, as `prompt=login` does.
pub fn is_session_sufficient(request: &AuthorizationRequest, session: &Session, now: UnixTime) -> bool {
    let age = now.since(session.authenticated_at).num_seconds();
    request.prompt != Prompt::Login && request.max_age.is_none_or(|max_age| max_age > 0 && age <= max_age)
}

/// Computes the step after the sign-in: first the organization, which includes the membership check, then consent.
pub async fn after_sign_in(
    tx: &mut Tx,
    request: &AuthorizationRequest,
    client: &Client,
    session: &Session,
) -> sqlx::Result<Step> {
    if users::is_blocked(tx, &session.user_id).await? {
        return Ok(Step::Refuse(CallbackError::blocked()));
    }
    let next = resolve_organization(tx, request, client, session).await?;
    Ok(match next {
        Step::Grant(organization)
            if consent::is_needed(tx, request, client, session, organization.as_ref()).await? =>
        {
            Step::Show(Screen::Consent)
        }
        next => next,
    })
}

/// Decides which organization the code is for, or which page asks for the organization.
pub async fn resolve_organization(
    tx: &mut Tx,
    request: &AuthorizationRequest,
    client: &Client,
    session: &Session,
) -> sqlx::Result<Step> {
    if let Some(organization) = &request.organization {
        return check_membership(tx, organization, session).await;
    }
    if must_name_organization(request, client) {
        return Ok(Step::Show(Screen::NameOrganization));
    }
    if request.has_chosen {
        return Ok(Step::Grant(None));
    }
    let prompts = client.organization_require_behavior == Behavior::PostLoginPrompt;
    Ok(match client.organization_usage {
        Usage::Allow | Usage::Require if prompts => {
            if !organizations::of_user(tx, &session.user_id).await?.is_empty() {
                Step::Show(Screen::ChooseOrganization)
            } else if client.organization_usage == Usage::Allow {
                Step::Grant(None)
            } else {
                let description = format!("user {} is not part of any organization", session.user_id);
                Step::Refuse(CallbackError::access_denied(description))
            }
        }
        Usage::Deny | Usage::Allow => Step::Grant(None),
        Usage::Require => {
            Step::Refuse(CallbackError::invalid_request("parameter organization is required for this client"))
        }
    })
}

/// Refuses users who are not members, or whose connection the organization does not use.
async fn check_membership(tx: &mut Tx, organization: &OrganizationId, session: &Session) -> sqlx::Result<Step> {
    let user = &session.user_id;
    if let Some(connection) = organization_connections::foreign_to(tx, organization, user).await? {
        let description = format!(
            "user {user} belongs to connection {connection} that is not part of the {organization} organization"
        );
        return Ok(Step::Refuse(CallbackError::access_denied(description)));
    }
    if organizations::has_member(tx, organization, user).await? {
        return Ok(Step::Grant(Some(organization.clone())));
    }
    let description = format!("user {user} is not part of the {organization} organization");
    Ok(Step::Refuse(CallbackError::access_denied(description)))
}
