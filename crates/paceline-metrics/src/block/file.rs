//! One opened block. Owns its file, its footer and the way to its frames by way of the cache; refuses
//! to keep an index in memory: an idle block costs its footer and nothing more.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use super::cache::{Cache, Cached, Part};
use super::columns::{ROLLUP_COLUMNS, ROLLUP_TIME_COLUMNS};
use super::format::{Footer, Place, ReadError};
use super::frames::{RAW_COLUMNS, SERIES_A_FRAME, SYMBOLS_A_FRAME, SeriesFrame, TimeFrame};
use super::near::Near;
use super::postings::{Names, PostingFrame};
use crate::codec::CodecError;
use crate::codec::bytes::take_text;
use crate::{Label, Labels, Resolution, TimeRange, Warnings};

pub(super) struct BlockFile {
    /// From the name, never used again; parts are cached under it.
    number: u64,
    pub(super) name: String,
    /// As it is shown in messages.
    pub(super) place: String,
    pub(super) bytes: u64,
    pub(super) footer: Footer,
    file: File,
    cache: Arc<Cache>,
}

pub(super) type Texts = Vec<Arc<str>>;

/// Decodes one frame and says how much memory it takes.
type Decode<T> = fn(&BlockFile, &[u8]) -> Result<(T, usize), CodecError>;

impl BlockFile {
    pub(super) fn open(path: &Path, number: u64, cache: Arc<Cache>) -> Result<Self, ReadError> {
        let file = File::open(path)?;
        let bytes = file.metadata()?.len();
        Ok(Self {
            number,
            name: path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default(),
            place: path.display().to_string(),
            bytes,
            footer: Footer::read(&file, bytes)?,
            file,
            cache,
        })
    }

    pub(super) const fn number(&self) -> u64 {
        self.number
    }

    pub(super) fn file(&self) -> &File {
        &self.file
    }

    pub(super) fn kind(&self) -> Resolution {
        self.footer.kind
    }

    pub(super) fn is_raw(&self) -> bool {
        self.kind() == Resolution::Raw
    }

    pub(super) fn overlaps(&self, range: TimeRange) -> bool {
        self.footer.from_ms <= range.to_ms && range.from_ms <= self.footer.to_ms
    }

    pub(super) fn warn(&self, error: &ReadError, warnings: &Warnings) {
        warnings.add(format!("`{}`, {error}: passed over", self.place));
    }

    fn columns(&self) -> usize {
        if self.is_raw() {
            RAW_COLUMNS
        } else {
            ROLLUP_COLUMNS
        }
    }

    fn time_columns(&self) -> usize {
        if self.is_raw() {
            RAW_COLUMNS
        } else {
            ROLLUP_TIME_COLUMNS
        }
    }

    /// A frame by way of the cache.
    fn frame<T>(
        &self,
        part: Part,
        place: Place,
        decode: Decode<T>,
        into: fn(Arc<T>) -> Cached,
        from: fn(&Cached) -> Option<&Arc<T>>,
    ) -> Result<Arc<T>, ReadError> {
        let key = (self.number, part, place.offset);
        if let Some(cached) = self.cache.get(key)
            && let Some(frame) = from(&cached)
        {
            return Ok(Arc::clone(frame));
        }
        let bytes = place.read(&self.file)?;
        let (frame, size) =
            decode(self, &bytes).map_err(|problem| ReadError::damaged(place.offset, problem))?;
        let frame = Arc::new(frame);
        self.cache.put(key, into(Arc::clone(&frame)), size + 64);
        Ok(frame)
    }

    fn directory(&self, place: Place) -> Result<Arc<Vec<Place>>, ReadError> {
        self.frame(
            Part::Directory,
            place,
            |_, mut bytes| {
                let mut places = Vec::with_capacity(bytes.len() / 16);
                while !bytes.is_empty() {
                    places.push(Place::take(&mut bytes)?);
                }
                let size = places.len() * 16;
                Ok((places, size))
            },
            Cached::Directory,
            |cached| match cached {
                Cached::Directory(one) => Some(one),
                _ => None,
            },
        )
    }

    fn place_in(&self, directory: Place, frame: usize) -> Result<Place, ReadError> {
        let places = self.directory(directory)?;
        places
            .get(frame)
            .copied()
            .ok_or_else(|| ReadError::damaged(directory.offset, "a frame is missing"))
    }

    /// The frame of 128 series that has this one.
    pub(super) fn series_frame(&self, series: u32) -> Result<Arc<SeriesFrame>, ReadError> {
        let frame = series as usize / SERIES_A_FRAME;
        let place = self.place_in(self.footer.series_directory, frame)?;
        self.frame(
            Part::Series,
            place,
            |block, bytes| {
                let frame = SeriesFrame::decode(bytes, block.columns())?;
                let size = frame.bytes();
                Ok((frame, size))
            },
            Cached::Series,
            |cached| match cached {
                Cached::Series(one) => Some(one),
                _ => None,
            },
        )
    }

    /// The frame of 128 time chunks with this number.
    pub(super) fn time_frame(&self, number: usize) -> Result<Arc<TimeFrame>, ReadError> {
        let place = self.place_in(self.footer.times_directory, number)?;
        self.frame(
            Part::Times,
            place,
            |block, bytes| {
                let frame = TimeFrame::decode(bytes, block.time_columns())?;
                let size = frame.bytes();
                Ok((frame, size))
            },
            Cached::Times,
            |cached| match cached {
                Cached::Times(one) => Some(one),
                _ => None,
            },
        )
    }

    /// The frame of 256 texts with this number.
    fn symbol_frame(&self, number: usize) -> Result<Arc<Texts>, ReadError> {
        let place = self.place_in(self.footer.symbols_directory, number)?;
        self.frame(
            Part::Symbols,
            place,
            |_, mut bytes| {
                let mut texts: Vec<Arc<str>> = Vec::new();
                let mut size = 0;
                while !bytes.is_empty() {
                    texts.push(take_text(&mut bytes)?.into());
                    size += texts.last().map_or(0, |text| text.len() + 32);
                }
                Ok((texts, size))
            },
            Cached::Symbols,
            |cached| match cached {
                Cached::Symbols(one) => Some(one),
                _ => None,
            },
        )
    }

    fn symbol(&self, symbol: u32, near: &mut Near<Texts>) -> Result<Arc<str>, ReadError> {
        let number = symbol as usize / SYMBOLS_A_FRAME;
        let frame = near.get(number, || self.symbol_frame(number))?;
        let text = frame.get(symbol as usize % SYMBOLS_A_FRAME).cloned();
        text.ok_or_else(|| ReadError::damaged(0, format!("text {symbol} is missing")))
    }

    pub(super) fn names(&self) -> Result<Arc<Names>, ReadError> {
        self.frame(
            Part::Names,
            self.footer.names,
            |_, bytes| {
                let names = Names::decode(bytes)?;
                let size = names.bytes();
                Ok((names, size))
            },
            Cached::Names,
            |cached| match cached {
                Cached::Names(one) => Some(one),
                _ => None,
            },
        )
    }

    pub(super) fn postings(&self, place: Place) -> Result<Arc<PostingFrame>, ReadError> {
        self.frame(
            Part::Postings,
            place,
            |_, bytes| {
                let frame = PostingFrame::decode(bytes)?;
                let size = frame.bytes();
                Ok((frame, size))
            },
            Cached::Postings,
            |cached| match cached {
                Cached::Postings(one) => Some(one),
                _ => None,
            },
        )
    }

    pub(super) fn labels(
        &self,
        frame: &SeriesFrame,
        at: usize,
        near: &mut Near<Texts>,
    ) -> Result<Labels, ReadError> {
        let pairs = frame.labels(at).iter().map(|&(name, value)| {
            Ok(Label {
                name: self.symbol(name, near)?,
                value: self.symbol(value, near)?,
            })
        });
        Ok(Labels::new(pairs.collect::<Result<Vec<_>, ReadError>>()?))
    }
}
