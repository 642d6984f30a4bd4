//! A person in a browser who signs in at the built-in provider.

use reqwest::{Client, header::ORIGIN};
use url::Url;

use super::place::Ports;

/// The password of the demo people, and of those in the fixture.
const PASSWORD: &str = "tessera-demo";

/// A signed-in browser.
pub struct Visitor {
    client: Client,
    application: Url,
}

impl Visitor {
    /// Signs the person in to the organization through the pages of the provider.
    pub async fn sign_in(ports: Ports, email: &str, organization: &str) -> Self {
        let client = Client::builder().cookie_store(true).no_proxy().build().unwrap();
        let visitor = Self { client, application: ports.application() };
        let form = visitor.client.get(visitor.url(&format!("o/{organization}"))).send().await.unwrap();
        let login = form.url().clone();
        let state = login.query_pairs().find(|(name, _)| name == "state");
        let (_, state) = state.unwrap_or_else(|| panic!("{login} is no login"));
        let issuer = ports.issuer();
        let request = visitor
            .client
            .post(format!("{issuer}u/login"))
            .header(ORIGIN, issuer.trim_end_matches('/'))
            .form(&[("state", &*state), ("email", email), ("password", PASSWORD)]);
        let page = request.send().await.unwrap();
        assert_eq!(page.url().path().trim_end_matches('/'), format!("/o/{organization}"), "{}", page.url());
        visitor
    }

    fn url(&self, path: &str) -> Url {
        self.application.join(path).unwrap()
    }

    /// Returns a page, which must be there.
    pub async fn page(&self, path: &str) -> String {
        let response = self.client.get(self.url(path)).send().await.unwrap();
        assert_eq!((response.status().as_u16(), response.url().path()), (200, self.url(path).path()), "{path}");
        response.text().await.unwrap()
    }

    /// Waits until a page holds `text`, in any case. The index of the search is made after the start.
    pub async fn finds(&self, path: &str, text: &str) {
        for _ in 0..200 {
            if self.page(path).await.to_lowercase().contains(text) {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("{path} does not hold {text}");
    }

    /// Sends a form of a server function as a browser without scripts does.
    pub async fn post(&self, function: &str, fields: &[(&str, &str)]) {
        let origin = self.application.origin().ascii_serialization();
        let request = self.client.post(self.url(&format!("fn/{function}"))).header(ORIGIN, origin).form(fields);
        let response = request.send().await.unwrap();
        assert!(response.status().is_success(), "{function}: {}", response.status());
    }
}
