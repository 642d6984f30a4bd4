//! The domains by which the provider finds an organization (`/organizations/{id}/discovery-domains`).

use axum::http::Method;
use serde::Deserialize;
use serde_json::json;

use super::{
    client::Management,
    error::{ManagementError, found},
};

#[derive(Debug, Deserialize)]
struct DiscoveryDomain {
    /// `ord_…`
    id: String,
}

impl Management {
    /// Notes that `domain`, which was proven here, is the organization's.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn put_domain(
        &self,
        organization: &str,
        domain: &str,
        is_discoverable: bool,
    ) -> Result<(), ManagementError> {
        let path = ["organizations", organization, "discovery-domains"];
        if let Some(known) = self.discovery_domain(organization, domain).await? {
            let body = json!({ "status": "verified", "use_for_organization_discovery": is_discoverable });
            return self.send(Method::PATCH, &[path[0], path[1], path[2], &known.id], Some(&body)).await;
        }
        let body = json!({ "domain": domain, "status": "verified", "use_for_organization_discovery": is_discoverable });
        self.send(Method::POST, &path, Some(&body)).await
    }

    /// Notes that `domain` is not the organization's any more.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn remove_domain(&self, organization: &str, domain: &str) -> Result<(), ManagementError> {
        let Some(known) = self.discovery_domain(organization, domain).await? else { return Ok(()) };
        let path = ["organizations", organization, "discovery-domains", &known.id];
        found(self.send(Method::DELETE, &path, None).await).map(drop)
    }

    async fn discovery_domain(
        &self,
        organization: &str,
        domain: &str,
    ) -> Result<Option<DiscoveryDomain>, ManagementError> {
        found(self.get(&["organizations", organization, "discovery-domains", "name", domain], &[]).await)
    }
}
