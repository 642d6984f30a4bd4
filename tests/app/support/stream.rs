//! A page that listens to the events of an organization.

use std::time::Duration;

use reqwest::{Method, RequestBuilder, Response};
use tessera::domain::live::LiveEvent;

use super::Browser;

/// How long a test waits for something that must come.
const PATIENCE: Duration = Duration::from_secs(20);

/// One server-sent event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    pub id: Option<i64>,
    /// Empty for an ordinary one.
    pub name: String,
    pub data: String,
}

impl Told {
    /// What happened.
    pub fn event(&self) -> LiveEvent {
        serde_json::from_str(&self.data).unwrap_or_else(|_| panic!("{self:?}"))
    }
}

/// An open stream.
pub struct Stream {
    response: Response,
    received: String,
}

impl Stream {
    /// Opens the stream of the organization called `org`, from the event after `after`; as `Last-Event-ID` has it when
    /// `resumed`.
    pub async fn open(browser: &Browser, org: &str, after: i64, resumed: bool) -> Self {
        let path = if resumed { format!("/o/{org}/live?after=0") } else { format!("/o/{org}/live?after={after}") };
        let mut request = browser.request(Method::GET, &path);
        if resumed {
            request = request.header("last-event-id", after.to_string());
        }
        Self::begin(request).await
    }

    /// Opens the stream of a page that shows `place`, from now on.
    pub async fn open_at(browser: &Browser, org: &str, place: &str) -> Self {
        Self::begin(browser.request(Method::GET, &format!("/o/{org}/live?at={place}"))).await
    }

    async fn begin(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { response, received: String::new() }
    }

    /// The next event that has data; nothing when the server has ended the stream.
    pub async fn next(&mut self) -> Option<Told> {
        loop {
            while let Some(end) = self.received.find("\n\n") {
                let block: String = self.received.drain(..end + 2).collect();
                let told = parse(&block);
                if told.data.is_empty() && told.name.is_empty() {
                    continue;
                }
                return Some(told);
            }
            let chunk = tokio::time::timeout(PATIENCE, self.response.chunk()).await.expect("nothing came");
            self.received.push_str(std::str::from_utf8(&chunk.ok()??).unwrap());
        }
    }

    /// The next thing that happened.
    pub async fn event(&mut self) -> LiveEvent {
        self.next().await.expect("the stream has ended").event()
    }
}

fn parse(block: &str) -> Told {
    let mut told = Told::default();
    for line in block.lines() {
        match line.split_once(": ").unwrap_or((line.trim_end_matches(':'), "")) {
            ("id", id) => told.id = id.parse().ok(),
            ("event", name) => name.clone_into(&mut told.name),
            ("data", data) => told.data.push_str(data),
            _ => {}
        }
    }
    told
}
