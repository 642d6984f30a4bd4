//! Counters of HTTP requests.

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request, State},
    http::Method,
    middleware::Next,
    response::Response,
};
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};

use super::shared::{Durations, Labels, Service, durations, seconds};

/// The route of a request that no route matches.
const NO_ROUTE: &str = "none";

/// Labels of answered requests.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct AnswerLabels {
    service: &'static str,
    /// The route's template, such as `/o/{org}`, never the path.
    route: String,
    method: &'static str,
    /// The class of the status, such as `2xx`.
    status: &'static str,
}

/// Labels of durations.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    service: &'static str,
    route: String,
}

/// Counters of HTTP requests. Clones share them.
#[derive(Clone, Debug)]
pub struct HttpMetrics {
    requests: Family<AnswerLabels, Counter>,
    duration: Durations<RouteLabels>,
    in_flight: Family<Labels<1>, Gauge>,
}

impl Default for HttpMetrics {
    fn default() -> Self {
        Self {
            requests: Family::default(),
            duration: Family::<_, Histogram, _>::new_with_constructor(durations),
            in_flight: Family::default(),
        }
    }
}

impl HttpMetrics {
    /// Adds the counters to `registry`.
    pub(super) fn register(&self, registry: &mut Registry) {
        let requests = self.requests.clone();
        registry.register("http_requests", "Answered requests by route, method and class of the status", requests);
        let duration = self.duration.clone();
        registry.register("http_request_duration_seconds", "Time until the head of the answer is ready", duration);
        registry.register("http_requests_in_flight", "Requests without an answer yet", self.in_flight.clone());
    }
}

/// Guard of one request without an answer; dropping it removes the request from the gauge.
struct InFlight(Gauge);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// Middleware that counts requests. It must be a layer of the router, so that the route is known.
pub async fn count_request(
    State((http, service)): State<(HttpMetrics, Service)>,
    request: Request,
    next: Next,
) -> Response {
    let (service, started) = (service.as_str(), Instant::now());
    let matched = request.extensions().get::<MatchedPath>();
    let route = matched.map_or_else(|| NO_ROUTE.to_owned(), |path| path.as_str().to_owned());
    let method = method_name(request.method());
    let gauge = http.in_flight.get_or_create_owned(&[("service", service)]);
    gauge.inc();
    // The client may hang up, which drops the future.
    let in_flight = InFlight(gauge);
    let response = next.run(request).await;
    drop(in_flight);
    let status = status_class(response.status().as_u16());
    http.duration.get_or_create(&RouteLabels { service, route: route.clone() }).observe(seconds(started.elapsed()));
    http.requests.get_or_create(&AnswerLabels { service, route, method, status }).inc();
    response
}

/// Returns the method, or `other`: a client may send any word.
fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

const fn status_class(status: u16) -> &'static str {
    match status {
        ..200 => "1xx",
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        500.. => "5xx",
    }
}
