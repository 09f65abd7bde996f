//! Requests on disk, in the order they are sent. Owns the bound and what is given up for it, and
//! the hand-over from the writer to the sender; refuses to lose what fits: a request is given out
//! again until somebody says that it is done with.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use parking_lot::Mutex;
use tokio::sync::Notify;

use super::frame::{Frame, MAGIC};
use super::segments::{Cursor, CursorFile, Segment, list, path};
use super::totals::{Dropped, Totals};

/// A file is given up as a whole, and deleted as a whole when all of it was sent.
const SEGMENT_BYTES_MAX: u64 = 8 * 1024 * 1024;

pub struct Queue {
    folder: PathBuf,
    bytes_max: u64,
    totals: Arc<Totals>,
    /// Of the segment that is written to. Locked before `state` where both are.
    file: Mutex<Option<File>>,
    state: Mutex<State>,
    written: Notify,
}

struct State {
    segments: VecDeque<Segment>,
    cursor: Cursor,
    cursor_file: CursorFile,
    /// The next segment's.
    id: u64,
    /// Samples of the request that is being sent.
    under_way: Option<(Cursor, u64)>,
    /// More may come in this one.
    written_to: Option<u64>,
}

/// A request that was given out.
#[derive(Clone, Debug)]
pub struct Taken {
    pub frame: Frame,
    at: Cursor,
    bytes: u64,
}

impl Queue {
    /// # Errors
    /// When the folder cannot be used.
    pub fn open(folder: &Path, bytes_max: u64, totals: Arc<Totals>) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let (cursor_file, cursor) = CursorFile::open(folder)?;
        let segments = list(folder, cursor)?;
        let last = segments.back().map_or(cursor.segment, |last| last.id);
        let queue = Self {
            folder: folder.to_owned(),
            bytes_max,
            totals,
            file: Mutex::new(None),
            state: Mutex::new(State {
                segments,
                cursor,
                cursor_file,
                id: last.max(cursor.segment) + 1,
                under_way: None,
                written_to: None,
            }),
            written: Notify::new(),
        };
        queue.count(&queue.state.lock());
        Ok(queue)
    }

    /// On disk when this returns.
    ///
    /// # Errors
    /// The disk's; nothing of the frame will be given out.
    pub fn push(&self, frame: &Frame) -> io::Result<()> {
        let mut file = self.file.lock();
        self.make_room(frame.bytes());
        let pushed = self.append(&mut file, frame);
        if pushed.is_err() {
            // What was written of it stays behind the end that readers know.
            *file = None;
            self.state.lock().written_to = None;
        }
        drop(file);
        pushed?;
        self.written.notify_one();
        Ok(())
    }

    fn append(&self, file: &mut Option<File>, frame: &Frame) -> io::Result<()> {
        let bytes = frame.encode();
        let length = bytes.len() as u64;
        let is_full = {
            let state = self.state.lock();
            let last = state.segments.back().map_or(0, |last| last.bytes);
            SEGMENT_BYTES_MAX < last + length
        };
        let file = match file {
            Some(file) if !is_full => file,
            file => file.insert(self.begin_segment()?),
        };
        file.write_all(&bytes)?;
        file.sync_data()?;
        let mut state = self.state.lock();
        if let Some(last) = state.segments.back_mut() {
            last.bytes += length;
            last.samples += u64::from(frame.samples);
        }
        self.count(&state);
        Ok(())
    }

    fn begin_segment(&self) -> io::Result<File> {
        let mut state = self.state.lock();
        let id = state.id;
        state.id += 1;
        let mut options = fs::OpenOptions::new();
        let mut file = options
            .write(true)
            .create_new(true)
            .open(path(&self.folder, id))?;
        file.write_all(MAGIC)?;
        // The file's name has to survive a power cut too.
        File::open(&self.folder)?.sync_all()?;
        state.segments.push_back(Segment {
            id,
            bytes: MAGIC.len() as u64,
            samples: 0,
        });
        state.written_to = Some(id);
        Ok(file)
    }

    /// Gives the oldest up until `bytes` more fit.
    fn make_room(&self, bytes: u64) {
        let mut state = self.state.lock();
        let mut given_up = 0;
        while self.bytes_max < state.bytes() + bytes && 1 < state.segments.len() {
            given_up += self.drop_oldest(&mut state);
        }
        if 0 < given_up {
            self.totals.dropped(Dropped::QueueFull, given_up);
            tracing::warn!(
                samples = given_up,
                "the queue of forwarded metrics is full: the oldest were dropped"
            );
        }
        self.count(&state);
    }

    /// How many samples it held that nobody has.
    fn drop_oldest(&self, state: &mut State) -> u64 {
        let Some(oldest) = state.segments.pop_front() else {
            return 0;
        };
        if let Err(error) = fs::remove_file(path(&self.folder, oldest.id)) {
            tracing::warn!(%error, segment = oldest.id, "cannot delete forwarded metrics");
        }
        // The request under way is accounted for when it comes back.
        let under_way = state.under_way.filter(|(at, _)| at.segment == oldest.id);
        oldest.samples
            - under_way
                .map_or(0, |(_, samples)| samples)
                .min(oldest.samples)
    }

    /// The oldest request that is not done with, or none.
    ///
    /// # Errors
    /// The disk's, other than damage: that is passed over and counted.
    pub fn take(&self) -> io::Result<Option<Taken>> {
        loop {
            let Some((at, end)) = self.next_place() else {
                return Ok(None);
            };
            match self.read(at) {
                Ok(frame) => {
                    let mut state = self.state.lock();
                    state.under_way = Some((at, u64::from(frame.samples)));
                    let bytes = frame.bytes();
                    return Ok(Some(Taken { frame, at, bytes }));
                }
                Err(error) if is_damage(&error) => self.pass_over(at, end, &error),
                Err(error) => return Err(error),
            }
        }
    }

    /// Where the next frame is, and where its segment ends. Deletes what was sent.
    fn next_place(&self) -> Option<(Cursor, u64)> {
        let mut state = self.state.lock();
        loop {
            let oldest = *state.segments.front()?;
            if state.cursor.segment != oldest.id {
                state.cursor = Cursor {
                    segment: oldest.id,
                    offset: 0,
                };
            }
            let begin = MAGIC.len() as u64;
            let offset = state.cursor.offset.max(begin);
            if offset < oldest.bytes {
                state.cursor.offset = offset;
                return Some((state.cursor, oldest.bytes));
            }
            if state.written_to == Some(oldest.id) {
                return None;
            }
            self.drop_oldest(&mut state);
            self.count(&state);
        }
    }

    fn read(&self, at: Cursor) -> io::Result<Frame> {
        let mut file = File::open(path(&self.folder, at.segment))?;
        file.seek(SeekFrom::Start(at.offset))?;
        Frame::read(&mut file)
    }

    /// The rest of the segment: where the next frame begins is not known.
    fn pass_over(&self, at: Cursor, end: u64, error: &io::Error) {
        let mut state = self.state.lock();
        if state.cursor != at {
            return;
        }
        state.cursor.offset = end;
        let lost = match state.segments.front_mut() {
            Some(oldest) if oldest.id == at.segment => std::mem::take(&mut oldest.samples),
            _ => 0,
        };
        self.totals.dropped(Dropped::Damaged, lost);
        let place = path(&self.folder, at.segment);
        let place = place.display();
        let offset = at.offset;
        tracing::error!(%error, %place, offset, samples = lost, "forwarded metrics are damaged");
        self.count(&state);
    }

    /// It was sent, or never will be.
    pub fn done(&self, taken: &Taken) {
        let mut state = self.state.lock();
        state.under_way = None;
        if state.cursor != taken.at {
            return;
        }
        state.cursor.offset += taken.bytes;
        if let Some(oldest) = state.segments.front_mut() {
            let samples = u64::from(taken.frame.samples);
            oldest.samples = oldest.samples.saturating_sub(samples);
        }
        let cursor = state.cursor;
        if let Err(error) = state.cursor_file.save(cursor) {
            tracing::warn!(%error, "cannot remember how far metrics were forwarded");
        }
        self.count(&state);
    }

    /// Ends when something was pushed since the last call.
    pub async fn wait(&self) {
        self.written.notified().await;
    }

    pub fn close(&self) {
        *self.file.lock() = None;
        self.state.lock().written_to = None;
    }

    fn count(&self, state: &State) {
        let samples = state.segments.iter().map(|one| one.samples).sum();
        self.totals.queued_bytes.store(state.bytes(), Relaxed);
        self.totals.queued_samples.store(samples, Relaxed);
    }
}

impl State {
    fn bytes(&self) -> u64 {
        self.segments.iter().map(|segment| segment.bytes).sum()
    }
}

/// A file that is gone was given up while it was looked for.
fn is_damage(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidData, NotFound, UnexpectedEof};
    matches!(error.kind(), InvalidData | UnexpectedEof | NotFound)
}
