//! A receiver of webhooks, which says what it is told to say. Owns its port, and what it was sent.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

pub struct Receiver {
    pub address: SocketAddr,
    received: mpsc::UnboundedReceiver<Request>,
    /// One message for each connection that the other side has ended.
    ended: mpsc::UnboundedReceiver<()>,
    _serving: JoinSet<()>,
}

pub struct Request {
    /// In lower case.
    pub head: String,
    pub body: Vec<u8>,
}

impl Request {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// What is said to one connection once its request is there.
#[derive(Clone)]
pub enum Say {
    /// This, and no more.
    Text(String),
    /// This, and then nothing, without an end.
    Wait(String),
    /// This, and then the second over and over.
    Endless(String, String),
}

pub fn status(line: &str) -> Say {
    Say::Text(format!("HTTP/1.1 {line}\r\ncontent-length: 0\r\n\r\n"))
}

impl Receiver {
    /// Says the first to the first connection and so on, the last to all after it.
    pub async fn start(answers: Vec<Say>) -> Self {
        Self::behind(None, answers).await
    }

    /// The same, with TLS where it is given.
    pub async fn behind(tls: Option<TlsAcceptor>, answers: Vec<Say>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (sent, received) = mpsc::unbounded_channel();
        let (end, ended) = mpsc::unbounded_channel();
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            let mut connections = JoinSet::new();
            let mut number = 0;
            while let Ok((stream, _)) = listener.accept().await {
                let answer = answers[number.min(answers.len() - 1)].clone();
                number += 1;
                let (tls, sent, end) = (tls.clone(), sent.clone(), end.clone());
                connections.spawn(async move {
                    match tls {
                        None => serve(stream, answer, sent, end).await,
                        // Whoever trusts nobody here hangs up.
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                serve(stream, answer, sent, end).await;
                            }
                        }
                    }
                });
            }
        });
        Self {
            address,
            received,
            ended,
            _serving: serving,
        }
    }

    pub fn url(&self, host: &str, path: &str) -> String {
        format!("http://{host}:{}{path}", self.address.port())
    }

    pub async fn next(&mut self) -> Request {
        self.received.recv().await.unwrap()
    }

    /// Whether nothing came but what was looked at.
    pub fn is_quiet(&mut self) -> bool {
        self.received.try_recv().is_err()
    }

    pub async fn is_left(&mut self) {
        self.ended.recv().await.unwrap();
    }
}

async fn serve(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    answer: Say,
    sent: mpsc::UnboundedSender<Request>,
    end: mpsc::UnboundedSender<()>,
) {
    let Some(request) = request(&mut stream).await else {
        return;
    };
    let (text, more) = match answer {
        Say::Text(text) => (text, None),
        Say::Wait(text) => (text, Some(String::new())),
        Say::Endless(text, more) => (text, Some(more)),
    };
    let mut is_there = stream.write_all(text.as_bytes()).await.is_ok();
    // After the answer, so that a test that turns the clock knows that it is on its way.
    let _ = sent.send(request);
    match more {
        Some(more) if more.is_empty() => while stream.read_u8().await.is_ok() {},
        Some(more) => {
            while is_there {
                is_there = stream.write_all(more.as_bytes()).await.is_ok();
            }
        }
        None => {}
    }
    let _ = end.send(());
}

async fn request(stream: &mut (impl AsyncRead + Unpin)) -> Option<Request> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..head_end]).to_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.unwrap_or("0").parse().unwrap();
    while bytes.len() < head_end + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    Some(Request {
        head,
        body: bytes[head_end..].to_vec(),
    })
}
