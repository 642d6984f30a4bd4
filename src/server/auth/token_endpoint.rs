//! Calls of the provider's token endpoint.

use axum::http::StatusCode;
use oauth2::{HttpRequest, HttpResponse, reqwest};

use crate::{
    kernel::metrics::{Metrics, Outcome},
    server::provider_answer::{self, NoAnswer},
};

/// Why the token endpoint neither granted nor refused the request.
#[derive(Debug, thiserror::Error)]
pub enum NoResponse {
    #[error(transparent)]
    Http(#[from] NoAnswer),
    #[error("status {0}")]
    Status(StatusCode),
}

/// Sends a request to the token endpoint. A server error or a rate limit is no refusal of the grant, whatever the body
/// says.
pub async fn request_tokens(
    http: reqwest::Client,
    metrics: Metrics,
    request: HttpRequest,
) -> Result<HttpResponse, NoResponse> {
    let call = async {
        let response = provider_answer::call(http, request).await?;
        let status = response.status();
        if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
            return Err(NoResponse::Status(status));
        }
        Ok(response)
    };
    metrics.measure_call("token", call, token_outcome).await
}

fn token_outcome(result: &Result<HttpResponse, NoResponse>) -> Outcome {
    match result {
        Ok(response) if response.status().is_success() => Outcome::Done,
        Ok(_) => Outcome::Refused,
        Err(NoResponse::Status(StatusCode::TOO_MANY_REQUESTS)) => Outcome::Limited,
        Err(_) => Outcome::Failed,
    }
}
