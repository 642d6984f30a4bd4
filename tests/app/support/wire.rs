//! A connection to `PostgreSQL` that takes the organization's condition out of each statement, so that row-level security
//! alone keeps organizations apart.
//!
//! It stands between the application and the server and rewrites the messages `Parse` of the protocol (`PostgreSQL`
//! documentation, section "Message Formats"). The application stays as it is.

use std::{
    collections::BTreeSet,
    io::Write as _,
    sync::{LazyLock, Mutex},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use url::Url;

/// Names the file that receives the rewritten statements, and puts every application of the tests behind this connection.
pub const VARIABLE: &str = "TEST_WITHOUT_ORG_CONDITION";

/// The first four bytes of a start message, after its length: version 3.0 of the protocol.
const PROTOCOL: u32 = 196_608;

/// Listens on a free port and returns the address of the same database behind it.
pub async fn without_org_condition(address: &str) -> String {
    let mut address = Url::parse(address).unwrap();
    let server = format!("{}:{}", address.host_str().unwrap(), address.port().unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    address.set_host(Some("127.0.0.1")).unwrap();
    address.set_port(Some(listener.local_addr().unwrap().port())).unwrap();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = server.clone();
            // Ends with either side.
            tokio::spawn(async move { relay(client, &server).await });
        }
    });
    address.into()
}

async fn relay(client: TcpStream, server: &str) -> std::io::Result<()> {
    let server = TcpStream::connect(server).await?;
    // Without this, the kernel holds small messages back until the one before is acknowledged.
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (mut from_server, mut to_server) = server.into_split();
    let (mut from_client, mut to_client) = client.into_split();
    let answers = tokio::spawn(async move { tokio::io::copy(&mut from_server, &mut to_client).await });
    // A client may first ask for encryption, which the server of the tests declines.
    loop {
        let length = from_client.read_u32().await?;
        let mut message = vec![0; usize::try_from(length).unwrap() - 4];
        from_client.read_exact(&mut message).await?;
        to_server.write_u32(length).await?;
        to_server.write_all(&message).await?;
        if message.starts_with(&PROTOCOL.to_be_bytes()) {
            break;
        }
    }
    while let Ok(kind) = from_client.read_u8().await {
        let length = from_client.read_u32().await?;
        let mut message = vec![0; usize::try_from(length).unwrap() - 4];
        from_client.read_exact(&mut message).await?;
        if kind == b'P' {
            message = rewritten(message);
        }
        let mut whole = vec![kind];
        whole.extend(u32::try_from(message.len() + 4).unwrap().to_be_bytes());
        whole.extend(message);
        to_server.write_all(&whole).await?;
    }
    to_server.shutdown().await?;
    _ = answers.await;
    Ok(())
}

/// Rewrites a message `Parse`: a name, the statement, and the types of its parameters.
fn rewritten(message: Vec<u8>) -> Vec<u8> {
    let mut parts = message.splitn(3, |byte| *byte == 0);
    let (Some(name), Some(sql), Some(types)) = (parts.next(), parts.next(), parts.next()) else { return message };
    let Some(changed) = std::str::from_utf8(sql).ok().and_then(without_condition) else { return message };
    [name, changed.as_bytes(), types].join(&0)
}

/// Returns the statement without its conditions on the organization, or `None` if it has none.
///
/// The parameter stays in use, since the statement could not be prepared otherwise.
pub fn without_condition(sql: &str) -> Option<String> {
    const CONDITION: &str = "org_id = $";
    // The seats of a browser are its own in every organization: the wall between them is the browser.
    if !sql.contains(CONDITION) || sql.contains("browser_id") {
        return None;
    }
    record(sql);
    let (mut rest, mut changed) = (sql, String::new());
    while let Some(at) = rest.find(CONDITION) {
        let (before, after) = rest.split_at(at);
        // The alias of the table, `t.`.
        let alias = before.strip_suffix('.').map_or(before, |before| {
            before.trim_end_matches(|character: char| character.is_alphanumeric() || character == '_')
        });
        let after = &after[CONDITION.len()..];
        let digits = after.chars().take_while(char::is_ascii_digit).count();
        changed.push_str(alias);
        changed.extend(["$", &after[..digits], "::uuid IS NOT NULL"]);
        rest = &after[digits..];
    }
    changed.push_str(rest);
    Some(changed)
}

/// Joins the words of a statement by single spaces.
pub fn normalized(sql: &str) -> String {
    sql.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Adds the statement to the file that [`VARIABLE`] names.
fn record(sql: &str) {
    static SEEN: LazyLock<Mutex<BTreeSet<String>>> = LazyLock::new(Mutex::default);
    let Ok(file) = std::env::var(VARIABLE) else { return };
    let sql = normalized(sql);
    let mut seen = SEEN.lock().unwrap();
    if seen.insert(sql.clone()) {
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(file).unwrap();
        writeln!(file, "{sql}").unwrap();
    }
}
