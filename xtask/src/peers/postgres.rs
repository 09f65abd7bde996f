//! PostgreSQL's wire protocol, version 3: prepared statements with text parameters. Owns one
//! connection and the table that is the queue; refuses passwords and TLS, as the server is this
//! run's own, on loopback.

use std::io::{BufReader, Read as _, Write as _};
use std::net::TcpStream;

use anyhow::{Context as _, Result, bail};

use super::http;
use super::sockets::{Connection, number_in, payload};
use super::work::Kind;

const TABLES: &str = "\
CREATE TABLE IF NOT EXISTS task (id bigserial PRIMARY KEY, body text NOT NULL,
    state text NOT NULL DEFAULT 'ready');
CREATE INDEX IF NOT EXISTS task_ready ON task (id) WHERE state = 'ready';
CREATE TABLE IF NOT EXISTS note (name text PRIMARY KEY, body text NOT NULL)";

const STATEMENTS: [(&str, &str); 5] = [
    ("enqueue", "INSERT INTO task (body) VALUES ($1)"),
    (
        "claim",
        "UPDATE task SET state = 'running' WHERE id = (SELECT id FROM task WHERE state = 'ready' \
         ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id, body",
    ),
    (
        "complete",
        "UPDATE task SET state = 'completed' WHERE id = $1::text::bigint",
    ),
    (
        "set",
        "INSERT INTO note VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET body = excluded.body",
    ),
    ("get", "SELECT body FROM note WHERE name = $1"),
];

pub struct Postgres {
    stream: BufReader<TcpStream>,
    claimed: String,
}

impl Postgres {
    /// Makes the tables where they are missing: once, before any client is timed.
    pub fn prepare(port: u16) -> Result<()> {
        Self::start(port)?.simple(TABLES)
    }

    /// While it recovers it accepts connections, and refuses them.
    pub fn is_ready(port: u16) -> bool {
        Self::start(port).is_ok()
    }

    pub fn connect(port: u16) -> Result<Self> {
        let mut postgres = Self::start(port)?;
        for (name, text) in STATEMENTS {
            let body = [name.as_bytes(), b"\0", text.as_bytes(), b"\0\0\0"].concat();
            postgres.send(&[(b'P', &body), (b'S', b"")])?;
            postgres.rows()?;
        }
        Ok(postgres)
    }

    fn start(port: u16) -> Result<Self> {
        let mut postgres = Self {
            stream: http::connect(port)?,
            claimed: String::new(),
        };
        let body = b"\0\x03\0\0user\0postgres\0database\0postgres\0\0";
        let mut message = length_of(body);
        message.extend_from_slice(body);
        postgres.stream.get_mut().write_all(&message)?;
        postgres.rows()?;
        Ok(postgres)
    }

    fn simple(&mut self, text: &str) -> Result<()> {
        self.send(&[(b'Q', &[text.as_bytes(), b"\0"].concat())])?;
        self.rows().map(drop)
    }

    /// Runs a prepared statement: bind, execute and sync in one write.
    fn execute(&mut self, name: &str, parameters: &[&str]) -> Result<Vec<Vec<String>>> {
        let mut bind = [b"\0", name.as_bytes(), b"\0\0\0"].concat();
        bind.extend_from_slice(&u16::try_from(parameters.len())?.to_be_bytes());
        for parameter in parameters {
            bind.extend_from_slice(&u32::try_from(parameter.len())?.to_be_bytes());
            bind.extend_from_slice(parameter.as_bytes());
        }
        bind.extend_from_slice(b"\0\0");
        self.send(&[(b'B', &bind), (b'E', b"\0\0\0\0\0"), (b'S', b"")])?;
        self.rows()
    }

    fn send(&mut self, messages: &[(u8, &[u8])]) -> Result<()> {
        let mut bytes = Vec::new();
        for (tag, body) in messages {
            bytes.push(*tag);
            bytes.extend_from_slice(&length_of(body));
            bytes.extend_from_slice(body);
        }
        Ok(self.stream.get_mut().write_all(&bytes)?)
    }

    /// Reads until the server is ready for the next statement.
    fn rows(&mut self) -> Result<Vec<Vec<String>>> {
        let mut rows = Vec::new();
        let mut error = None;
        loop {
            let mut head = [0; 5];
            self.stream.read_exact(&mut head)?;
            let [tag, length @ ..] = head;
            let length = u32::from_be_bytes(length).checked_sub(4);
            let mut body = vec![0; length.context("a message without a length")? as usize];
            self.stream.read_exact(&mut body)?;
            match tag {
                b'D' => rows.push(row(&body)?),
                b'E' => error = Some(complaint(&body)),
                b'Z' => break,
                _ => {}
            }
        }
        match error {
            Some(error) => bail!("{error}"),
            None => Ok(rows),
        }
    }
}

impl Connection for Postgres {
    fn write(&mut self, kind: Kind, id: u64) -> Result<()> {
        let body = payload(id);
        match kind {
            Kind::Note => self.execute("set", &[&id.to_string(), &body]),
            Kind::Task | Kind::Message => self.execute("enqueue", &[&body]),
        }
        .map(drop)
    }

    fn take(&mut self, kind: Kind, id: u64) -> Result<Option<u64>> {
        let mut rows = match kind {
            Kind::Note => self.execute("get", &[&id.to_string()])?,
            Kind::Task | Kind::Message => self.execute("claim", &[])?,
        };
        let Some(mut row) = rows.pop() else {
            return Ok(None);
        };
        let body = row.pop().context("a row without columns")?;
        self.claimed = row.pop().unwrap_or_default();
        number_in(&body).map(Some)
    }

    fn settle(&mut self, _kind: Kind) -> Result<()> {
        let claimed = std::mem::take(&mut self.claimed);
        self.execute("complete", &[&claimed]).map(drop)
    }
}

fn length_of(body: &[u8]) -> Vec<u8> {
    ((body.len() + 4) as u32).to_be_bytes().to_vec()
}

fn row(mut body: &[u8]) -> Result<Vec<String>> {
    let columns = number::<2>(&mut body)?;
    let values = (0..columns).map(|_| {
        let length = number::<4>(&mut body)? as usize;
        let (value, rest) = body.split_at_checked(length).context("a short row")?;
        body = rest;
        Ok(String::from_utf8(value.to_vec())?)
    });
    values.collect()
}

fn number<const WIDTH: usize>(body: &mut &[u8]) -> Result<u32> {
    let (head, rest) = body.split_first_chunk::<WIDTH>().context("a short row")?;
    *body = rest;
    Ok(head
        .iter()
        .fold(0, |number, byte| number << 8 | u32::from(*byte)))
}

/// The human-readable field of an error.
fn complaint(body: &[u8]) -> String {
    let mut fields = body.split(|byte| *byte == 0);
    let text = fields.find(|field| field.first() == Some(&b'M'));
    String::from_utf8_lossy(text.unwrap_or(body)).into_owned()
}
