//! Organizations that were created at the provider, in its console or by another program, and are set up here by the first
//! sign-in of an owner.

use std::time::Duration;

use crate::{
    domain::permissions::{Permissions, Role},
    server::{
        auth::{id_token::Claims, provision_member::FoundAtProvider},
        provider::{client::Management, error::ManagementError},
        state::AppState,
    },
};

/// How long a sign-in waits for the Management API. Without its answer the organization is set up at a later sign-in.
const TIMEOUT: Duration = Duration::from_secs(4);

/// Returns the organization `provider_id` for setting it up; `None` if the person with these claims is no owner there, or if its
/// name is not to be had. The claim `org_name` is missing unless the tenant allows names in tokens: then the API is asked.
pub async fn find(
    app: &AppState,
    provider_id: &str,
    claims: &Claims,
    granted: Option<Permissions>,
) -> Option<FoundAtProvider> {
    if granted.is_some_and(|granted| !granted.contain(Role::Owner.permissions())) {
        return None;
    }
    if let (Some(_), Some(name)) = (granted, &claims.org_name) {
        return Some(FoundAtProvider { name: name.clone(), display_name: name.clone(), granted });
    }
    let management = app.management.as_ref()?;
    match tokio::time::timeout(TIMEOUT, ask(management, provider_id, &claims.sub, granted)).await {
        Ok(Ok(found)) => found,
        Ok(Err(error)) => {
            tracing::warn!(%error, provider_id, "could not fetch a new organization");
            None
        }
        Err(_) => {
            tracing::warn!(provider_id, "fetching a new organization timed out");
            None
        }
    }
}

async fn ask(
    management: &Management,
    provider_id: &str,
    subject: &str,
    granted: Option<Permissions>,
) -> Result<Option<FoundAtProvider>, ManagementError> {
    // Without permissions in tokens, the role at the provider says who is an owner.
    if granted.is_none() && management.role_of_member(provider_id, subject).await? != Some(Role::Owner) {
        return Ok(None);
    }
    let organization = management.organization(provider_id).await?;
    Ok(organization.map(|organization| FoundAtProvider {
        display_name: organization
            .display_name
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| organization.name.clone()),
        name: organization.name,
        granted,
    }))
}
