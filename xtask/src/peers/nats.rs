//! NATS JetStream: a work-queue stream for tasks, another for messages, a key-value bucket for
//! notes. Owns one connection and as much of the protocol as these need; refuses clusters and TLS.

use std::io::{BufReader, Read as _, Write as _};
use std::net::TcpStream;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};

use super::http;
use super::sockets::{Connection, number_in, payload};
use super::work::Kind;

pub struct Nats {
    stream: BufReader<TcpStream>,
    inbox: String,
    acknowledge_at: String,
}

/// A message as it came: where an acknowledgement goes, its status where it has one, its text.
struct Message {
    reply: String,
    status: String,
    text: String,
}

impl Nats {
    /// Makes the streams and consumers where they are missing.
    pub fn prepare(port: u16) -> Result<()> {
        let mut nats = Self::connect(port, 0)?;
        for kind in Kind::ALL {
            let name = kind.name();
            let subject = subject(kind, "*");
            let retention = if kind == Kind::Note {
                "limits"
            } else {
                "workqueue"
            };
            let stream = json!({
                "name": stream_of(kind), "subjects": [subject], "retention": retention,
                "storage": "file", "num_replicas": 1, "allow_direct": kind == Kind::Note,
                "max_msgs_per_subject": if kind == Kind::Note { 1 } else { -1 },
                "discard": if kind == Kind::Note { "new" } else { "old" },
            });
            nats.api(&format!("STREAM.CREATE.{}", stream_of(kind)), &stream)?;
            if kind != Kind::Note {
                let consumer = json!({"stream_name": name, "config": {
                    "durable_name": "all", "ack_policy": "explicit",
                    "ack_wait": 600_000_000_000_u64, "max_ack_pending": -1,
                }});
                nats.api(&format!("CONSUMER.DURABLE.CREATE.{name}.all"), &consumer)?;
            }
        }
        Ok(())
    }

    pub fn connect(port: u16, number: u64) -> Result<Self> {
        let mut stream = http::connect(port)?;
        let hello = http::line(&mut stream)?;
        ensure!(
            hello.starts_with("INFO "),
            "the server greeted with `{hello}`"
        );
        let mut nats = Self {
            stream,
            inbox: format!("inbox.{number}"),
            acknowledge_at: String::new(),
        };
        let options = json!({"verbose": false, "pedantic": false, "headers": true,
            "no_responders": true, "lang": "rust", "version": "0", "protocol": 1});
        let hello = format!("CONNECT {options}\r\nSUB {} 1\r\n", nats.inbox);
        nats.stream.get_mut().write_all(hello.as_bytes())?;
        Ok(nats)
    }

    fn api(&mut self, what: &str, body: &Value) -> Result<()> {
        let answer = self.ask(&format!("$JS.API.{what}"), &body.to_string())?;
        let answer: Value = serde_json::from_str(&answer.text)?;
        ensure!(
            answer.get("error").is_none(),
            "`{what}`: {}",
            answer["error"]
        );
        Ok(())
    }

    /// Publishes with a place for the answer, and waits for it.
    fn ask(&mut self, subject: &str, body: &str) -> Result<Message> {
        let message = format!("PUB {subject} {} {}\r\n{body}\r\n", self.inbox, body.len());
        self.stream.get_mut().write_all(message.as_bytes())?;
        self.message()
    }

    fn message(&mut self) -> Result<Message> {
        loop {
            let line = http::line(&mut self.stream)?;
            let words: Vec<_> = line.split(' ').collect();
            match words[0] {
                "PING" => self.stream.get_mut().write_all(b"PONG\r\n")?,
                "PONG" | "+OK" | "INFO" => {}
                "MSG" => return self.body(&words, 0),
                "HMSG" => {
                    let header = words.iter().rev().nth(1).context("a short header")?;
                    return self.body(&words, header.parse()?);
                }
                _ => bail!("{line}"),
            }
        }
    }

    fn body(&mut self, words: &[&str], header: usize) -> Result<Message> {
        let total: usize = words
            .last()
            .context("a message without a length")?
            .parse()?;
        let mut bytes = vec![0; total + 2];
        self.stream.read_exact(&mut bytes)?;
        let text = std::str::from_utf8(&bytes[..total])?;
        let (header, text) = text.split_at_checked(header).context("a short message")?;
        let numbers = if header.is_empty() { 1 } else { 2 };
        let reply = (words.len() == 4 + numbers).then(|| words[3].to_owned());
        Ok(Message {
            reply: reply.unwrap_or_default(),
            status: header.split([' ', '\r']).nth(1).unwrap_or("").to_owned(),
            text: text.to_owned(),
        })
    }
}

impl Connection for Nats {
    fn write(&mut self, kind: Kind, id: u64) -> Result<()> {
        let answer = self.ask(&subject(kind, &id.to_string()), &payload(id))?;
        let stored: Value = serde_json::from_str(&answer.text)
            .with_context(|| format!("status {} instead of an acknowledgement", answer.status))?;
        ensure!(stored.get("seq").is_some(), "not stored: {stored}");
        Ok(())
    }

    fn take(&mut self, kind: Kind, id: u64) -> Result<Option<u64>> {
        let (api, body) = match kind {
            Kind::Note => {
                let subject = subject(kind, &id.to_string());
                let stream = stream_of(kind);
                (format!("DIRECT.GET.{stream}.{subject}"), String::new())
            }
            Kind::Task | Kind::Message => (
                format!("CONSUMER.MSG.NEXT.{}.all", kind.name()),
                json!({"batch": 1, "no_wait": true}).to_string(),
            ),
        };
        let message = self.ask(&format!("$JS.API.{api}"), &body)?;
        match &*message.status {
            "404" | "408" => return Ok(None),
            "" => {}
            // A note's own headers begin with the version alone.
            _ if kind == Kind::Note && !message.text.is_empty() => {}
            status => bail!("status {status}"),
        }
        self.acknowledge_at = message.reply;
        number_in(&message.text).map(Some)
    }

    /// Acknowledged twice: the worker waits until the server has taken note.
    fn settle(&mut self, _kind: Kind) -> Result<()> {
        let place = std::mem::take(&mut self.acknowledge_at);
        self.ask(&place, "+ACK").map(drop)
    }
}

fn stream_of(kind: Kind) -> &'static str {
    if kind == Kind::Note {
        "KV_note"
    } else {
        kind.name()
    }
}

fn subject(kind: Kind, id: &str) -> String {
    if kind == Kind::Note {
        format!("$KV.note.{id}")
    } else {
        format!("{}.{id}", kind.name())
    }
}
