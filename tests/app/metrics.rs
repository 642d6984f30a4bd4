//! Metrics count what is done, say nothing about who does it, and are served at an address of their own.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use reqwest::{Response, header};
use tessera::testing::{
    domain::permissions::Role,
    server::seed::demo_data::{ORGANIZATIONS, PEOPLE},
};

use crate::support::{ABC, ACME, ALICE, JOE, Settings, TestApp, XYZ};

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

async fn start() -> TestApp {
    TestApp::spawn_with(Settings { metrics: true, ..Settings::default() }).await
}

async fn ask(app: &TestApp, path: &str, headers: &[(header::HeaderName, &str)]) -> Response {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = client.get(format!("http://{}{path}", app.metrics_address()));
    headers.iter().fold(request, |request, (name, value)| request.header(name, *value)).send().await.unwrap()
}

async fn text(app: &TestApp, accept: &str) -> String {
    let response = ask(app, "/metrics", &[(header::ACCEPT, accept)]).await;
    assert_eq!(response.status(), 200);
    response.text().await.unwrap()
}

/// The metrics of an exposition: the type of each family, and the value of each series.
#[derive(Debug, Default)]
struct Exposition {
    types: BTreeMap<String, String>,
    values: BTreeMap<String, String>,
}

impl Exposition {
    /// Parses an exposition, and fails for anything that the format does not allow.
    fn parse(text: &str) -> Self {
        let mut parsed = Self::default();
        let body = text.strip_suffix("# EOF\n").unwrap_or(text);
        assert!(body.ends_with('\n'));
        for line in body.lines() {
            if let Some(comment) = line.strip_prefix("# ") {
                let mut words = comment.splitn(3, ' ');
                let (kind, name, rest) = (words.next().unwrap(), words.next().unwrap(), words.next().unwrap());
                assert!(is_name(name) && !rest.is_empty(), "{line}");
                match kind {
                    "HELP" => {}
                    "TYPE" => {
                        assert!(["counter", "gauge", "histogram", "info"].contains(&rest), "{line}");
                        assert_eq!(parsed.types.insert(name.to_owned(), rest.to_owned()), None, "{name} twice");
                    }
                    other => panic!("{other}"),
                }
                continue;
            }
            let (series, value) = line.rsplit_once(' ').unwrap();
            let (name, labels) = series.split_once('{').map_or((series, None), |(name, rest)| (name, Some(rest)));
            assert!(is_name(name), "{line}");
            if let Some(labels) = labels {
                check_labels(labels.strip_suffix('}').unwrap());
            }
            assert!(parsed.family(name).is_some(), "{name} has no type");
            assert!(value.parse::<f64>().is_ok(), "{line}");
            assert_eq!(parsed.values.insert(series.to_owned(), value.to_owned()), None, "{series} twice");
        }
        parsed
    }

    /// Returns the family that the series `name` belongs to.
    fn family(&self, name: &str) -> Option<&str> {
        let suffixes = ["", "_total", "_info", "_bucket", "_sum", "_count"];
        let mut families = suffixes.into_iter().filter_map(|suffix| name.strip_suffix(suffix));
        families.find_map(|family| self.types.get_key_value(family)).map(|(family, _)| family.as_str())
    }

    /// Returns the value of a series as it is written, which is 0 as long as it is not exported.
    fn value(&self, series: &str) -> &str {
        self.values.get(series).map_or("0", String::as_str)
    }
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// Checks `key="value",…`. No value here needs escapes.
fn check_labels(labels: &str) {
    for label in labels.split("\",") {
        let (key, value) = label.split_once("=\"").unwrap_or_else(|| panic!("{labels}"));
        let value = value.trim_end_matches('"');
        assert!(is_name(key) && !value.is_empty() && !value.contains(['"', '\\', '\n']), "{labels}");
    }
}

async fn read(app: &TestApp) -> Exposition {
    Exposition::parse(&text(app, "application/openmetrics-text; version=1.0.0").await)
}

#[tokio::test]
async fn counters_follow_what_is_done() {
    const PAGE: &str =
        r#"tessera_http_requests_total{service="application",route="/o/{org}",method="GET",status="2xx"}"#;
    const FUNCTION: &str =
        r#"tessera_http_requests_total{service="application",route="/fn/{*function}",method="POST",status="2xx"}"#;
    const NOTHING: &str =
        r#"tessera_http_requests_total{service="application",route="none",method="GET",status="4xx"}"#;
    const DURATION: &str = r#"tessera_http_request_duration_seconds_count{service="application",route="/o/{org}"}"#;
    const DONE: &str = r#"tessera_sign_ins_total{service="application",outcome="done"}"#;
    const REFUSED: &str = r#"tessera_sign_ins_total{service="application",outcome="refused"}"#;
    const FAILED: &str = r#"tessera_sign_ins_total{service="application",outcome="failed"}"#;
    const TOKENS: &str = r#"tessera_provider_calls_total{endpoint="token",outcome="done"}"#;
    const COMMITS: &str = r#"tessera_database_commits_total{database="application"}"#;
    let app = start().await;
    let before = read(&app).await;
    let alice = app.signed_in(ALICE, ACME).await;
    alice.get("/o/acme").await.assert_status(200);
    alice.get("/no-such-page").await.assert_status(404);
    alice.create_project("New", "NEW").await.unwrap();
    let browser = app.browser();
    for error in ["access_denied", "temporarily_unavailable"] {
        let state = browser.begin("").await.get("state").to_owned();
        let path = format!("/callback?state={state}&error={error}");
        browser.get(&path).await;
        // The second answer, and a guessed one, belong to no sign-in.
        browser.get(&path).await.assert_status(400);
    }
    app.browser().get("/callback?state=guessed&code=guessed").await.assert_status(400);
    let after = read(&app).await;
    for series in [PAGE, FUNCTION, NOTHING, DURATION, DONE, REFUSED, FAILED, TOKENS, COMMITS] {
        assert_ne!(after.value(series), before.value(series), "{series}: {after:#?}");
    }
    assert_eq!(after.value(DONE), "1");
    assert_eq!(after.value(REFUSED), "1");
    assert_eq!(after.value(FAILED), "1");
    assert_eq!(after.value("tessera_provider_commands_waiting"), "0");
    let pools = after.values.iter().filter(|(series, _)| series.starts_with("tessera_database_connections_max"));
    assert!(pools.map(|(_, max)| max.parse::<u64>().unwrap()).sum::<u64>() > 1);
}

#[tokio::test]
async fn an_open_stream_is_counted_until_it_ends() {
    let app = start().await;
    let alice = app.signed_in(ALICE, ACME).await;
    alice.create_project("New", "NEW").await.unwrap();
    assert_eq!(read(&app).await.value("tessera_live_streams"), "0");
    let stream = alice.listen_at("NEW").await;
    let open = read(&app).await;
    assert_eq!((open.value("tessera_live_streams"), open.value("tessera_live_presence")), ("1", "1"));
    drop(stream);
    for _ in 0..600 {
        let closed = read(&app).await;
        if (closed.value("tessera_live_streams"), closed.value("tessera_live_presence")) == ("0", "0") {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the stream is still counted");
}

#[tokio::test]
async fn an_action_without_permission_is_counted() {
    let app = start().await;
    let viewer = PEOPLE.iter().find(|person| person.sub == JOE).unwrap();
    assert!(
        viewer.memberships.contains(&(XYZ.id, Role::Viewer)) || viewer.memberships.contains(&(XYZ.slug, Role::Viewer))
    );
    let joe = app.signed_in(JOE, XYZ).await;
    joe.create_project("New", "NEW").await.unwrap_err();
    assert_eq!(read(&app).await.value("tessera_refused_actions_total"), "1");
}

#[tokio::test]
async fn the_metrics_say_nothing_about_who() {
    let app = start().await;
    for (person, organization) in [(ALICE, ACME), (JOE, ABC)] {
        let member = app.signed_in(person, organization).await;
        member.get(&format!("/o/{}", organization.slug)).await.assert_status(200);
        member.get(&format!("/o/{}/projects/QUARTZ", organization.slug)).await;
        member.get(&format!("/{}?ticket=quartz", organization.slug)).await;
    }
    let names = ORGANIZATIONS.iter().flat_map(|it| [it.id, it.name, it.display_name]);
    let people = PEOPLE.iter().flat_map(|it| [it.sub, it.email, it.name]);
    let secrets: Vec<_> = names.chain(people).chain(["quartz", "127.0.0.1", "@"]).map(str::to_lowercase).collect();
    for accept in ["*/*", "application/openmetrics-text"] {
        let text = text(&app, accept).await.to_lowercase();
        for secret in &secrets {
            assert!(!text.contains(secret.as_str()), "{secret} in {text}");
        }
    }
}

#[tokio::test]
async fn both_formats_have_the_same_series() {
    let app = start().await;
    app.browser().get("/sign-in").await;
    let response =
        ask(&app, "/metrics", &[(header::ACCEPT, "application/openmetrics-text;version=1.0.0,*/*;q=0.1")]).await;
    assert_eq!(response.headers()[header::CONTENT_TYPE], OPEN_METRICS);
    let open_metrics = response.text().await.unwrap();
    assert!(open_metrics.ends_with("# EOF\n"));
    let response = ask(&app, "/metrics", &[]).await;
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/plain; version=0.0.4; charset=utf-8");
    let (one, two) = (Exposition::parse(&open_metrics), Exposition::parse(&response.text().await.unwrap()));
    // They differ in the order of labels, and in how they write the bounds of buckets.
    let series =
        |it: &Exposition| -> Vec<_> { it.values.keys().filter(|it| !it.contains("_bucket{")).cloned().collect() };
    assert_eq!(series(&one), series(&two));
}

#[tokio::test]
async fn only_the_address_of_the_metrics_has_them_and_nothing_else() {
    let app = start().await;
    let answer = app.browser().get("/metrics").await.assert_status(404);
    assert!(!answer.body.contains("tessera_http_requests"));
    for path in ["/", "/healthz", "/metrics/", "/o/acme", "/api/v1/profile"] {
        assert_eq!(ask(&app, path, &[]).await.status(), 404, "{path}");
    }
    for (host, status) in [("localhost", 200), ("127.0.0.1:9464", 200), ("[::1]:9464", 200), ("evil.example", 421)] {
        assert_eq!(ask(&app, "/metrics", &[(header::HOST, host)]).await.status(), status, "{host}");
    }
}

#[tokio::test]
async fn the_documentation_lists_every_metric() {
    let app = start().await;
    app.signed_in(ALICE, ACME).await;
    let exported: BTreeSet<_> = Exposition::parse(&text(&app, "*/*").await).types.into_keys().collect();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/operations.md");
    let document = std::fs::read_to_string(path).unwrap();
    let section = document.split("\n## ").find(|section| section.starts_with("Metrics\n")).unwrap();
    let names = section.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let documented: BTreeSet<_> = names.map(str::to_owned).collect();
    assert_eq!(exported, documented);
}
