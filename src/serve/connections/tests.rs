use std::{path::PathBuf, time::Duration};

use axum::routing::{get, post};
use prometheus_client::metrics::counter::Counter;
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, ServerName, pem::PemObject as _},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    task::JoinHandle,
    time::timeout,
};
use tokio_rustls::TlsConnector;

use super::*;
use crate::{kernel::client_address::TrustedProxies, serve::https::Certificate};

/// A limit that a test waits for.
const SHORT: Duration = Duration::from_millis(300);
/// A limit that no test reaches.
const LONG: Duration = Duration::from_mins(1);
/// More than a test takes, also on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

const LIMITS: ConnectionLimits = ConnectionLimits {
    total: Some(100),
    per_client: Some(100),
    handshake: LONG,
    header: LONG,
    proxy_idle: LONG,
    body: LONG,
    write: LONG,
};

struct Served {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

async fn start(limits: ConnectionLimits, proxies: &str, tls: Option<TlsAcceptor>) -> Served {
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    let endless = || async { Body::from_stream(stream::repeat(Ok::<_, Infallible>(vec![b'x'; 64 * 1024]))) };
    // Like an event stream: a little text, again and again.
    let events = || async {
        Body::from_stream(stream::unfold((), |()| async {
            tokio::time::sleep(SHORT).await;
            Some((Ok::<_, Infallible>("event\n"), ()))
        }))
    };
    let router = Router::new()
        .route("/", get(|| async { "hello" }).post(|body: String| async move { body }))
        .route("/deaf", post(|| async { "not read" }))
        .route("/endless", get(endless))
        .route("/events", get(events));
    let clients = Clients::new(&limits, proxies.parse::<TrustedProxies>().unwrap(), Counter::default());
    let (stop, stopped) = watch::channel(false);
    let task = tokio::spawn(Listener { socket, router, tls, clients, limits }.run(stopped));
    Served { address, stop, task }
}

/// Connects, and sends `text`.
async fn send(served: &Served, text: &str) -> TcpStream {
    let mut stream = TcpStream::connect(served.address).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    stream
}

/// Reads until the server closes the connection.
async fn read_all(mut stream: impl AsyncRead + Unpin) -> String {
    let mut bytes = Vec::new();
    // A connection that is closed with unread data is reset; what was received before is kept.
    _ = timeout(PATIENCE, stream.read_to_end(&mut bytes)).await.expect("the server hangs up");
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Reads until `end` was received.
async fn read_until(stream: &mut (impl AsyncRead + Unpin), end: &str) -> String {
    let mut text = String::new();
    while !text.ends_with(end) {
        let mut bytes = [0; 1_024];
        let count = timeout(PATIENCE, stream.read(&mut bytes)).await.expect("the server answers").unwrap();
        assert_ne!(count, 0, "closed after {text:?}");
        text.push_str(str::from_utf8(&bytes[..count]).unwrap());
    }
    text
}

const GET: &str = "GET / HTTP/1.1\r\nhost: x\r\n\r\n";

#[tokio::test]
async fn half_a_header_and_an_idle_connection_are_hung_up_on() {
    let served = start(ConnectionLimits { header: SHORT, ..LIMITS }, "", None).await;
    for text in ["", "GET / HTTP/1.1\r\nhost: x\r\nx-half: ", "POST / HTTP/1.1\r\n"] {
        assert_eq!(read_all(send(&served, text).await).await, "", "{text:?}");
    }
    // After an answer the connection may be idle for as long again.
    assert!(read_all(send(&served, GET).await).await.ends_with("\r\n\r\nhello"));
}

#[tokio::test]
async fn a_connection_of_a_trusted_proxy_may_be_idle_for_longer() {
    let limits = ConnectionLimits { header: SHORT, per_client: Some(1), ..LIMITS };
    let served = start(limits, "127.0.0.1", None).await;
    let mut idle = send(&served, "").await;
    // The connection of a client would have been closed by now.
    tokio::time::sleep(SHORT * 3).await;
    let mut second = send(&served, GET).await;
    read_until(&mut second, "hello").await;
    idle.write_all(GET.as_bytes()).await.unwrap();
    read_until(&mut idle, "hello").await;
}

#[tokio::test]
async fn half_a_body_is_answered_with_408_and_hung_up_on() {
    let served = start(ConnectionLimits { body: SHORT, ..LIMITS }, "", None).await;
    for text in [
        "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nhalf",
        "POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n",
    ] {
        let answer = read_all(send(&served, text).await).await;
        assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("too long to arrive"), "{answer}");
    }
    // A handler that does not read the body answers; the connection does not wait for the rest.
    let answer =
        read_all(send(&served, "POST /deaf HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nhalf").await).await;
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("not read"), "{answer}");
    // A whole body may come in pieces.
    let mut stream = send(&served, "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nfirst").await;
    stream.write_all(b"last").await.unwrap();
    read_until(&mut stream, "firstlast").await;
}

#[tokio::test]
async fn a_client_that_never_reads_is_hung_up_on_and_an_event_stream_goes_on() {
    let limits = ConnectionLimits { header: SHORT, body: SHORT, write: SHORT, per_client: Some(2), ..LIMITS };
    let served = start(limits, "", None).await;
    let mut events = send(&served, "GET /events HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let deaf = send(&served, "GET /endless HTTP/1.1\r\nhost: x\r\n\r\n").await;
    // The place of the client that never reads becomes free.
    let answer = async {
        loop {
            let mut stream = send(&served, GET).await;
            let mut first = [0; 1];
            if matches!(stream.read(&mut first).await, Ok(1)) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, answer).await.expect("a place becomes free");
    drop(deaf);
    for _ in 0..4 {
        read_until(&mut events, "event\n\r\n").await;
    }
}

#[tokio::test]
async fn a_tls_handshake_that_stalls_is_hung_up_on() {
    let folder = Folder(std::env::temp_dir().join(format!("tessera_handshake_{}", std::process::id())));
    let certificate = Certificate::load_or_generate(&folder.0).unwrap();
    let served = start(ConnectionLimits { handshake: SHORT, ..LIMITS }, "", Some(certificate.acceptor())).await;
    // The start of a ClientHello.
    for bytes in [&b""[..], &[0x16, 0x03, 0x01, 0x02, 0x00, 0x01]] {
        let mut stream = TcpStream::connect(served.address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        assert_eq!(read_all(stream).await, "");
    }
    // A client that finishes its handshake is served.
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(&certificate.file).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(served.address).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap();
    stream.write_all(GET.as_bytes()).await.unwrap();
    read_until(&mut stream, "hello").await;
}

#[tokio::test]
async fn a_client_at_its_cap_is_refused_while_another_is_served() {
    let served = start(ConnectionLimits { per_client: Some(3), ..LIMITS }, "", None).await;
    let connect = |from: &'static str| {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::new(from.parse().unwrap(), 0)).unwrap();
        let connected = socket.connect(served.address);
        async {
            let mut stream = connected.await.unwrap();
            // The server may already have closed the connection.
            _ = stream.write_all(GET.as_bytes()).await;
            stream
        }
    };
    let mut held = Vec::new();
    for _ in 0..3 {
        let mut stream = connect("127.0.0.1").await;
        read_until(&mut stream, "hello").await;
        held.push(stream);
    }
    assert_eq!(read_all(connect("127.0.0.1").await).await, "");
    // All of 127/8 is this machine.
    read_until(&mut connect("127.0.0.2").await, "hello").await;
    // A closed connection frees its place.
    held.pop();
    let freed = async {
        while !matches!(connect("127.0.0.1").await.read(&mut [0; 1]).await, Ok(1)) {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, freed).await.expect("a place becomes free");
}

#[tokio::test]
async fn clients_wait_while_all_places_are_taken() {
    let served = start(ConnectionLimits { total: Some(2), header: SHORT, ..LIMITS }, "", None).await;
    let _held = (send(&served, "").await, send(&served, "").await);
    // The idle connections are closed, and then this one is served.
    read_until(&mut send(&served, GET).await, "hello").await;
}

#[tokio::test]
async fn a_stop_waits_for_the_request_in_progress() {
    let served = start(LIMITS, "", None).await;
    let mut idle = send(&served, GET).await;
    read_until(&mut idle, "hello").await;
    let mut busy =
        send(&served, "POST / HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 4\r\n\r\n").await;
    read_until(&mut busy, "100 Continue\r\n\r\n").await;
    served.stop.send(true).unwrap();
    assert_eq!(read_all(idle).await, "");
    assert!(!served.task.is_finished());
    busy.write_all(b"done").await.unwrap();
    assert!(read_all(busy).await.ends_with("done"));
    timeout(PATIENCE, served.task).await.expect("the listener ends").unwrap();
}

struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        _ = std::fs::remove_dir_all(&self.0);
    }
}
