//! The program is killed while people write.

use std::{sync::Arc, time::Duration};

use reqwest::StatusCode;
use tokio::{sync::Mutex, task::JoinSet};

use crate::support::{Options, Person, Postgres, Program, Store};

const ROUNDS: u64 = 10;
const WRITERS: usize = 4;

#[tokio::test]
async fn acknowledged_writes_survive_kills_on_sqlite() {
    survive(None).await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn acknowledged_writes_survive_kills_on_postgres() {
    survive(Some(Postgres::start().await)).await;
}

/// Kills the program in each round while several people write, starts it again, and looks for what it has acknowledged.
async fn survive(postgres: Option<Postgres>) {
    let options = Options { postgres: postgres.as_ref().map(Postgres::urls), ..Options::default() };
    let mut program = Program::start(options).await;
    let person = Person::sign_in(&program).await;
    let acknowledged = Arc::new(Mutex::new(Vec::new()));
    for round in 0..ROUNDS {
        let before = acknowledged.lock().await.len();
        let mut writers = JoinSet::new();
        for writer in 0..WRITERS {
            writers.spawn(write(person.clone(), acknowledged.clone(), format!("written {round} {writer}")));
        }
        // Any moment will do: after the first answers, at a distance that differs from round to round.
        while acknowledged.lock().await.len() < before + WRITERS {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        tokio::time::sleep(Duration::from_millis(round * 37)).await;
        program.kill();
        writers.join_all().await;
        program.restart().await;
        let mut store = Store::of(&program, postgres.as_ref()).await;
        let written = store.written().await;
        for text in acknowledged.lock().await.iter() {
            assert!(written.contains(text), "round {round}: {text:?} was acknowledged and is gone");
        }
        store.assert_nothing_is_half_done().await;
        // Nobody was signed out, and work goes on.
        assert_eq!(person.get("/o/acme/projects/WEB/board").await.unwrap().status, StatusCode::OK);
    }
}

/// Creates tasks and comments until the program is gone.
async fn write(person: Person, acknowledged: Arc<Mutex<Vec<String>>>, name: String) {
    for count in 0_u32.. {
        let text = format!("{name} {count}");
        let answer = if count % 2 == 0 { person.create_task(&text).await } else { person.comment(&text).await };
        let Ok(answer) = answer else { return };
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        acknowledged.lock().await.push(text);
    }
}
