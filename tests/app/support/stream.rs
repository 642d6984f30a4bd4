//! The stream of live events that an open page receives.

use std::time::Duration;

use reqwest::{Method, RequestBuilder, Response};
use tessera::testing::domain::live::LiveEvent;

use super::Member;

/// The time that a test waits for an event that must arrive. It is shorter than the 15 seconds after which a stream looks
/// for events by itself, so that an event whose announcement was lost is not waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// One server-sent event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StreamMessage {
    pub id: Option<i64>,
    /// The event type, which is empty for an ordinary event.
    pub name: String,
    pub data: String,
}

impl StreamMessage {
    /// Parses the data as a live event.
    pub fn event(&self) -> LiveEvent {
        serde_json::from_str(&self.data).unwrap_or_else(|_| panic!("{self:?}"))
    }
}

impl Member {
    /// Opens the stream of the organization after the event numbered `after`.
    pub async fn listen(&self, after: i64) -> Stream {
        Stream::begin(self.request(Method::GET, &format!("/o/{}/live?after={after}", self.organization.slug))).await
    }

    /// Opens the stream again after the event numbered `after`, as a browser does with `Last-Event-ID`.
    pub async fn resume_listening(&self, after: i64) -> Stream {
        let request = self.request(Method::GET, &format!("/o/{}/live?after=0", self.organization.slug));
        Stream::begin(request.header("last-event-id", after.to_string())).await
    }

    /// Opens the stream as an open page of the project or task `page`, for new events only.
    pub async fn listen_at(&self, page: &str) -> Stream {
        Stream::begin(self.request(Method::GET, &format!("/o/{}/live?at={page}", self.organization.slug))).await
    }
}

/// An open stream.
pub struct Stream {
    response: Response,
    received: String,
}

impl Stream {
    async fn begin(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { response, received: String::new() }
    }

    /// Reads the next message with data; returns `None` after the server has ended the stream.
    pub async fn next(&mut self) -> Option<StreamMessage> {
        loop {
            while let Some(end) = self.received.find("\n\n") {
                let block: String = self.received.drain(..end + 2).collect();
                let message = parse(&block);
                if message.data.is_empty() && message.name.is_empty() {
                    continue;
                }
                return Some(message);
            }
            let chunk = tokio::time::timeout(PATIENCE, self.response.chunk()).await.expect("nothing came");
            self.received.push_str(std::str::from_utf8(&chunk.ok()??).unwrap());
        }
    }

    /// Reads the next live event.
    pub async fn event(&mut self) -> LiveEvent {
        self.next().await.expect("the stream has ended").event()
    }
}

fn parse(block: &str) -> StreamMessage {
    let mut message = StreamMessage::default();
    for line in block.lines() {
        match line.split_once(": ").unwrap_or((line.trim_end_matches(':'), "")) {
            ("id", id) => message.id = id.parse().ok(),
            ("event", name) => name.clone_into(&mut message.name),
            ("data", data) => message.data.push_str(data),
            _ => {}
        }
    }
    message
}
