//! Requests for another host than the issuer's are refused, as DNS rebinding makes them.

use reqwest::{Client, Method, RequestBuilder, StatusCode, header};

use crate::support::Provider;

const FOREIGN: [&str; 4] = ["evil.example", "localhost", "127.0.0.1", "sub.127.0.0.1"];

fn request(provider: &Provider, method: Method, path: &str, host: &str) -> RequestBuilder {
    Client::new().request(method, format!("{}{path}", provider.issuer)).header(header::HOST, host)
}

#[tokio::test]
async fn a_foreign_host_reads_nothing() {
    let provider = Provider::start().await;
    provider.idp.invite("abc-inc", "first@example.com", "Carol", &[]).await.unwrap();
    let port = provider.issuer.trim_end_matches('/').rsplit_once(':').unwrap().1.to_owned();
    let mail = provider.mail_to("first@example.com").await.path;
    let paths = ["", "mailbox", &mail, ".well-known/openid-configuration", "console/sign-in", "api/v2/users", "none"];
    for path in paths {
        for host in
            FOREIGN.map(str::to_owned).into_iter().chain([format!("evil.example:{port}"), format!("localhost:{port}")])
        {
            let response = request(&provider, Method::GET, path, &host).send().await.unwrap();
            assert_eq!(response.status(), StatusCode::MISDIRECTED_REQUEST, "{host} {path}");
            let body: serde_json::Value = response.json().await.unwrap();
            assert_eq!(body["error"], "misdirected_request");
        }
    }
    let own = provider.issuer.trim_start_matches("http://").trim_end_matches('/');
    let response = request(&provider, Method::GET, "mailbox", own).send().await.unwrap();
    assert!(response.text().await.unwrap().contains("first@example.com"));
}

#[tokio::test]
async fn a_foreign_host_changes_nothing() {
    let provider = Provider::start().await;
    let form = [("client_id", "web"), ("email", "joe@example.com"), ("connection", "Username-Password-Authentication")];
    for path in ["dbconnections/change_password", "oauth/token", "u/reset-password/request"] {
        let response = request(&provider, Method::POST, path, "evil.example").form(&form).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::MISDIRECTED_REQUEST, "{path}");
    }
    assert_eq!(provider.row::<(i64,)>("SELECT COUNT(*) FROM mails").await, (0,));
}

#[tokio::test]
async fn a_browser_sees_a_page_that_names_the_issuer() {
    let provider = Provider::start().await;
    let request = request(&provider, Method::GET, "mailbox", "evil.example");
    let response = request.header(header::ACCEPT, "text/html,application/xhtml+xml").send().await.unwrap();
    assert_eq!(response.status(), StatusCode::MISDIRECTED_REQUEST);
    let page = response.text().await.unwrap();
    assert!(page.contains("This address is not used here") && page.contains(&provider.issuer), "{page}");
    assert!(!page.contains("You are at"), "{page}");
    // The style sheet is refused as well, so the logo has a size of its own.
    assert!(page.contains(r#"<svg class="avatar logo" width="#), "{page}");
}
