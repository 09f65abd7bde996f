//! Frames on their way to a subscriber. Owns the line before the socket, its bound and its end with
//! a close frame; refuses to wait for a subscriber that does not read: the line is full, and that
//! ends it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use axum::extract::ws::{CloseFrame, Message, close_code};
use futures_util::{Sink, SinkExt};
use tokio::sync::{mpsc, oneshot};

use super::limits::{CLOSE_WRITE_MAX, FRAME_BYTES_WAITING_MAX, FRAMES_WAITING_MAX};
use crate::recorder::live::{CutOff, LiveCounts};

/// Why a connection ends, as its close frame says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The subscriber went first.
    Left,
    Stopping,
    MessageTooLong,
    CutOff(CutOff),
}

impl Ending {
    fn close_frame(self) -> Option<CloseFrame> {
        let (code, reason) = match self {
            Self::Left => return None,
            Self::Stopping => (
                close_code::AWAY,
                "the server is stopping; connect again later",
            ),
            Self::MessageTooLong => (close_code::SIZE, "the message is longer than 1 MiB"),
            Self::CutOff(CutOff::SlowReader) => (
                close_code::POLICY,
                "too many frames were not read; ask for fewer frames or series",
            ),
            Self::CutOff(CutOff::TooMuch) => (
                close_code::AGAIN,
                "more samples came than could be passed on; ask for fewer series",
            ),
            Self::CutOff(CutOff::Silent) => (close_code::POLICY, "no sign of life for a minute"),
        };
        Some(CloseFrame {
            code,
            reason: reason.into(),
        })
    }
}

struct Level {
    bytes: AtomicUsize,
    counts: Arc<LiveCounts>,
}

pub struct Outbox {
    frames: mpsc::Sender<Message>,
    ended: oneshot::Sender<Ending>,
    level: Arc<Level>,
}

/// The socket's side of an [`Outbox`].
pub struct Line {
    frames: mpsc::Receiver<Message>,
    ended: oneshot::Receiver<Ending>,
    level: Arc<Level>,
}

pub fn outbox(counts: Arc<LiveCounts>) -> (Outbox, Line) {
    let (sender, frames) = mpsc::channel(FRAMES_WAITING_MAX);
    let (end, ended) = oneshot::channel();
    let level = Arc::new(Level {
        bytes: AtomicUsize::new(0),
        counts,
    });
    let outbox = Outbox {
        frames: sender,
        ended: end,
        level: Arc::clone(&level),
    };
    let line = Line {
        frames,
        ended,
        level,
    };
    (outbox, line)
}

impl Outbox {
    /// # Errors
    /// When too much is unread, or the socket is gone.
    pub fn send(&self, text: String) -> Result<(), Ending> {
        let bytes = text.len();
        let before = self.level.bytes.fetch_add(bytes, Relaxed);
        // One frame may be larger than the bound by itself.
        if before != 0 && FRAME_BYTES_WAITING_MAX < before + bytes {
            return Err(Ending::CutOff(CutOff::SlowReader));
        }
        self.put(Message::Text(text.into()))
    }

    /// # Errors
    /// As [`Self::send`].
    pub fn ping(&self) -> Result<(), Ending> {
        self.put(Message::Ping(Vec::new().into()))
    }

    fn put(&self, message: Message) -> Result<(), Ending> {
        self.frames.try_send(message).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => Ending::CutOff(CutOff::SlowReader),
            mpsc::error::TrySendError::Closed(_) => Ending::Left,
        })
    }

    /// What is unread is given up, but for a frame that is on its way.
    pub fn end(self, ending: Ending) {
        // The line may have ended by itself.
        let _ = self.ended.send(ending);
    }
}

impl Line {
    /// Writes until the outbox ends or the socket does.
    pub async fn write<S>(mut self, mut socket: S)
    where
        S: Sink<Message> + Unpin,
    {
        let ending = tokio::select! {
            biased;
            ending = &mut self.ended => ending.unwrap_or(Ending::Left),
            () = pump(&mut self.frames, &self.level, &mut socket) => return,
        };
        let farewell = async {
            match ending.close_frame() {
                Some(close) => socket.send(Message::Close(Some(close))).await,
                // The answer to the subscriber's own.
                None => socket.close().await,
            }
        };
        // A subscriber that never reads again does not get it, and is not waited for.
        let _ = tokio::time::timeout(CLOSE_WRITE_MAX, farewell).await;
    }
}

async fn pump<S>(frames: &mut mpsc::Receiver<Message>, level: &Level, socket: &mut S)
where
    S: Sink<Message> + Unpin,
{
    while let Some(message) = frames.recv().await {
        let bytes = match &message {
            Message::Text(text) => text.len(),
            _ => 0,
        };
        if socket.send(message).await.is_err() {
            return;
        }
        level.bytes.fetch_sub(bytes, Relaxed);
        if bytes != 0 {
            level.counts.frame_sent();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_nobody_reads_fills_up_by_frames_or_by_bytes() {
        let slow = Err(Ending::CutOff(CutOff::SlowReader));
        let (outbox, _line) = super::outbox(Arc::default());
        for _ in 0..FRAMES_WAITING_MAX {
            assert_eq!(outbox.send("x".to_owned()), Ok(()));
        }
        assert_eq!(outbox.send("x".to_owned()), slow);

        let (outbox, _line) = super::outbox(Arc::default());
        let large = "x".repeat(FRAME_BYTES_WAITING_MAX + 1);
        assert_eq!(outbox.send(large), Ok(()), "alone it has to fit");
        assert_eq!(outbox.send("x".to_owned()), slow);

        let (outbox, line) = super::outbox(Arc::default());
        drop(line);
        assert_eq!(outbox.send("x".to_owned()), Err(Ending::Left));
    }

    #[test]
    fn a_close_frames_reason_fits_into_a_control_frame() {
        let cut_off = CutOff::ALL.map(Ending::CutOff);
        for ending in [Ending::Stopping, Ending::MessageTooLong]
            .into_iter()
            .chain(cut_off)
        {
            let reason = ending.close_frame().unwrap().reason;
            assert!((1..=123).contains(&reason.len()), "{reason:?}");
        }
    }
}
