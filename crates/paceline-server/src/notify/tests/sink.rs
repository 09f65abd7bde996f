//! A mail server that takes everything, or says what it is told to say. Owns its port, and what was said to
//! it.

use std::net::SocketAddr;

use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use super::acceptor;
use crate::notify::MailTls;

pub struct Sink {
    pub address: SocketAddr,
    serving: JoinHandle<Taken>,
}

/// What was said in the one dialogue.
#[derive(Debug, Default)]
pub struct Taken {
    /// Before TLS.
    pub in_the_clear: Vec<String>,
    pub commands: Vec<String>,
    pub message: String,
}

/// What it says instead of its usual answer to a command that begins so; `""` is the greeting.
#[derive(Clone, Copy)]
pub struct Instead(pub &'static str, pub &'static str);

impl Sink {
    pub async fn start(tls: MailTls, instead: Option<Instead>) -> Self {
        Self::behind(acceptor(), tls, instead).await
    }

    pub async fn behind(acceptor: TlsAcceptor, tls: MailTls, instead: Option<Instead>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            serve(stream, (tls, acceptor), instead).await
        });
        Self { address, serving }
    }

    /// When the dialogue is over.
    pub async fn taken(self) -> Taken {
        self.serving.await.unwrap()
    }
}

async fn serve(
    stream: TcpStream,
    (tls, acceptor): (MailTls, TlsAcceptor),
    instead: Option<Instead>,
) -> Taken {
    let mut taken = Taken::default();
    match tls {
        MailTls::None => {
            dialogue(stream, true, false, instead, &mut taken).await;
        }
        MailTls::Implicit => {
            if let Ok(stream) = acceptor.accept(stream).await {
                dialogue(stream, true, false, instead, &mut taken).await;
            }
        }
        MailTls::StartTls => {
            let mut stream = stream;
            let is_asked = dialogue(&mut stream, true, true, instead, &mut taken).await;
            taken.in_the_clear = std::mem::take(&mut taken.commands);
            if is_asked && let Ok(stream) = acceptor.accept(stream).await {
                dialogue(stream, false, false, instead, &mut taken).await;
            }
        }
    }
    taken
}

/// Whether it was asked for TLS.
async fn dialogue(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    greets: bool,
    has_tls: bool,
    instead: Option<Instead>,
    taken: &mut Taken,
) -> bool {
    let mut stream = BufReader::new(stream);
    let mut say = if greets {
        usual("", has_tls, instead)
    } else {
        String::new()
    };
    let mut line = String::new();
    loop {
        if stream.get_mut().write_all(say.as_bytes()).await.is_err() {
            return false;
        }
        line.clear();
        if !matches!(stream.read_line(&mut line).await, Ok(1..)) {
            return false;
        }
        let command = line.trim_end().to_owned();
        say = usual(&command, has_tls, instead);
        taken.commands.push(command.clone());
        if say.starts_with("354") {
            stream.get_mut().write_all(say.as_bytes()).await.unwrap();
            taken.message = message(&mut stream).await;
            say = usual(".", has_tls, instead);
        }
        if command == "STARTTLS" && say.starts_with("220") {
            let is_said = stream.get_mut().write_all(say.as_bytes()).await;
            return is_said.is_ok();
        }
    }
}

/// To the dot, its dots unstuffed.
async fn message(stream: &mut BufReader<impl AsyncRead + Unpin>) -> String {
    let mut text = String::new();
    loop {
        let mut line = String::new();
        let read = stream.read_line(&mut line).await.unwrap();
        if line == ".\r\n" || read == 0 {
            return text;
        }
        text.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}

fn usual(command: &str, has_tls: bool, instead: Option<Instead>) -> String {
    if let Some(Instead(begin, answer)) = instead
        && (command == begin || (!begin.is_empty() && command.starts_with(begin)))
    {
        return answer.to_owned();
    }
    let verb = command.split([' ', ':']).next().unwrap_or_default();
    let tls = if has_tls { "250-STARTTLS\r\n" } else { "" };
    match verb {
        "EHLO" => format!("250-sink\r\n{tls}250-AUTH PLAIN\r\n250 8BITMIME\r\n"),
        "" | "STARTTLS" => "220 sink\r\n".to_owned(),
        "AUTH" => "235 yes\r\n".to_owned(),
        "DATA" => "354 go on\r\n".to_owned(),
        "QUIT" => "221 bye\r\n".to_owned(),
        _ => "250 yes\r\n".to_owned(),
    }
}
