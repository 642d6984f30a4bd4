//! The program is asked to stop, as at every deployment.

use std::time::{Duration, Instant};

use reqwest::StatusCode;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::support::{Options, PATIENCE, Person, Program, Store};

/// Sends a request without the end of its body.
async fn half_a_request(program: &Program, person: &Person, body: &str) -> TcpStream {
    let mut stream = TcpStream::connect(("127.0.0.1", program.port())).await.unwrap();
    let head = format!(
        "POST /fn/create_task HTTP/1.1\r\nhost: localhost:{}\r\norigin: {}\r\ncookie: {}\r\naccept: application/json\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n",
        program.port(),
        program.url(),
        person.cookies(),
        body.len(),
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&body.as_bytes()[..10]).await.unwrap();
    stream
}

#[tokio::test]
async fn a_stop_is_announced_finishes_requests_and_hands_streams_over() {
    let mut program = Program::start(Options { shutdown_delay: 2, ..Options::default() }).await;
    let person = Person::sign_in(&program).await;
    let mut events = person.listen().await.unwrap();
    let body = "org=acme&project=WEB&state=todo&title=written+last";
    let mut busy = half_a_request(&program, &person, body).await;
    program.terminate();
    // Load balancers are told first. Meanwhile everything is served.
    let asked = Instant::now();
    while program.probe("/readyz").await != Some((StatusCode::SERVICE_UNAVAILABLE, "stopping\n".to_owned())) {
        assert!(asked.elapsed() < PATIENCE, "{}", program.log());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(program.probe("/healthz").await.unwrap().0, StatusCode::OK);
    assert_eq!(person.get("/o/acme").await.unwrap().status, StatusCode::OK);
    // The stream ends as a whole, so that the browser connects again.
    let ended = async { while events.chunk().await.expect("the stream is not cut off").is_some() {} };
    tokio::time::timeout(PATIENCE, ended).await.expect("the stream ends");
    // The request in progress finishes.
    busy.write_all(&body.as_bytes()[10..]).await.unwrap();
    let mut answer = String::new();
    tokio::time::timeout(PATIENCE, busy.read_to_string(&mut answer)).await.expect("an answer").unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let stopping = Instant::now();
    assert!(program.ended().await.success());
    assert!(stopping.elapsed() < Duration::from_secs(20), "{:?}", stopping.elapsed());
    assert!(program.probe("/healthz").await.is_none());
    program.restart().await;
    assert!(Store::of(&program, None).await.written().await.contains("written last"));
    assert_eq!(person.get("/o/acme").await.unwrap().status, StatusCode::OK);
    person.listen().await.unwrap();
}
