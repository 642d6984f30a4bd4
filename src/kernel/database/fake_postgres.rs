//! A server that speaks just enough of the protocol of `PostgreSQL` for tests of connections: it accepts everyone, and
//! answers simple queries as a test says (<https://www.postgresql.org/docs/current/protocol-flow.html>).

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions, PgSslMode},
};
use tokio::{
    io::{self, AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// Answers a query: `None` never answers it, an empty text completes it, and any other text is the code of an error.
type Answer = fn(&str) -> Option<&'static str>;

/// The server. It ends with the test's runtime.
pub struct FakePostgres {
    address: SocketAddr,
    queries: Arc<Mutex<Vec<String>>>,
}

/// What is recorded for a Sync, with which connections are tested.
const SYNC: &str = "(Sync)";

impl FakePostgres {
    pub async fn start(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, queries) = (listener.local_addr().unwrap(), Arc::<Mutex<Vec<_>>>::default());
        let seen = queries.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, answer, seen.clone()));
            }
        });
        Self { address, queries }
    }

    /// A pool of two connections to the server.
    pub fn pool(&self) -> PgPool {
        let options = PgConnectOptions::new_without_pgpass().host("127.0.0.1").port(self.address.port());
        let options = options.username("tests").ssl_mode(PgSslMode::Disable);
        let pool = PgPoolOptions::new().max_connections(2).acquire_timeout(Duration::from_secs(20));
        pool.test_before_acquire(false).connect_lazy_with(options)
    }

    /// Returns how many queries contained `text`.
    pub fn count(&self, text: &str) -> usize {
        self.queries.lock().unwrap().iter().filter(|query| query.contains(text)).count()
    }

    /// Returns how often connections were tested.
    pub fn syncs(&self) -> usize {
        self.count(SYNC)
    }

    /// Waits for a query that contains `text`.
    pub async fn wait_for(&self, text: &str) {
        while self.count(text) == 0 {
            tokio::task::yield_now().await;
        }
    }
}

async fn serve(mut stream: TcpStream, answer: Answer, queries: Arc<Mutex<Vec<String>>>) -> io::Result<()> {
    // The start-up message has no type. AuthenticationOk and ReadyForQuery follow.
    let length = stream.read_u32().await?;
    skip(&mut stream, length).await?;
    stream.write_all(b"R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I").await?;
    loop {
        let (kind, length) = (stream.read_u8().await?, stream.read_u32().await?);
        let body = skip(&mut stream, length).await?;
        match kind {
            b'Q' => {
                let query = String::from_utf8_lossy(&body).trim_end_matches('\0').to_owned();
                let answered = answer(&query);
                queries.lock().unwrap().push(query);
                match answered {
                    Some("") => stream.write_all(b"C\0\0\0\x07OK\0").await?,
                    Some(code) => stream.write_all(&error(code)).await?,
                    None => continue,
                }
                stream.write_all(b"Z\0\0\0\x05I").await?;
            }
            b'S' => {
                queries.lock().unwrap().push(SYNC.to_owned());
                stream.write_all(b"Z\0\0\0\x05I").await?;
            }
            _ => return Ok(()),
        }
    }
}

/// Reads the rest of a message; its length counts itself.
async fn skip(stream: &mut TcpStream, length: u32) -> io::Result<Vec<u8>> {
    let mut body = vec![0; length as usize - 4];
    stream.read_exact(&mut body).await?;
    Ok(body)
}

/// An `ErrorResponse`.
fn error(code: &str) -> Vec<u8> {
    let fields = format!("SERROR\0VERROR\0C{code}\0Mrefused\0\0");
    let length = u32::try_from(fields.len() + 4).unwrap();
    [b"E".as_slice(), &length.to_be_bytes(), fields.as_bytes()].concat()
}
