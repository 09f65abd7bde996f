//! HTTP/1.1 over one kept-open connection, as far as Paceline's API needs it. Owns the framing;
//! refuses chunked answers, redirects and TLS.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

/// How long one call may take.
pub const CALL_WITHIN: Duration = Duration::from_secs(30);

pub struct Http {
    stream: BufReader<TcpStream>,
    port: u16,
    request: Vec<u8>,
}

impl Http {
    pub fn connect(port: u16) -> Result<Self> {
        Ok(Self {
            stream: connect(port)?,
            port,
            request: Vec::new(),
        })
    }

    /// The answer's body; null where it has none. A status over 299 is an error.
    pub fn call(&mut self, method: &str, path: &str, body: Option<&Value>) -> Result<Value> {
        let body = body.map(Value::to_string).unwrap_or_default();
        self.request.clear();
        write!(
            self.request,
            "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.port,
            body.len()
        )?;
        self.stream.get_mut().write_all(&self.request)?;
        let status = self.line()?;
        let status: u16 = status
            .split(' ')
            .nth(1)
            .context("no status")?
            .parse()
            .with_context(|| format!("`{status}` has no status"))?;
        let body = self.body()?;
        ensure!(status < 300, "{method} {path}: {status} {body}");
        Ok(body)
    }

    fn body(&mut self) -> Result<Value> {
        let mut length = 0;
        loop {
            let line = self.line()?.to_ascii_lowercase();
            match line.split_once(": ") {
                Some(("content-length", number)) => length = number.parse()?,
                Some(("transfer-encoding", how)) => bail!("the answer is {how}"),
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        if body.is_empty() {
            return Ok(Value::Null);
        }
        Ok(serde_json::from_slice(&body)?)
    }

    fn line(&mut self) -> Result<String> {
        line(&mut self.stream)
    }
}

/// A connection that answers at once or not at all.
pub fn connect(port: u16) -> Result<BufReader<TcpStream>> {
    let stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(CALL_WITHIN))?;
    stream.set_write_timeout(Some(CALL_WITHIN))?;
    Ok(BufReader::new(stream))
}

/// One line without its end; the end of the connection is an error.
pub fn line(stream: &mut BufReader<TcpStream>) -> Result<String> {
    let mut line = String::new();
    let read = stream.read_line(&mut line)?;
    ensure!(0 < read, "the server closed the connection");
    line.truncate(line.trim_end_matches(['\r', '\n']).len());
    Ok(line)
}
