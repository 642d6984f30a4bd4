//! Reads answers of the identity provider, up to a limit: what answers in its place may send without end.

use axum::http::StatusCode;
use oauth2::reqwest;

/// Maximum size of an answer in bytes. The largest is a page of a hundred members.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum NoAnswer {
    /// The URL is not logged: it may contain ids of people.
    #[error("{0}")]
    Http(reqwest::Error),
    #[error("the answer is larger than {MAX_BYTES} bytes")]
    TooLarge,
}

impl From<reqwest::Error> for NoAnswer {
    fn from(error: reqwest::Error) -> Self {
        Self::Http(error.without_url())
    }
}

/// Why a document could not be fetched.
#[derive(Debug, thiserror::Error)]
pub enum NoDocument {
    #[error(transparent)]
    NoAnswer(#[from] NoAnswer),
    #[error("status {0}")]
    Status(StatusCode),
    #[error("not the expected JSON: {0}")]
    Unreadable(#[from] serde_json::Error),
}

/// Sends a request and reads the body of the answer.
pub async fn send(request: reqwest::RequestBuilder) -> Result<(StatusCode, Vec<u8>), NoAnswer> {
    let response = request.send().await?;
    let status = response.status();
    Ok((status, body(response).await?))
}

/// Sends a request and parses the JSON of a successful answer.
pub async fn document<T: serde::de::DeserializeOwned>(request: reqwest::RequestBuilder) -> Result<T, NoDocument> {
    let (status, body) = send(request.header("accept", "application/json")).await?;
    if status != StatusCode::OK {
        return Err(NoDocument::Status(status));
    }
    Ok(serde_json::from_slice(&body)?)
}

/// Reads the body of an answer.
pub async fn body(mut response: reqwest::Response) -> Result<Vec<u8>, NoAnswer> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > MAX_BYTES {
            return Err(NoAnswer::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
