//! A name server on loopback that serves the records of a test.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use tokio::{net::UdpSocket, task::JoinHandle};

/// The server's answer for a name.
#[derive(Clone, Debug)]
pub enum Records {
    /// One answer with these TXT records.
    Texts(Vec<String>),
    /// The name exists without a TXT record.
    Empty,
    /// The server fails (SERVFAIL).
    Trouble,
    /// The server does not answer.
    Silence,
}

#[derive(Default)]
struct Zone {
    records: HashMap<String, Records>,
    questions: Vec<String>,
}

/// A running name server. Names without records do not exist.
pub struct Dns {
    pub address: SocketAddr,
    zone: Arc<Mutex<Zone>>,
    task: JoinHandle<()>,
}

impl Dns {
    pub async fn start() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let zone = Arc::<Mutex<Zone>>::default();
        let answers = zone.clone();
        let task = tokio::spawn(async move {
            let mut buffer = [0; 1500];
            loop {
                let (length, from) = socket.recv_from(&mut buffer).await.unwrap();
                if let Some(answer) = answer(&answers, &buffer[..length]) {
                    socket.send_to(&answer, from).await.unwrap();
                }
            }
        });
        Self { address, zone, task }
    }

    /// Sets the server's answer for `name`.
    pub fn set(&self, name: &str, records: Records) {
        self.zone.lock().unwrap().records.insert(name.to_owned(), records);
    }

    /// Publishes `texts` as the TXT records of `name`.
    pub fn texts(&self, name: &str, texts: &[&str]) {
        self.set(name, Records::Texts(texts.iter().map(ToString::to_string).collect()));
    }

    /// Removes all records of `name`, so that the name does not exist.
    pub fn forget(&self, name: &str) {
        self.zone.lock().unwrap().records.remove(name);
    }

    /// Lists all names that were queried.
    pub fn questions(&self) -> Vec<String> {
        self.zone.lock().unwrap().questions.clone()
    }
}

impl Drop for Dns {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Builds an answer (RFC 1035 section 4): the header, the repeated question, and the records.
fn answer(zone: &Mutex<Zone>, query: &[u8]) -> Option<Vec<u8>> {
    let (name, end) = parse_question(query);
    let mut zone = zone.lock().unwrap();
    zone.questions.push(name.clone());
    let (code, texts): (u8, &[String]) = match zone.records.get(&name) {
        Some(Records::Texts(texts)) => (0, texts),
        Some(Records::Empty) => (0, &[]),
        Some(Records::Trouble) => (2, &[]),
        Some(Records::Silence) => return None,
        None => (3, &[]),
    };
    // The header contains the id, the flags of a recursive response with its code, and the counts of questions and
    // answers.
    let count = u16::try_from(texts.len()).unwrap().to_be_bytes();
    let mut answer = vec![query[0], query[1], 0x81, 0x80 | code, 0, 1, count[0], count[1], 0, 0, 0, 0];
    answer.extend(&query[12..end]);
    for text in texts {
        // A record starts with a pointer to the name, type TXT, class IN, and a TTL of one hour.
        answer.extend([0xc0, 12, 0, 16, 0, 1, 0, 0, 0x0e, 0x10]);
        let pieces: Vec<_> = text.as_bytes().chunks(255).collect();
        let length = text.len() + pieces.len();
        answer.extend(u16::try_from(length).unwrap().to_be_bytes());
        for piece in pieces {
            answer.push(u8::try_from(piece.len()).unwrap());
            answer.extend(piece);
        }
    }
    Some(answer)
}

/// Parses the queried name, in lower case, and the offset at which the question ends.
fn parse_question(query: &[u8]) -> (String, usize) {
    let (mut labels, mut at) = (Vec::new(), 12);
    while query[at] != 0 {
        let length = usize::from(query[at]);
        labels.push(String::from_utf8_lossy(&query[at + 1..=at + length]).to_lowercase());
        at += length + 1;
    }
    (labels.join("."), at + 5)
}
