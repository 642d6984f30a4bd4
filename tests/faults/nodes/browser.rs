//! A browser that notes which node has answered.

use std::{
    net::{IpAddr, Ipv4Addr},
    time::Duration,
};

use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, Url, header, redirect::Policy};

use crate::support::PATIENCE;

/// A browser of its own at the application, which follows a redirect only when it is told to.
#[derive(Clone)]
pub struct Browser {
    client: Client,
    url: String,
}

/// An answer.
#[derive(Debug)]
pub struct Page {
    pub status: StatusCode,
    /// The node that has answered, as the proxy says; `None` for the provider, and for a node that is asked directly.
    pub node: Option<String>,
    pub url: Url,
    pub location: Option<String>,
    pub text: String,
}

/// An event of a stream. The type is `message` unless the stream says otherwise.
#[derive(Debug, Default)]
pub struct StreamEvent {
    pub kind: String,
    pub id: Option<String>,
    pub data: String,
}

/// An open stream of events, and the node that sends it.
pub struct Stream {
    pub node: String,
    response: Response,
    received: String,
}

impl Browser {
    pub fn new(url: &str) -> Self {
        Self::at(url, Ipv4Addr::LOCALHOST)
    }

    /// A browser that connects from `address`.
    pub fn at(url: &str, address: Ipv4Addr) -> Self {
        let client = Client::builder().cookie_store(true).redirect(Policy::none()).no_proxy().read_timeout(PATIENCE);
        let client = client.local_address(IpAddr::from(address)).build().unwrap();
        Self { client, url: url.to_owned() }
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = if path.starts_with('/') { format!("{}{path}", self.url) } else { path.to_owned() };
        self.client.request(method, url).header(header::ACCEPT, "text/html")
    }

    /// Requests a path, or an absolute address.
    pub async fn get(&self, path: &str) -> Page {
        page(self.request(Method::GET, path).send().await.unwrap()).await.unwrap()
    }

    /// Requests a path; `None` if there is no answer.
    pub async fn try_get(&self, path: &str) -> Option<Page> {
        page(self.request(Method::GET, path).send().await.ok()?).await
    }

    /// Follows the redirects from `path` on, and returns every answer.
    pub async fn follow(&self, path: &str) -> Vec<Page> {
        let first = self.get(path).await;
        self.follow_from(first).await
    }

    /// Follows the redirects from `first` on, and returns every answer.
    pub async fn follow_from(&self, first: Page) -> Vec<Page> {
        let mut pages = vec![first];
        while let Some(location) = pages.last().and_then(|page| page.location.as_ref().map(|to| page.url.join(to))) {
            assert!(pages.len() < 20, "{:?}", pages.iter().map(|page| page.url.as_str()).collect::<Vec<_>>());
            pages.push(self.get(location.unwrap().as_str()).await);
        }
        pages
    }

    /// Signs a demo person in at the provider's page for a workspace; returns every answer.
    pub async fn sign_in(&self, workspace: &str, email: &str) -> Vec<Page> {
        let mut pages = self.follow(&format!("/login?organization_name={workspace}")).await;
        let login = pages.last().unwrap();
        let state = login.text.split("name=\"state\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        let state = state.unwrap_or_else(|| panic!("no login page: {login:?}"));
        let form = [("state", state), ("email", email)];
        let action = login.url.join("/u/login/demo").unwrap();
        let answer = page(self.client.post(action).form(&form).send().await.unwrap()).await.unwrap();
        pages.extend(self.follow_from(answer).await);
        let last = pages.last().unwrap();
        assert_eq!((last.status, last.url.path()), (StatusCode::OK, format!("/o/{workspace}").as_str()), "{last:?}");
        pages
    }

    /// Calls a server function as the scripts of a page do.
    pub async fn call(&self, function: &str, fields: &[(&str, &str)]) -> Page {
        self.try_call(function, fields).await.unwrap()
    }

    /// Calls a server function; `None` if there is no answer.
    pub async fn try_call(&self, function: &str, fields: &[(&str, &str)]) -> Option<Page> {
        let request =
            self.client.post(format!("{}/fn/{function}", self.url)).header(header::ACCEPT, "application/json");
        page(request.header(header::ORIGIN, &self.url).form(fields).send().await.ok()?).await
    }

    /// Submits the form of a page to `action` as a browser without scripts does.
    pub async fn submit(&self, page_path: &str, action: &str, fields: &[(&str, &str)]) -> Page {
        let request = self.request(Method::POST, action).header(header::ORIGIN, &self.url);
        let request = request.header(header::REFERER, format!("{}{page_path}", self.url)).form(fields);
        page(request.send().await.unwrap()).await.unwrap()
    }

    /// Opens the stream of a workspace, for the page of a project or a task if `at` has its key.
    pub async fn listen(&self, workspace: &str, at: Option<&str>, last_event_id: Option<&str>) -> Stream {
        let query = at.map_or_else(String::new, |key| format!("?at={key}"));
        let mut request = self.request(Method::GET, &format!("/o/{workspace}/live{query}"));
        if let Some(id) = last_event_id {
            request = request.header("last-event-id", id);
        }
        let response = request.send().await.unwrap().error_for_status().unwrap();
        let node = node_of(&response).expect("the proxy says which node it is");
        Stream { node, response, received: String::new() }
    }

    /// Opens the stream until `node` sends it.
    pub async fn listen_at(&self, node: &str, workspace: &str, at: Option<&str>) -> Stream {
        for _ in 0..20 {
            let stream = self.listen(workspace, at, None).await;
            if stream.node == node {
                return stream;
            }
        }
        panic!("no stream comes from {node}");
    }

    /// Sends requests until the next one is for `node`.
    pub async fn until_next_is(&self, node: &str) {
        for _ in 0..20 {
            if self.get("/healthz").await.node.as_deref() != Some(node) {
                return;
            }
        }
        panic!("every request is for {node}");
    }
}

impl Stream {
    /// Returns the next event; `None` at the end of the stream, also if the connection breaks.
    pub async fn next(&mut self) -> Option<StreamEvent> {
        loop {
            if let Some(end) = self.received.find("\n\n") {
                let block: String = self.received.drain(..end + 2).collect();
                match parse(&block) {
                    Some(event) => return Some(event),
                    None => continue,
                }
            }
            let chunk = tokio::time::timeout(PATIENCE, self.response.chunk()).await.expect("the stream goes on");
            self.received.push_str(std::str::from_utf8(&chunk.ok()??).unwrap());
        }
    }

    /// Returns the next event of this type.
    pub async fn next_of(&mut self, kind: &str) -> StreamEvent {
        loop {
            let event = self.next().await.unwrap_or_else(|| panic!("the stream ended before an event {kind}"));
            if event.kind == kind {
                return event;
            }
        }
    }
}

/// Parses the lines of an event. `None` for one without data, which browsers do not dispatch.
fn parse(block: &str) -> Option<StreamEvent> {
    let mut event = StreamEvent { kind: "message".to_owned(), ..StreamEvent::default() };
    for line in block.lines() {
        match line.split_once(": ") {
            Some(("event", kind)) => kind.clone_into(&mut event.kind),
            Some(("id", id)) => event.id = Some(id.to_owned()),
            Some(("data", data)) => data.clone_into(&mut event.data),
            _ => {}
        }
    }
    (!event.data.is_empty()).then_some(event)
}

fn node_of(response: &Response) -> Option<String> {
    Some(response.headers().get("x-served-by")?.to_str().unwrap().to_owned())
}

async fn page(response: Response) -> Option<Page> {
    let location = response.headers().get(header::LOCATION).map(|location| location.to_str().unwrap().to_owned());
    let (status, node, url) = (response.status(), node_of(&response), response.url().clone());
    Some(Page { status, node, url, location, text: response.text().await.ok()? })
}

/// How often a loop asks again.
pub const PAUSE: Duration = Duration::from_millis(20);
