//! Reads answers of the identity provider, up to a limit: what answers in its place may send without end.

use oauth2::{HttpRequest, HttpResponse, reqwest};

/// Maximum size of an answer in bytes. The largest is a page of a hundred members.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum NoAnswer {
    #[error(transparent)]
    Http(#[from] reqwest::Error),
    #[error("the answer is larger than {MAX_BYTES} bytes")]
    TooLarge,
}

/// Sends a request and reads the answer.
pub async fn call(http: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, NoAnswer> {
    let mut response = http.execute(request.try_into()?).await?;
    let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
    let mut answer = HttpResponse::new(body(response).await?);
    *answer.status_mut() = status;
    *answer.headers_mut() = headers;
    Ok(answer)
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
