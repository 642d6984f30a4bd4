//! Which addresses the provider calls for people.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::{Router, http::StatusCode};
use serde_json::json;
use tessera::testing::kernel::client_address::NetworkList;

use crate::support::{ABC, Provider, peer::connect};

/// A service of this machine that counts its requests.
struct Service {
    port: u16,
    requests: Arc<AtomicUsize>,
}

impl Service {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (port, requests) = (listener.local_addr().unwrap().port(), Arc::new(AtomicUsize::new(0)));
        let counted = requests.clone();
        let router = Router::new().fallback(move || {
            counted.fetch_add(1, Ordering::SeqCst);
            std::future::ready(StatusCode::OK)
        });
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { port, requests }
    }

    fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

#[tokio::test]
async fn an_issuer_within_the_network_is_not_called_unless_allowed() {
    let service = Service::start().await;
    for (allowed, requests) in [("", 0), ("10.0.0.0/8", 0), ("127.0.0.0/8", 1)] {
        let provider = Provider::start_with(|config| config.outbound_allow = allowed.parse().unwrap()).await;
        // The name says nothing; the address that it resolves to does.
        connect(&provider, &format!("http://localhost:{}", service.port), json!({})).await;
        let browser = provider.browser();
        let state = browser.begin("/u/federate", &[("connection", "corp")]).await;
        let page = browser.get(&format!("u/federate?state={state}")).await;
        assert_eq!(page.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(service.requests(), requests, "{allowed:?}");
    }
}

#[tokio::test]
async fn a_logout_address_within_the_network_is_not_called_unless_the_operator_configured_it() {
    let (own, other) = (Service::start().await, Service::start().await);
    let url = |service: &Service| format!("http://127.0.0.1:{}/logout", service.port);
    let provider = Provider::start_with(|config| {
        config.outbound_allow = NetworkList::default();
        config.clients[0].backchannel_logout_urls = vec![url(&own)];
    })
    .await;
    let urls = json!([url(&own), url(&other)]).to_string();
    let statement = format!("UPDATE clients SET backchannel_logout_urls = '{urls}' WHERE id = 'web'");
    provider.sql(statement.leak()).await;
    provider.sign_in("joe@example.com", &[("organization", ABC)]).await;
    let browser = provider.browser();
    browser.post("u/reset-password/request", &[("email", "joe@example.com")]).await;
    let ticket = provider.mail_to("joe@example.com").await.ticket("/u/reset-password");
    browser.post("u/reset-password", &[("ticket", &ticket), ("password", "a brand new password")]).await;
    provider.idp.close().await;
    assert_eq!((own.requests(), other.requests()), (1, 0));
}
