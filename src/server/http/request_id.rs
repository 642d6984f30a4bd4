//! Request ids. The id of a request is in its log lines, in the response header `x-request-id`, and on error pages.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue},
    middleware::Next,
    response::Response,
};
use tower_http::request_id::{MakeRequestId, RequestId};
use tracing::{Span, field};

use crate::{
    kernel::{clock::Clock, cookies, random::Random, time_zone::TimeZone},
    server::request_scope::RequestScope,
};

/// The header of [`SetRequestIdLayer::x_request_id`](tower_http::request_id::SetRequestIdLayer::x_request_id).
const HEADER: &str = "x-request-id";

/// Maximum length in characters of an id in an incoming request. A UUID has 36.
const MAX_LENGTH: usize = 64;

/// Removes the id of an incoming request unless it has only safe characters. A reverse proxy may set an id to find its
/// requests in this log, but no client can forge a log line.
pub fn drop_malformed(mut request: Request) -> Request {
    if !request.headers().get_all(HEADER).iter().all(is_well_formed) {
        request.headers_mut().remove(HEADER);
    }
    request
}

fn is_well_formed(id: &HeaderValue) -> bool {
    let id = id.as_bytes();
    (1..=MAX_LENGTH).contains(&id.len()) && id.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
}

/// Assigns an id, a UUID of version 7, to each request that has none.
#[derive(Clone, Debug)]
pub struct NewId {
    pub clock: Clock,
    pub random: Random,
}

impl MakeRequestId for NewId {
    fn make_request_id<B>(&mut self, _: &axum::http::Request<B>) -> Option<RequestId> {
        let id = self.random.uuid(self.clock.now()).to_string();
        HeaderValue::from_str(&id).ok().map(RequestId::new)
    }
}

fn id_of(request: &Request) -> &str {
    request.extensions().get::<RequestId>().and_then(|id| id.header_value().to_str().ok()).unwrap_or("-")
}

/// Creates the log span of a request. It omits the query, which may contain a ticket or a code. It has the level of errors so
/// that no setting of `LOG` separates an error from its request.
pub fn span(request: &Request) -> Span {
    let (id, method, path) = (id_of(request), request.method(), request.uri().path());
    tracing::error_span!("request", id, %method, path, org = field::Empty)
}

/// Cookie in which a script of every page says the time zone of the browser (`web::ui::theme`).
const TIME_ZONE: &str = "time_zone";

/// Middleware that runs the request in its [`RequestScope`], inside of the span.
pub async fn scope(mut request: Request, next: Next) -> Response {
    let scope = RequestScope::new(id_of(&request), Span::current(), time_zone(request.headers()));
    request.extensions_mut().insert(scope.clone());
    scope.run(next.run(request)).await
}

/// Returns the time zone that the browser has said. One that this program does not know counts as none.
fn time_zone(headers: &HeaderMap) -> Option<TimeZone> {
    let read = |https| cookies::read(headers, &cookies::name(TIME_ZONE, https));
    read(true).or_else(|| read(false))?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_short_tokens_are_well_formed() {
        for id in ["a", "0193a1f0-7b1c-7c3e-9c1d-1f2e3d4c5b6a", &"a".repeat(64)] {
            assert!(is_well_formed(&HeaderValue::from_str(id).unwrap()), "{id}");
        }
        for id in ["", "a b", "a\tb", "<b>", "a=b", "\"", "ä", &"a".repeat(65)] {
            assert!(!is_well_formed(&HeaderValue::from_bytes(id.as_bytes()).unwrap()), "{id}");
        }
    }
}
