//! A demo person who is signed in to a workspace, through the built-in provider.

use std::sync::Arc;

use reqwest::{
    Client, StatusCode,
    cookie::{CookieStore as _, Jar},
    header,
};
use serde_json::Value;

use super::Program;

/// The person, and where they work.
pub const EMAIL: &str = "alice@acme.example";
pub const WORKSPACE: &str = "acme";

/// A browser in which Alice is signed in to acme. Clones share its cookies.
#[derive(Clone)]
pub struct Person {
    client: Client,
    jar: Arc<Jar>,
    url: String,
}

/// An answer of the application.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub retry_after: Option<String>,
    pub text: String,
}

impl Answer {
    /// The kind of an error of a server function.
    pub fn kind(&self) -> String {
        let error: Value = serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("{self:?}"));
        error["kind"].as_str().unwrap().to_owned()
    }
}

impl Person {
    /// Signs in with the provider's login page.
    pub async fn sign_in(program: &Program) -> Self {
        let jar = Arc::new(Jar::default());
        let client = Client::builder().cookie_provider(jar.clone()).no_proxy().build().unwrap();
        let url = program.url();
        let page = client.get(format!("{url}/login?organization_name={WORKSPACE}")).send().await.unwrap();
        let login = page.url().clone();
        let text = page.text().await.unwrap();
        let state = text.split("name=\"state\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        let state = state.unwrap_or_else(|| panic!("no login page at {login}: {text}"));
        let form = client.post(login.join("/u/login/demo").unwrap()).form(&[("state", state), ("email", EMAIL)]);
        let opened = form.send().await.unwrap();
        assert_eq!((opened.status(), opened.url().path()), (StatusCode::OK, "/o/acme"), "{}", opened.url());
        Self { client, jar, url }
    }

    /// Opens a page.
    pub async fn get(&self, path: &str) -> reqwest::Result<Answer> {
        let request = self.client.get(format!("{}{path}", self.url)).header(header::ACCEPT, "text/html");
        answer(request.send().await?).await
    }

    /// Calls a server function as the scripts of a page do.
    pub async fn call(&self, function: &str, fields: &[(&str, &str)]) -> reqwest::Result<Answer> {
        let request =
            self.client.post(format!("{}/fn/{function}", self.url)).header(header::ACCEPT, "application/json");
        let fields: Vec<_> = [("org", WORKSPACE)].iter().chain(fields).collect();
        answer(request.header(header::ORIGIN, &self.url).form(&fields).send().await?).await
    }

    /// Submits a form as a browser without scripts does.
    pub async fn submit(&self, page: &str, function: &str, fields: &[(&str, &str)]) -> reqwest::Result<Answer> {
        let request = self.client.post(format!("{}/fn/{function}", self.url)).header(header::ACCEPT, "text/html");
        let fields: Vec<_> = [("org", WORKSPACE)].iter().chain(fields).collect();
        let request = request.header(header::ORIGIN, &self.url).header(header::REFERER, format!("{}{page}", self.url));
        answer(request.form(&fields).send().await?).await
    }

    /// Adds a task with this title to the project WEB.
    pub async fn create_task(&self, title: &str) -> reqwest::Result<Answer> {
        self.call("create_task", &[("project", "WEB"), ("state", "todo"), ("title", title)]).await
    }

    /// Comments on the first task of the project WEB.
    pub async fn comment(&self, body: &str) -> reqwest::Result<Answer> {
        self.call("add_comment", &[("key", "WEB-1"), ("body", body)]).await
    }

    /// Opens the stream of events.
    pub async fn listen(&self) -> reqwest::Result<reqwest::Response> {
        self.client.get(format!("{}/o/{WORKSPACE}/live", self.url)).send().await?.error_for_status()
    }

    /// The cookies as a header, for a request that is written by hand.
    pub fn cookies(&self) -> String {
        self.jar.cookies(&self.url.parse().unwrap()).unwrap().to_str().unwrap().to_owned()
    }
}

async fn answer(response: reqwest::Response) -> reqwest::Result<Answer> {
    let header = |name| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
    let (status, retry_after) = (response.status(), header(header::RETRY_AFTER));
    Ok(Answer { status, retry_after, text: response.text().await? })
}
