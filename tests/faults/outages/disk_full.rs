//! The disk is full, as far as the program can tell: the system refuses to let its files grow (`RLIMIT_FSIZE`).

use std::time::{Duration, Instant};

use reqwest::StatusCode;
use rlimit::{INFINITY, Resource, prlimit};

use crate::support::{Options, PATIENCE, Person, Program, Store};

/// Every write to the database is beyond this size in bytes.
const FULL: u64 = 512;

fn set_space(program: &Program, bytes: u64) {
    prlimit(program.id(), Resource::FSIZE, Some((bytes, INFINITY)), None).unwrap();
}

#[tokio::test]
async fn a_full_disk_refuses_writes_and_loses_nothing() {
    let program = Program::start(Options::default()).await;
    let person = Person::sign_in(&program).await;
    for text in ["written 1", "written 2"] {
        assert_eq!(person.create_task(text).await.unwrap().status, StatusCode::OK);
    }
    set_space(&program, FULL);
    // The first refusal must not break the connection for the next.
    for text in ["refused 1", "refused 2", "refused 3"] {
        let answer = person.create_task(text).await.unwrap();
        assert_eq!((answer.status, answer.kind().as_str()), (StatusCode::SERVICE_UNAVAILABLE, "unavailable"));
        assert!(answer.retry_after.is_some());
    }
    // A form without scripts keeps what was typed.
    let page = "/o/acme/projects/WEB/board";
    let fields = [("project", "WEB"), ("state", "todo"), ("title", "refused “4”")];
    let answer = person.submit(page, "create_task", &fields).await.unwrap();
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.text.contains("Your text is kept on this page") && answer.text.contains("value=\"refused “4”\""));
    // Reading goes on, and the probes tell.
    assert_eq!(person.get(page).await.unwrap().status, StatusCode::OK);
    let asked = Instant::now();
    let unavailable = (StatusCode::SERVICE_UNAVAILABLE, "database: unavailable\nkeys: ok\n".to_owned());
    // The last answer of the database counts for a second.
    while program.probe("/readyz").await.unwrap() != unavailable {
        assert!(asked.elapsed() < PATIENCE, "{}", program.log());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(program.probe("/healthz").await.unwrap().0, StatusCode::OK);
    // With space, it goes on without a restart.
    set_space(&program, INFINITY);
    let freed = Instant::now();
    while person.create_task("written 3").await.unwrap().status != StatusCode::OK {
        assert!(freed.elapsed() < PATIENCE, "{}", program.log());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    program.until_ready().await;
    let mut store = Store::of(&program, None).await;
    let written = store.written().await;
    for text in ["written 1", "written 2", "written 3"] {
        assert!(written.contains(text), "{text}");
    }
    assert!(!written.iter().any(|text| text.starts_with("refused")), "{written:?}");
    store.assert_nothing_is_half_done().await;
}
