//! Domains that the provider uses to discover an organization (`/organizations/{id}/discovery-domains`).

use axum::http::Method;
use serde::Deserialize;
use serde_json::json;

use super::{
    client::Management,
    error::{ManagementError, none_if_not_found},
};

#[derive(Debug, Deserialize)]
struct DiscoveryDomain {
    /// `ord_…`
    id: String,
}

impl Management {
    /// Adds `domain` to the organization as verified, or updates it.
    pub async fn put_domain(
        &self,
        organization: &str,
        domain: &str,
        is_discoverable: bool,
    ) -> Result<(), ManagementError> {
        let path = ["organizations", organization, "discovery-domains"];
        if let Some(existing) = self.discovery_domain(organization, domain).await? {
            let body = json!({ "status": "verified", "use_for_organization_discovery": is_discoverable });
            return self.send(Method::PATCH, &[path[0], path[1], path[2], &existing.id], Some(&body)).await;
        }
        let body = json!({ "domain": domain, "status": "verified", "use_for_organization_discovery": is_discoverable });
        self.send(Method::POST, &path, Some(&body)).await
    }

    /// Removes `domain` from the organization, if it exists.
    pub async fn remove_domain(&self, organization: &str, domain: &str) -> Result<(), ManagementError> {
        let Some(existing) = self.discovery_domain(organization, domain).await? else { return Ok(()) };
        let path = ["organizations", organization, "discovery-domains", &existing.id];
        none_if_not_found(self.send(Method::DELETE, &path, None).await).map(drop)
    }

    async fn discovery_domain(
        &self,
        organization: &str,
        domain: &str,
    ) -> Result<Option<DiscoveryDomain>, ManagementError> {
        none_if_not_found(self.get(&["organizations", organization, "discovery-domains", "name", domain], &[]).await)
    }
}
