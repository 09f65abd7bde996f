//! beanstalkd's protocol: put, reserve, delete. Owns one connection; refuses releases and buries,
//! which the work does not need.

use std::io::{BufReader, Read as _, Write as _};
use std::net::TcpStream;

use anyhow::{Context as _, Result, bail, ensure};

use super::http;
use super::sockets::{Connection, number_in, payload};
use super::work::Kind;

/// Longer than a phase, so that no job comes back while its worker is at it.
const TIME_TO_RUN_SECONDS: u64 = 600;

pub struct Beanstalkd {
    stream: BufReader<TcpStream>,
    tube: Option<Kind>,
    reserved: String,
}

impl Beanstalkd {
    pub fn connect(port: u16) -> Result<Self> {
        Ok(Self {
            stream: http::connect(port)?,
            tube: None,
            reserved: String::new(),
        })
    }

    fn ask(&mut self, command: &str, answer: &str) -> Result<String> {
        self.stream.get_mut().write_all(command.as_bytes())?;
        let line = http::line(&mut self.stream)?;
        ensure!(line.starts_with(answer), "`{}`: {line}", command.trim());
        Ok(line)
    }

    /// A tube for tasks, and another that is the reader's mailbox.
    fn enter(&mut self, kind: Kind) -> Result<()> {
        if self.tube == Some(kind) {
            return Ok(());
        }
        let tube = kind.name();
        self.ask(&format!("use {tube}\r\n"), "USING")?;
        self.ask(&format!("watch {tube}\r\n"), "WATCHING")?;
        self.ask("ignore default\r\n", "WATCHING")?;
        self.tube = Some(kind);
        Ok(())
    }
}

impl Connection for Beanstalkd {
    fn write(&mut self, kind: Kind, id: u64) -> Result<()> {
        self.enter(kind)?;
        let body = payload(id);
        let put = format!(
            "put 1024 0 {TIME_TO_RUN_SECONDS} {}\r\n{body}\r\n",
            body.len()
        );
        self.ask(&put, "INSERTED").map(drop)
    }

    fn take(&mut self, kind: Kind, _id: u64) -> Result<Option<u64>> {
        self.enter(kind)?;
        let line = self.ask("reserve-with-timeout 0\r\n", "")?;
        if line == "TIMED_OUT" {
            return Ok(None);
        }
        let words: Vec<_> = line.split(' ').collect();
        let ["RESERVED", job, length] = words[..] else {
            bail!("`reserve-with-timeout`: {line}");
        };
        let mut body = vec![0; length.parse::<usize>()? + 2];
        self.stream.read_exact(&mut body)?;
        job.clone_into(&mut self.reserved);
        let body = std::str::from_utf8(&body).context("a job is no text")?;
        number_in(body).map(Some)
    }

    fn settle(&mut self, _kind: Kind) -> Result<()> {
        self.ask(&format!("delete {}\r\n", self.reserved), "DELETED")
            .map(drop)
    }
}
