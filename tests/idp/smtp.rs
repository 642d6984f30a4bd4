//! A mail server that implements the part of RFC 5321 that the provider's client needs.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

/// A mail server that stores the mails it receives.
pub struct Smtp {
    address: SocketAddr,
    kept: Arc<Mutex<Kept>>,
}

#[derive(Default)]
struct Kept {
    /// Received mails with their envelopes.
    mails: Vec<Received>,
    /// Replies to the next recipients, which are refused.
    refusals: Vec<&'static str>,
    conversations: usize,
}

#[derive(Clone, Debug, Default)]
pub struct Received {
    pub from: String,
    pub to: String,
    /// Text of the mail as transmitted, with the dot stuffing removed.
    pub data: String,
}

impl Smtp {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let kept = Arc::new(Mutex::new(Kept::default()));
        let shared = kept.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(converse(stream, shared.clone()));
            }
        });
        Self { address, kept }
    }

    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// Refuses the next recipient with the reply `answer`.
    pub fn refuse_next(&self, answer: &'static str) {
        self.kept.lock().unwrap().refusals.push(answer);
    }

    pub fn mails(&self) -> Vec<Received> {
        self.kept.lock().unwrap().mails.clone()
    }

    /// Returns the number of connections so far.
    pub fn conversations(&self) -> usize {
        self.kept.lock().unwrap().conversations
    }

    /// Waits until the server has received `count` mails, and returns them.
    pub async fn wait_for(&self, count: usize) -> Vec<Received> {
        eventually(|| async { Some(self.mails()).filter(|mails| mails.len() >= count) }).await
    }
}

/// Calls `ask` repeatedly until it returns a value. The awaited event happens soon or not at all.
pub async fn eventually<T, F: Future<Output = Option<T>>>(ask: impl Fn() -> F) -> T {
    for _ in 0..1_000 {
        if let Some(answer) = ask().await {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it never came");
}

async fn converse(stream: TcpStream, kept: Arc<Mutex<Kept>>) {
    kept.lock().unwrap().conversations += 1;
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 mail.example ESMTP\r\n").await.unwrap();
    let mut mail = Received::default();
    while let Ok(Some(line)) = lines.next_line().await {
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
        let answer = match verb.as_str() {
            "EHLO" => "250-mail.example\r\n250 8BITMIME".to_owned(),
            "MAIL" => {
                mail.from = line[10..].to_owned();
                "250 OK".to_owned()
            }
            "RCPT" => {
                mail.to = line[8..].to_owned();
                kept.lock().unwrap().refusals.pop().unwrap_or("250 OK").to_owned()
            }
            "DATA" => {
                write.write_all(b"354 Go on\r\n").await.unwrap();
                while let Ok(Some(line)) = lines.next_line().await {
                    if line == "." {
                        break;
                    }
                    mail.data += line.strip_prefix('.').unwrap_or(&line);
                    mail.data += "\n";
                }
                kept.lock().unwrap().mails.push(std::mem::take(&mut mail));
                "250 Kept".to_owned()
            }
            "QUIT" => {
                drop(write.write_all(b"221 Bye\r\n").await);
                return;
            }
            "RSET" | "NOOP" => "250 OK".to_owned(),
            _ => "502 What?".to_owned(),
        };
        if write.write_all(format!("{answer}\r\n").as_bytes()).await.is_err() {
            return;
        }
    }
}
