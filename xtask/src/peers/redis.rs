//! Redis: a stream with a consumer group for tasks and for messages, a key for a note. Owns one
//! connection and as much of RESP as these need; refuses pipelining, which a client that waits for
//! its acknowledgement cannot use.

use std::io::{BufReader, Read as _, Write as _};
use std::net::TcpStream;

use anyhow::{Result, bail, ensure};

use super::http;
use super::sockets::{Connection, number_in, payload};
use super::work::Kind;

pub struct Redis {
    stream: BufReader<TcpStream>,
    consumer: String,
    entry: String,
}

#[derive(Debug)]
enum Reply {
    Nothing,
    Text(String),
    List(Vec<Self>),
}

impl Redis {
    /// While it reads its file it accepts connections, and answers that it is loading.
    pub fn is_ready(port: u16) -> bool {
        http::connect(port).is_ok_and(|stream| {
            let mut redis = Self {
                stream,
                consumer: String::new(),
                entry: String::new(),
            };
            redis.ask(&["PING"]).is_ok()
        })
    }

    pub fn connect(port: u16, number: u64) -> Result<Self> {
        let mut redis = Self {
            stream: http::connect(port)?,
            consumer: format!("worker-{number}"),
            entry: String::new(),
        };
        for kind in [Kind::Task, Kind::Message] {
            let made = redis.ask(&["XGROUP", "CREATE", kind.name(), "all", "0", "MKSTREAM"]);
            if let Err(error) = made {
                ensure!(error.to_string().contains("BUSYGROUP"), error);
            }
        }
        Ok(redis)
    }

    fn ask(&mut self, words: &[&str]) -> Result<Reply> {
        let mut command = format!("*{}\r\n", words.len());
        for word in words {
            command.push_str(&format!("${}\r\n{word}\r\n", word.len()));
        }
        self.stream.get_mut().write_all(command.as_bytes())?;
        self.reply()
    }

    fn reply(&mut self) -> Result<Reply> {
        let line = http::line(&mut self.stream)?;
        let (mark, rest) = line.split_at_checked(1).unwrap_or(("", ""));
        match mark {
            "+" | ":" => Ok(Reply::Text(rest.to_owned())),
            "-" => bail!("{rest}"),
            "$" | "*" if rest == "-1" => Ok(Reply::Nothing),
            "$" => {
                let mut text = vec![0; rest.parse::<usize>()? + 2];
                self.stream.read_exact(&mut text)?;
                text.truncate(text.len() - 2);
                Ok(Reply::Text(String::from_utf8(text)?))
            }
            "*" => {
                let items = (0..rest.parse::<usize>()?).map(|_| self.reply());
                Ok(Reply::List(items.collect::<Result<_>>()?))
            }
            _ => bail!("`{line}` is no reply"),
        }
    }
}

impl Connection for Redis {
    fn write(&mut self, kind: Kind, id: u64) -> Result<()> {
        let body = payload(id);
        let written = match kind {
            Kind::Note => self.ask(&["SET", &format!("note:{id}"), &body])?,
            Kind::Task | Kind::Message => self.ask(&["XADD", kind.name(), "*", "body", &body])?,
        };
        ensure!(matches!(written, Reply::Text(_)), "answered {written:?}");
        Ok(())
    }

    fn take(&mut self, kind: Kind, id: u64) -> Result<Option<u64>> {
        if kind == Kind::Note {
            return match self.ask(&["GET", &format!("note:{id}")])? {
                Reply::Text(body) => number_in(&body).map(Some),
                _ => Ok(None),
            };
        }
        let consumer = self.consumer.clone();
        let command = ["XREADGROUP", "GROUP", "all", &consumer, "COUNT", "1"];
        let command = [&command[..], &["STREAMS", kind.name(), ">"]].concat();
        // [[stream, [[entry, [field, value]]]]]
        let mut texts = Vec::new();
        flatten(self.ask(&command)?, &mut texts);
        let [_, entry, _, body] = &texts[..] else {
            return Ok(None);
        };
        entry.clone_into(&mut self.entry);
        number_in(body).map(Some)
    }

    fn settle(&mut self, kind: Kind) -> Result<()> {
        let entry = self.entry.clone();
        self.ask(&["XACK", kind.name(), "all", &entry]).map(drop)
    }
}

fn flatten(reply: Reply, texts: &mut Vec<String>) {
    match reply {
        Reply::Nothing => {}
        Reply::Text(text) => texts.push(text),
        Reply::List(items) => items.into_iter().for_each(|item| flatten(item, texts)),
    }
}
