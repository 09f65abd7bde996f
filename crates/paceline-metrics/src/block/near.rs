//! Frames that one walk has just used. Owns a short way past the shared cache, whose lock and hashes
//! would cost a long walk more than reading does; refuses to hold many.

use std::sync::Arc;

use super::format::ReadError;

/// Frames are some kilobytes, and a walk rarely goes back and forth between more.
const HELD_MAX: usize = 64;

pub(super) struct Near<T> {
    frames: Vec<Option<Arc<T>>>,
    held: usize,
}

impl<T> Default for Near<T> {
    fn default() -> Self {
        Self {
            frames: Vec::new(),
            held: 0,
        }
    }
}

impl<T> Near<T> {
    /// The frame with this number, read when it is not at hand.
    pub(super) fn get(
        &mut self,
        number: usize,
        read: impl FnOnce() -> Result<Arc<T>, ReadError>,
    ) -> Result<&Arc<T>, ReadError> {
        let is_held = matches!(self.frames.get(number), Some(Some(_)));
        if !is_held {
            let frame = read()?;
            if self.held == HELD_MAX {
                self.frames.clear();
                self.held = 0;
            }
            if self.frames.len() <= number {
                self.frames.resize_with(number + 1, || None);
            }
            self.frames[number] = Some(frame);
            self.held += 1;
        }
        self.frames[number]
            .as_ref()
            .ok_or_else(|| ReadError::damaged(0, "a frame is missing"))
    }
}
