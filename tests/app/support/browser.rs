//! A browser that keeps cookies and follows no redirects.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use leptos::server_fn::{Protocol, ServerFn};
use reqwest::{Client, Method, RequestBuilder, header};
use serde::{Serialize, de::DeserializeOwned};
use tessera::testing::domain::errors::AppError;
use url::Url;

use super::{Organization, Person, app::TestApp, provider::Provider, tokens::Grant};

/// An HTTP answer of the application.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: header::HeaderMap,
    pub body: String,
}

impl Answer {
    /// Returns the value of a header, or an empty string if it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Returns the target of a redirect.
    pub fn location(&self) -> &str {
        self.header("location")
    }

    #[track_caller]
    pub fn assert_status(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }

    #[track_caller]
    pub fn assert_leads_to(self, location: &str) -> Self {
        assert_eq!((self.status, self.location()), (303, location), "{}", self.body);
        self
    }

    /// Asserts a redirect with status 302, which Leptos pages use.
    #[track_caller]
    pub fn assert_page_leads_to(self, location: &str) -> Self {
        assert_eq!((self.status, self.location()), (302, location), "{}", self.body);
        self
    }

    #[track_caller]
    pub fn assert_says(self, text: &str) -> Self {
        assert!(self.body.contains(text), "{text:?} is not in: {}", self.body);
        self
    }
}

/// The authorization request that `/login` redirects to.
#[derive(Debug)]
pub struct Authorization {
    parameters: BTreeMap<String, String>,
}

impl Authorization {
    /// Parses the authorization URL that a sign-in redirects to.
    pub fn of(target: &str) -> Self {
        let target = Url::parse(target).unwrap();
        assert!(target.path().ends_with("/authorize"), "{target}");
        Self { parameters: target.query_pairs().into_owned().collect() }
    }

    /// Returns a parameter, or an empty string if it is missing.
    pub fn get(&self, name: &str) -> &str {
        self.parameters.get(name).map_or("", String::as_str)
    }

    /// Creates the provider's grant for `sub`.
    pub fn grant(&self, provider: &Provider, sub: &str) -> Grant {
        let organization = Some(self.get("organization")).filter(|organization| !organization.is_empty());
        let mut grant = provider.grant(sub, organization);
        grant.id_token.set("nonce", self.get("nonce"));
        self.get("code_challenge").clone_into(&mut grant.challenge);
        grant
    }

    /// Builds the callback address with `code`.
    pub fn callback(&self, code: &str) -> String {
        format!("/callback?state={}&code={code}", self.get("state"))
    }
}

/// A browser with its cookies. Its clones share the cookies, as tabs do.
#[derive(Clone)]
pub struct Browser {
    base: Url,
    client: Client,
    pub cookies: Arc<Mutex<BTreeMap<String, String>>>,
}

impl Browser {
    pub fn new(base: Url, client: Client) -> Self {
        Self { base, client, cookies: Arc::default() }
    }

    /// Returns a second browser with a copy of the cookies, like a thief of the session.
    pub fn copy(&self) -> Self {
        let cookies = Arc::new(Mutex::new(self.cookies.lock().unwrap().clone()));
        Self { base: self.base.clone(), client: self.client.clone(), cookies }
    }

    /// Returns a tab of this browser that connects to another address of the application.
    pub fn at(&self, base: Url) -> Self {
        Self { base, ..self.clone() }
    }

    /// Builds a request with this browser's cookies.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let cookies: Vec<_> =
            self.cookies.lock().unwrap().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = self.client.request(method, format!("{}{}", self.base, path.trim_start_matches('/')));
        if cookies.is_empty() { request } else { request.header(header::COOKIE, cookies.join("; ")) }
    }

    /// Sends a request and keeps the cookies of the answer.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        for cookie in headers.get_all(header::SET_COOKIE) {
            let (pair, attributes) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            let mut cookies = self.cookies.lock().unwrap();
            if attributes.contains("Max-Age=0") {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Answer { status, headers, body: response.text().await.unwrap() }
    }

    /// Opens a page.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path).header(header::ACCEPT, "text/html")).await
    }

    /// Submits a plain form of `page`, as a browser without WASM does.
    pub async fn post_form(&self, page: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(self.form_request(page, action).form(fields)).await
    }

    /// Posts a body of another type from `page`, as a browser sends a form with a file.
    pub async fn post_body(&self, page: &str, action: &str, content_type: &str, body: Vec<u8>) -> Answer {
        self.send(self.form_request(page, action).header(header::CONTENT_TYPE, content_type).body(body)).await
    }

    fn form_request(&self, page: &str, action: &str) -> RequestBuilder {
        self.request(Method::POST, action)
            .header(header::ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8")
            .header(header::ORIGIN, self.base.origin().ascii_serialization())
            .header(header::REFERER, format!("{}{}", self.base, page.trim_start_matches('/')))
            .header("sec-fetch-site", "same-origin")
    }

    /// Submits the plain form of a server function on `page`, as a browser without WASM does.
    pub async fn submit<F: ServerFn>(&self, page: &str, fields: &[(&str, &str)]) -> Answer {
        self.post_form(page, F::PATH, fields).await
    }

    /// Calls a server function as the WASM client does: the client code of `server_fn` encodes its arguments.
    pub async fn call<F>(&self, function: F) -> Result<F::Output, AppError>
    where
        F: ServerFn<Error = AppError> + Serialize,
        F::Output: DeserializeOwned,
    {
        let arguments = serde_qs::to_string(&function).unwrap();
        let method = method_of::<F>();
        let request = match method {
            Method::GET => self.request(method, &format!("{}?{arguments}", F::PATH)),
            _ => self
                .request(method, F::PATH)
                .header(header::ORIGIN, self.base.origin().ascii_serialization())
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(arguments),
        };
        outcome(&self.send(request.header(header::ACCEPT, "application/json")).await)
    }

    /// Posts fields to a server function in a combination that no page of the application sends.
    pub async fn call_raw<T: DeserializeOwned>(&self, function: &str, fields: &[(&str, &str)]) -> Result<T, AppError> {
        let request = self
            .request(Method::POST, &format!("/fn/{function}"))
            .header(header::ACCEPT, "application/json")
            .header(header::ORIGIN, self.base.origin().ascii_serialization());
        outcome(&self.send(request.form(fields)).await)
    }

    /// Starts a sign-in with `query`; returns the authorization request.
    pub async fn begin(&self, query: &str) -> Authorization {
        let answer = self.get(&format!("/login?{query}")).await.assert_status(303);
        Authorization::of(answer.location())
    }

    /// Signs in as `person` with the query of `/login`; returns the answer of the callback.
    pub async fn go_through(&self, app: &TestApp, person: Person, query: &str) -> Answer {
        let authorization = self.begin(query).await;
        let code = app.provider.code(authorization.grant(&app.provider, person));
        self.get(&authorization.callback(&code)).await
    }

    /// Signs `person` in to `organization`.
    pub async fn sign_in(&self, app: &TestApp, person: Person, organization: Organization) {
        let authorization = self.begin(&format!("organization={}", organization.id)).await;
        let code = app.provider.code(authorization.grant(&app.provider, person));
        self.get(&authorization.callback(&code)).await.assert_leads_to(&format!("/o/{}", organization.slug));
    }
}

/// The HTTP method of a server function.
const fn method_of<F: ServerFn>() -> Method {
    <F::Protocol as Protocol<
        F,
        F::Output,
        F::Client,
        F::Server,
        F::Error,
        F::InputStreamError,
        F::OutputStreamError,
    >>::METHOD
}

/// Parses an answer and asserts that its status matches its error.
fn outcome<T: DeserializeOwned>(answer: &Answer) -> Result<T, AppError> {
    if answer.status == 200 {
        return Ok(serde_json::from_str(&answer.body).unwrap());
    }
    let error: AppError = serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{answer:?}"));
    assert_eq!(answer.status, error.status(), "{error:?}");
    Err(error)
}
