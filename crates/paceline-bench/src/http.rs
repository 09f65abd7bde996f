//! One keep-alive HTTP/1.1 connection, as cheap as a client can be. Owns writing a request and
//! reading an answer; refuses redirects, pipelining, TLS and everything else that a benchmark of a
//! server on the same machine has no use for.
//!
//! Written by hand because the client shares two cores with the server it measures. Driving the
//! ceiling with 64 connections on one thread, hyper's client took 9.6 microseconds of processor
//! time a request, this one 6.7, of which the kernel's part is the most; the ceiling's own share is
//! 10.7. What the client burns, the server is measured without.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// An answer is refused beyond this; the largest honest one is a plan of 10,000 ids.
const ANSWER_BYTES_MAX: usize = 64 << 20;
/// The line before a chunk holds a length and, in theory, extensions.
const CHUNK_LINE_BYTES_MAX: usize = 256;
/// An answer of megabytes is read in pieces of up to this size.
const READ_BYTES_MAX: usize = 256 << 10;

/// A connection that opens itself again after an error.
pub struct Connection {
    address: SocketAddr,
    stream: Option<TcpStream>,
    outgoing: Vec<u8>,
    incoming: Vec<u8>,
    unchunked: Vec<u8>,
}

/// What is sent. `headers` are whole lines, each ending in CRLF.
pub struct Request<'a> {
    pub method: &'a str,
    pub path: &'a str,
    pub headers: &'a str,
    pub body: &'a [u8],
}

/// What came back.
#[derive(Debug)]
pub struct Answer<'a> {
    pub status: u16,
    head: &'a [u8],
    pub body: &'a [u8],
}

impl Answer<'_> {
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        header(self.head, name)
    }
}

impl Connection {
    pub async fn open(address: SocketAddr) -> io::Result<Self> {
        let mut connection = Self {
            address,
            stream: None,
            outgoing: Vec::with_capacity(1024),
            incoming: Vec::with_capacity(16 << 10),
            unchunked: Vec::new(),
        };
        connection.stream = Some(connect(address).await?);
        Ok(connection)
    }

    /// Sends one request and waits for its whole answer.
    pub async fn exchange(&mut self, request: &Request<'_>) -> io::Result<Answer<'_>> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => connect(self.address).await?,
        };
        write_request(&mut self.outgoing, self.address, request);
        stream.write_all(&self.outgoing).await?;
        self.incoming.clear();
        let frame = read_answer(&mut stream, &mut self.incoming, &mut self.unchunked).await?;
        // An error above leaves the stream dropped, so that a late answer to this request can
        // never be taken for the answer to the next.
        self.stream = Some(stream);
        let body = match frame.body {
            Body::Plain { length } => &self.incoming[frame.head..frame.head + length],
            Body::Chunked => &self.unchunked[..],
        };
        let head = &self.incoming[..frame.head];
        Ok(Answer {
            status: frame.status,
            head,
            body,
        })
    }
}

async fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

fn write_request(out: &mut Vec<u8>, address: SocketAddr, request: &Request<'_>) {
    use io::Write as _;
    out.clear();
    // Writing to memory cannot fail.
    let _ = write!(
        out,
        "{} {} HTTP/1.1\r\nhost: {address}\r\n{}content-length: {}\r\n",
        request.method,
        request.path,
        request.headers,
        request.body.len()
    );
    // Bodies are JSON unless their sender says otherwise.
    if !request.body.is_empty() && !request.headers.starts_with("content-type:") {
        out.extend_from_slice(b"content-type: application/json\r\n");
    }
    out.extend_from_slice(b"\r\n");
    out.extend_from_slice(request.body);
}

struct Frame {
    status: u16,
    head: usize,
    body: Body,
}

enum Body {
    Plain { length: usize },
    Chunked,
}

async fn read_answer(
    stream: &mut TcpStream,
    incoming: &mut Vec<u8>,
    unchunked: &mut Vec<u8>,
) -> io::Result<Frame> {
    let head = loop {
        read_more(stream, incoming).await?;
        if let Some(end) = find(incoming, b"\r\n\r\n") {
            break end + 4;
        }
    };
    let status = status(incoming).ok_or_else(|| malformed("the status line"))?;
    let is_chunked = header(&incoming[..head], "transfer-encoding")
        .is_some_and(|value| value.eq_ignore_ascii_case("chunked"));
    if is_chunked {
        unchunked.clear();
        let mut at = head;
        while !unchunk(incoming, &mut at, unchunked)? {
            read_more(stream, incoming).await?;
        }
        return Ok(Frame {
            status,
            head,
            body: Body::Chunked,
        });
    }
    let length = match header(&incoming[..head], "content-length") {
        Some(text) => text.parse().map_err(|_| malformed("`content-length`"))?,
        None => 0,
    };
    while incoming.len() < head + length {
        read_more(stream, incoming).await?;
    }
    Ok(Frame {
        status,
        head,
        body: Body::Plain { length },
    })
}

async fn read_more(stream: &mut TcpStream, incoming: &mut Vec<u8>) -> io::Result<()> {
    if ANSWER_BYTES_MAX < incoming.len() {
        return Err(malformed("an answer of that size"));
    }
    incoming.reserve(incoming.len().clamp(8 << 10, READ_BYTES_MAX));
    match stream.read_buf(incoming).await? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        _ => Ok(()),
    }
}

fn malformed(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("cannot read {what}"))
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack
        .windows(needle.len())
        .position(|window| window == needle)
}

/// `HTTP/1.1 201 Created`
fn status(head: &[u8]) -> Option<u16> {
    let digits = head.strip_prefix(b"HTTP/1.")?.get(2..5)?;
    std::str::from_utf8(digits).ok()?.parse().ok()
}

fn header<'a>(head: &'a [u8], name: &str) -> Option<&'a str> {
    let lines = head.split(|&byte| byte == b'\n');
    let value = lines.filter_map(|line| {
        let colon = name.len();
        let matches =
            line.get(colon) == Some(&b':') && line[..colon].eq_ignore_ascii_case(name.as_bytes());
        matches.then(|| &line[colon + 1..])
    });
    std::str::from_utf8(value.into_iter().next()?)
        .ok()
        .map(str::trim)
}

/// Takes apart the chunks that have arrived whole, from `at` on, which moves behind them; false
/// while the last one is missing. Nothing is looked at twice but a chunk that was torn: an answer
/// of megabytes arrives in thousands of pieces.
fn unchunk(incoming: &[u8], at: &mut usize, out: &mut Vec<u8>) -> io::Result<bool> {
    loop {
        let rest = &incoming[*at..];
        let Some(line) = find(&rest[..rest.len().min(CHUNK_LINE_BYTES_MAX)], b"\r\n") else {
            return match rest.len() {
                CHUNK_LINE_BYTES_MAX.. => Err(malformed("a chunk's length")),
                _ => Ok(false),
            };
        };
        let digits = rest[..line]
            .split(|&byte| byte == b';')
            .next()
            .unwrap_or_default();
        let length = std::str::from_utf8(digits)
            .ok()
            .and_then(|text| usize::from_str_radix(text.trim(), 16).ok())
            .filter(|&length| length <= ANSWER_BYTES_MAX)
            .ok_or_else(|| malformed("a chunk's length"))?;
        let body = line + 2;
        if rest.len() < body + length + 2 {
            return Ok(false);
        }
        out.extend_from_slice(&rest[body..body + length]);
        *at += body + length + 2;
        if length == 0 {
            return Ok(true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_found_whatever_their_case() {
        let head = b"HTTP/1.1 201 Created\r\nContent-Length: 12\r\nX: y\r\n\r\n";
        assert_eq!(status(head), Some(201));
        assert_eq!(header(head, "content-length"), Some("12"));
        assert_eq!(header(head, "x"), Some("y"));
        assert_eq!(header(head, "content"), None);
        assert_eq!(status(b"SSH-2.0-x"), None);
    }

    #[test]
    fn chunks_are_joined_once_the_last_has_arrived() {
        let whole = b"4\r\nWiki\r\n6;x=y\r\npedia \r\n0\r\n\r\n";
        let (mut out, mut at) = (Vec::new(), 0);
        for end in 0..whole.len() {
            assert!(!unchunk(&whole[..end], &mut at, &mut out).unwrap(), "{end}");
        }
        assert!(unchunk(whole, &mut at, &mut out).unwrap());
        assert_eq!((out.as_slice(), at), (&b"Wikipedia "[..], whole.len()));
        for broken in [&b"zz\r\n"[..], b"ffffffffffffffff\r\n", &[b'1'; 300]] {
            assert!(unchunk(broken, &mut 0, &mut out).is_err());
        }
    }
}
