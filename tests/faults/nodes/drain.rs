//! A node is taken out of service, as at every deployment, and then killed.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use reqwest::StatusCode;
use tokio::task::JoinHandle;

use super::{
    browser::{Browser, PAUSE, Stream},
    cluster::{Cluster, ONE, TWO},
};
use crate::support::PATIENCE;

/// Longer than the test needs: the node must still serve when it is killed.
const SHUTDOWN_DELAY: u32 = 300;

/// People who read and write without a pause, and what they were answered.
struct Load {
    is_over: Arc<AtomicBool>,
    /// The number of answers by node.
    answers: Arc<Mutex<BTreeMap<String, usize>>>,
    people: Vec<JoinHandle<usize>>,
}

impl Load {
    /// Starts the load of these people. Any answer but 200 fails the test.
    fn start(people: &[Browser]) -> Self {
        let (is_over, answers) = (Arc::new(AtomicBool::new(false)), Arc::<Mutex<BTreeMap<_, _>>>::default());
        let work = |(number, person): (usize, &Browser)| {
            let (is_over, answers, person) = (is_over.clone(), answers.clone(), person.clone());
            tokio::spawn(async move {
                let mut written = 0;
                while !is_over.load(Ordering::SeqCst) {
                    let title = format!("written {number} {written}");
                    let fields = [("org", "acme"), ("project", "WEB"), ("state", "todo"), ("title", title.as_str())];
                    let write = person.try_call("create_task", &fields).await.expect("an answer to a write");
                    let read = person.try_get("/o/acme/tasks/WEB-1").await.expect("an answer to a read");
                    for answer in [write, read] {
                        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
                        *answers.lock().unwrap().entry(answer.node.unwrap()).or_default() += 1;
                    }
                    written += 1;
                }
                written
            })
        };
        let people = people.iter().enumerate().map(work).collect();
        Self { is_over, answers, people }
    }

    fn answers_of(&self, node: &str) -> usize {
        self.answers.lock().unwrap().get(node).copied().unwrap_or(0)
    }

    /// Waits until `node` has given so many answers more.
    async fn until_answers(&self, node: &str, more: usize) {
        let (goal, started) = (self.answers_of(node) + more, Instant::now());
        while self.answers_of(node) < goal {
            assert!(self.people.iter().all(|person| !person.is_finished()), "a request has failed");
            assert!(started.elapsed() < PATIENCE, "{node} does not answer: {:?}", self.answers.lock().unwrap());
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Stops the load; returns the number of writes.
    async fn end(self) -> usize {
        self.is_over.store(true, Ordering::SeqCst);
        let mut written = 0;
        for person in self.people {
            written += person.await.expect("no request has failed");
        }
        written
    }
}

/// Collects the numbers of new tasks' events until the stream ends or `last` was among their titles.
async fn collect(stream: &mut Stream, numbers: &mut Vec<i64>, last: &str) {
    while let Some(event) = stream.next().await {
        if event.kind == "message" {
            numbers.push(event.id.unwrap().parse().unwrap());
            if event.data.contains(last) {
                return;
            }
        }
    }
}

#[tokio::test]
#[ignore = "needs PostgreSQL and HAProxy"]
async fn a_node_that_is_drained_and_killed_fails_no_request_and_its_streams_miss_nothing() {
    let mut cluster = Cluster::start(SHUTDOWN_DELAY).await;
    let people = [Browser::new(cluster.url()), Browser::new(cluster.url())];
    people[0].sign_in("acme", "alice@acme.example").await;
    people[1].sign_in("acme", "dana@example.com").await;
    let mut stream = people[1].listen_at(TWO, "acme", None).await;
    let load = Load::start(&people);
    for node in [ONE, TWO] {
        load.until_answers(node, 5).await;
    }
    // The node is asked to stop. It says so, goes on, and the proxy sends its requests elsewhere.
    cluster.two.terminate();
    let asked = Instant::now();
    while cluster.two.probe("/readyz").await != Some((StatusCode::SERVICE_UNAVAILABLE, "stopping\n".to_owned())) {
        assert!(asked.elapsed() < PATIENCE, "{}", cluster.two.log());
        tokio::time::sleep(PAUSE).await;
    }
    cluster.until_served_by(&[ONE]).await;
    // It gets no more, and what it was still working on ends.
    let mut rounds = 0;
    loop {
        let before = load.answers_of(TWO);
        load.until_answers(ONE, 10).await;
        if load.answers_of(TWO) == before {
            break;
        }
        rounds += 1;
        assert!(rounds < 5, "the node still gets requests: {}", cluster.proxy.log());
    }
    // Its stream goes on until it ends; then the browser connects again, by the other node.
    cluster.two.kill();
    let mut numbers = Vec::new();
    collect(&mut stream, &mut numbers, "the last one").await;
    let seen = numbers.last().expect("the stream has told something").to_string();
    let mut resumed = people[1].listen("acme", None, Some(&seen)).await;
    assert_eq!((stream.node.as_str(), resumed.node.as_str()), (TWO, ONE));
    load.until_answers(ONE, 5).await;
    // The node comes back and gets its share again.
    cluster.two.restart().await;
    cluster.until_served_by(&[ONE, TWO]).await;
    load.until_answers(TWO, 5).await;
    let written = load.end().await;
    let last = [("org", "acme"), ("project", "WEB"), ("state", "todo"), ("title", "the last one")];
    assert_eq!(people[0].call("create_task", &last).await.status, StatusCode::OK);
    collect(&mut resumed, &mut numbers, "the last one").await;
    // One event a write, each once and in order.
    let first = numbers[0];
    assert_eq!(numbers, (first..).take(written + 1).collect::<Vec<_>>());
}
