//! `PostgreSQL` is stopped and started while the program runs.

use std::time::{Duration, Instant};

use reqwest::{Response, StatusCode};

use crate::support::{Options, PATIENCE, Person, Postgres, Program, Store};

const BOARD: &str = "/o/acme/projects/WEB/board";

/// How long the first answers may take. Without a limit of its own, the pool tries to connect for as long.
const FIRST: Duration = Duration::from_secs(8);

/// How long later answers may take, which do not wait for a connection.
const LATER: Duration = Duration::from_secs(2);

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn a_restart_of_the_database_is_told_quickly_and_survived() {
    let postgres = Postgres::start().await;
    let program = Program::start(Options { postgres: Some(postgres.urls()), ..Options::default() }).await;
    let person = Person::sign_in(&program).await;
    assert_eq!(person.create_task("written before").await.unwrap().status, StatusCode::OK);
    let mut events = person.listen().await.unwrap();
    postgres.stop();
    // People and probes are told.
    let asked = Instant::now();
    assert_eq!(person.get(BOARD).await.unwrap().status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(asked.elapsed() < FIRST, "{:?}", asked.elapsed());
    let mut quick = 0;
    for _ in 0..4 {
        let asked = Instant::now();
        let page = person.get(BOARD).await.unwrap();
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(page.text.contains("Tessera can’t reach its data at the moment") && page.retry_after.is_some());
        let refused = person.create_task("refused").await.unwrap();
        assert_eq!((refused.status, refused.kind().as_str()), (StatusCode::SERVICE_UNAVAILABLE, "unavailable"));
        assert!(refused.retry_after.is_some());
        quick += u32::from(asked.elapsed() < LATER);
    }
    // Now and then one of them is the one that tries to connect.
    assert!(quick >= 2, "{quick} of 4");
    let asked = Instant::now();
    // The last answer of the database counts for a second.
    while program.probe("/readyz").await.unwrap().0 != StatusCode::SERVICE_UNAVAILABLE {
        assert!(asked.elapsed() < PATIENCE, "{}", program.log());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(program.probe("/healthz").await.unwrap().0, StatusCode::OK);
    // The stream ends, so that the browser connects again.
    let ended = async { while let Ok(Some(_)) = events.chunk().await {} };
    tokio::time::timeout(PATIENCE, ended).await.expect("the stream ends");
    // All is well without a restart of the program.
    postgres.resume();
    program.until_ready().await;
    assert_eq!(person.get(BOARD).await.unwrap().status, StatusCode::OK);
    assert_eq!(person.create_task("written after").await.unwrap().status, StatusCode::OK);
    let mut store = Store::of(&program, Some(&postgres)).await;
    let written = store.written().await;
    assert!(["written before", "written after"].iter().all(|text| written.contains(*text)));
    assert!(!written.contains("refused"));
    store.assert_nothing_is_half_done().await;
    other_nodes_are_heard(&mut store, person.listen().await.unwrap()).await;
}

/// Asserts that an open stream gets an event of another node: its transaction is written here, past the program.
async fn other_nodes_are_heard(store: &mut Store, mut stream: Response) {
    let Store::Postgres(connection) = store else { panic!("only PostgreSQL has several nodes") };
    let listens = "SELECT COUNT(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN %'";
    let started = Instant::now();
    while sqlx::query_scalar::<_, i64>(listens).fetch_one(&mut *connection).await.unwrap() == 0 {
        assert!(started.elapsed() < PATIENCE, "nobody listens");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let write = "
        WITH head AS (
            UPDATE event_head SET number = number + 1
            WHERE org_id = (SELECT id FROM organization WHERE slug = 'acme') RETURNING org_id, number
        ), inserted AS (
            INSERT INTO event (org_id, number, batch_id, at, person_id, project_id, task, body)
            SELECT h.org_id, h.number, e.batch_id, e.at, e.person_id, e.project_id, e.task, e.body
            FROM head h JOIN event e ON e.org_id = h.org_id AND e.number = h.number - 1
            RETURNING org_id, number
        )
        SELECT number, pg_notify('tessera_events', org_id::text || ' ' || number)::text FROM inserted";
    let (number, _): (i64, String) = sqlx::query_as(write).fetch_one(&mut *connection).await.unwrap();
    let mut received = String::new();
    let heard = async {
        while !received.contains(&format!("id: {number}\n")) {
            let chunk = stream.chunk().await.unwrap().expect("the stream goes on");
            received.push_str(str::from_utf8(&chunk).unwrap());
        }
    };
    // Shorter than the time after which a stream looks for events by itself.
    tokio::time::timeout(Duration::from_secs(10), heard).await.expect("the event of the other node");
}
