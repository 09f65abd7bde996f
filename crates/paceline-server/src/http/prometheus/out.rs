//! An answer on its way out, in pieces. Owns when bytes leave and how they are compressed: what is
//! small goes as one body with its length, what is large goes piece by piece while the rest is still
//! being written, so that no answer is in memory as text. Refuses to wait for ever for a client that
//! does not read.

use std::io::{self, Write as _};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue, VARY,
};
use hyper::body::Frame;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};

const PIECE_BYTES: usize = 64 * 1024;
/// Pieces written ahead of a client that reads slowly.
const PIECES_WAITING: usize = 4;
/// Below it, compressing costs more than it saves.
const GZIP_BYTES_MIN: usize = 1024;
/// For a client to take one piece.
const PIECE_TAKEN_WITHIN: Duration = Duration::from_secs(30);
/// After the last piece.
const WHOLE: Bytes = Bytes::new();

/// Written by one thread that may block.
pub struct Out {
    pub bytes: Vec<u8>,
    accepts_gzip: bool,
    runtime: Handle,
    way: Way,
}

enum Way {
    /// Nothing has left: how the answer starts is still open.
    Open(oneshot::Sender<Response>),
    Streaming {
        gzip: Option<GzEncoder<Vec<u8>>>,
        pieces: mpsc::Sender<Bytes>,
    },
    Gone,
}

/// The client went away, or does not read.
#[derive(Debug)]
pub struct Unread;

impl Out {
    /// `head` learns the response once its first piece is complete. Call it on the runtime.
    pub fn new(head: oneshot::Sender<Response>, headers: &HeaderMap) -> Self {
        Self {
            bytes: Vec::with_capacity(4 * 1024),
            accepts_gzip: accepts_gzip(headers),
            runtime: Handle::current(),
            way: Way::Open(head),
        }
    }

    /// Lets go of what was written if it is enough for a piece. To be called between two values.
    pub fn settle(&mut self) -> Result<(), Unread> {
        if self.bytes.len() < PIECE_BYTES {
            return Ok(());
        }
        self.start_streaming()?;
        self.send()
    }

    /// The answer is complete.
    pub fn finish(mut self) -> Result<(), Unread> {
        if let Way::Open(_) = self.way {
            return self.send_whole();
        }
        self.send()?;
        let Way::Streaming { gzip, pieces } = std::mem::replace(&mut self.way, Way::Gone) else {
            return Err(Unread);
        };
        if let Some(encoder) = gzip {
            push(&self.runtime, &pieces, encoder.finish().map_err(unread)?)?;
        }
        push_piece(&self.runtime, &pieces, WHOLE)
    }

    /// Instead of what was written, unless some of it has already left: then the connection breaks
    /// off, which a client cannot take for a complete answer.
    pub fn fail(mut self, response: Response) {
        if let Way::Open(head) = std::mem::replace(&mut self.way, Way::Gone) {
            // A client that went away needs no answer.
            let _ = head.send(response);
        }
    }

    fn send_whole(&mut self) -> Result<(), Unread> {
        let is_zipped = self.accepts_gzip && GZIP_BYTES_MIN <= self.bytes.len();
        let bytes = std::mem::take(&mut self.bytes);
        let body = if is_zipped {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(&bytes).map_err(unread)?;
            encoder.finish().map_err(unread)?
        } else {
            bytes
        };
        match std::mem::replace(&mut self.way, Way::Gone) {
            Way::Open(head) => head
                .send(response(Body::from(body), is_zipped))
                .map_err(|_| Unread),
            _ => Err(Unread),
        }
    }

    fn start_streaming(&mut self) -> Result<(), Unread> {
        if !matches!(self.way, Way::Open(_)) {
            return Ok(());
        }
        let (pieces, receiver) = mpsc::channel(PIECES_WAITING);
        let body = Body::new(Pieces {
            receiver,
            is_whole: false,
        });
        let gzip = self
            .accepts_gzip
            .then(|| GzEncoder::new(Vec::new(), Compression::fast()));
        let response = response(body, gzip.is_some());
        match std::mem::replace(&mut self.way, Way::Streaming { gzip, pieces }) {
            Way::Open(head) => head.send(response).map_err(|_| Unread),
            _ => Err(Unread),
        }
    }

    fn send(&mut self) -> Result<(), Unread> {
        let Way::Streaming { gzip, pieces } = &mut self.way else {
            return Err(Unread);
        };
        let bytes = match gzip {
            Some(encoder) => {
                encoder.write_all(&self.bytes).map_err(unread)?;
                self.bytes.clear();
                std::mem::take(encoder.get_mut())
            }
            None => std::mem::replace(&mut self.bytes, Vec::with_capacity(PIECE_BYTES)),
        };
        push(&self.runtime, pieces, bytes)
    }
}

fn push(runtime: &Handle, pieces: &mpsc::Sender<Bytes>, bytes: Vec<u8>) -> Result<(), Unread> {
    if bytes.is_empty() {
        return Ok(());
    }
    push_piece(runtime, pieces, bytes.into())
}

fn push_piece(runtime: &Handle, pieces: &mpsc::Sender<Bytes>, piece: Bytes) -> Result<(), Unread> {
    let piece = match pieces.try_send(piece) {
        Ok(()) => return Ok(()),
        Err(mpsc::error::TrySendError::Full(piece)) => piece,
        Err(mpsc::error::TrySendError::Closed(_)) => return Err(Unread),
    };
    let sending = tokio::time::timeout(PIECE_TAKEN_WITHIN, pieces.send(piece));
    match runtime.block_on(sending) {
        Ok(Ok(())) => Ok(()),
        _ => Err(Unread),
    }
}

/// Writing to memory does not fail; were it to, the answer cannot go on.
fn unread(_: io::Error) -> Unread {
    Unread
}

fn response(body: Body, is_zipped: bool) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if is_zipped {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

/// `gzip` or `*` in the list, unless its weight is zero.
fn accepts_gzip(headers: &HeaderMap) -> bool {
    let listed = headers.get_all(ACCEPT_ENCODING).iter();
    let listed = listed.filter_map(|value| value.to_str().ok());
    let mut codings = listed.flat_map(|value| value.split(','));
    codings.any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let weight = weight.trim().strip_prefix("q=").unwrap_or("1");
        let name = name.trim();
        (name.eq_ignore_ascii_case("gzip") || name == "*")
            && weight.parse::<f32>().is_ok_and(|weight| 0.0 < weight)
    })
}

struct Pieces {
    receiver: mpsc::Receiver<Bytes>,
    is_whole: bool,
}

impl hyper::body::Body for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match self.receiver.poll_recv(cx) {
            Poll::Pending => Poll::Pending,
            // An empty piece says that all was written; a sender that is gone without one failed.
            Poll::Ready(Some(bytes)) if bytes.is_empty() => {
                self.is_whole = true;
                Poll::Ready(None)
            }
            Poll::Ready(Some(bytes)) => Poll::Ready(Some(Ok(Frame::data(bytes)))),
            Poll::Ready(None) if self.is_whole => Poll::Ready(None),
            Poll::Ready(None) => {
                let cut = io::Error::other("the answer broke off");
                self.is_whole = true;
                Poll::Ready(Some(Err(cut)))
            }
        }
    }
}
