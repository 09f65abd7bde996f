//! A question over all blocks. Owns the choice of files day by day, the merge of their series by
//! labels, and the samples that come out; refuses to hold more than one series at a time.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::Arc;

use super::cursor::{Cursor, Found};
use super::file::BlockFile;
use super::stitch::{Chunks, Stitcher};
use super::{AGENT, DAY_MS};
use crate::rollup::{Answer, Buckets, Reading, Samples};
use crate::{
    Labels, METRIC_NAME, Matcher, Resolution, Select, Series, SourceError, TimeRange, Warnings,
};

/// Series in the order of [`series_order`], each once.
pub struct BlockSelection {
    /// The coarsest that was used.
    pub resolution: Resolution,
    pub warnings: Warnings,
    pub series: BlockIter,
    /// For samples that come from elsewhere and follow these.
    pub later: Later,
}

/// Makes later raw samples weigh as much as buckets do.
#[derive(Clone, Copy, Debug)]
pub struct Later(Option<Answer>);

impl Later {
    /// Where an answer is the mean of means, raw samples become means too; else they stay.
    #[must_use]
    pub fn apply(self, series: Series) -> Series {
        let Some(answer) = self.0 else {
            return series;
        };
        let mut samples = Samples::default();
        let step_ms = answer.resolution.step_ms();
        let buckets = Buckets::of(&series.timestamps, &series.values, step_ms);
        Reading::Mean.samples(&buckets, answer.window_ms, &mut samples);
        Series {
            labels: series.labels,
            timestamps: samples.times.into(),
            values: samples.values,
        }
    }
}

/// The files that answer a question, oldest first.
pub(super) struct Chosen {
    pub blocks: Vec<Arc<BlockFile>>,
    pub resolution: Resolution,
}

/// Day by day: the resolution that was asked for, else the next finer one, and raw samples that came
/// after a day's rollup was made.
pub(super) fn choose(
    all: &[Arc<BlockFile>],
    range: TimeRange,
    answer: &Answer,
    warnings: &Warnings,
) -> Chosen {
    let mut days: BTreeMap<i64, Vec<&Arc<BlockFile>>> = BTreeMap::new();
    for block in all.iter().filter(|block| block.overlaps(range)) {
        let day = block.footer.from_ms.div_euclid(DAY_MS);
        days.entry(day).or_default().push(block);
    }
    let mut blocks = Vec::new();
    let mut gone = None;
    for (day, of_day) in days {
        if !choose_of_day(&of_day, answer, &mut blocks) {
            gone = Some(day);
        }
    }
    if let Some(day) = gone {
        warnings.add(format!(
            "up to {} (UTC) only rollups are kept, which cannot answer this function",
            date(day)
        ));
    }
    blocks.sort_by_key(|block| (block.footer.from_ms, block.number()));
    let resolution = blocks.iter().map(|block| block.kind()).max();
    Chosen {
        resolution: resolution.unwrap_or_default(),
        blocks,
    }
}

/// Year, month and day of a day since 1970, after Howard Hinnant's `civil_from_days`.
fn date(day: i64) -> String {
    let from_march_0 = day + 719_468;
    let era = from_march_0.div_euclid(146_097);
    let of_era = from_march_0.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = (from_march + 2) % 12 + 1;
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

/// False when there was something that cannot answer.
fn choose_of_day(
    of_day: &[&Arc<BlockFile>],
    answer: &Answer,
    blocks: &mut Vec<Arc<BlockFile>>,
) -> bool {
    let of_kind = |kind: Resolution| of_day.iter().filter(move |block| block.kind() == kind);
    let rollup_of = |kind: Resolution| of_kind(kind).map(|block| block.number()).max();
    let rolled_up = rollup_of(Resolution::FiveMinutes).unwrap_or(0);
    let newer = |block: &&&Arc<BlockFile>| block.number() > rolled_up;
    let raw_is_gone =
        rolled_up > 0 && !of_kind(Resolution::Raw).any(|block| block.number() < rolled_up);
    let late = of_kind(Resolution::Raw).any(|block| newer(&block));
    let raw_is_better = answer.resolution == Resolution::Raw || late;
    let kind = match answer.resolution {
        _ if raw_is_better && !raw_is_gone => Resolution::Raw,
        Resolution::OneHour if rollup_of(Resolution::OneHour).is_some() => Resolution::OneHour,
        _ if rolled_up > 0 => Resolution::FiveMinutes,
        _ => Resolution::Raw,
    };
    if kind == Resolution::Raw {
        blocks.extend(of_kind(Resolution::Raw).map(|block| Arc::clone(block)));
        return true;
    }
    blocks.extend(
        of_kind(Resolution::Raw)
            .filter(newer)
            .map(|block| Arc::clone(block)),
    );
    if answer.reading.is_some() {
        blocks.extend(of_kind(kind).map(|block| Arc::clone(block)));
    }
    answer.reading.is_some()
}

pub(super) fn select(all: &[Arc<BlockFile>], select: &Select) -> BlockSelection {
    let warnings = Warnings::default();
    let answer = Answer::to(select);
    let chosen = choose(all, select.range, &answer, &warnings);
    let means = chosen.resolution != Resolution::Raw && answer.reading == Some(Reading::Mean);
    let answer = Answer {
        resolution: chosen.resolution,
        ..answer
    };
    BlockSelection {
        resolution: chosen.resolution,
        warnings: warnings.clone(),
        later: Later(means.then_some(answer)),
        series: BlockIter::new(
            chosen.blocks,
            &select.matchers,
            select.range,
            answer,
            warnings,
        ),
    }
}

pub struct BlockIter {
    cursors: Vec<Cursor>,
    heap: BinaryHeap<Waiting>,
    range: TimeRange,
    answer: Answer,
    stitcher: Stitcher,
    warnings: Warnings,
}

/// A cursor and the series at which it stands; the smallest is on top of the heap.
struct Waiting {
    /// Metric name and agent, which decide nearly always.
    order: [Arc<str>; 2],
    found: Found,
    cursor: usize,
}

/// The beginning of [`super::series_order`].
fn order_of(labels: &Labels) -> [Arc<str>; 2] {
    let value = |name: &str| labels.iter().find(|label| &*label.name == name);
    [METRIC_NAME, AGENT]
        .map(|name| value(name).map_or_else(Arc::default, |one| Arc::clone(&one.value)))
}

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> Ordering {
        other
            .order
            .cmp(&self.order)
            .then_with(|| other.found.labels.cmp(&self.found.labels))
            .then_with(|| other.cursor.cmp(&self.cursor))
    }
}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Waiting {}

impl BlockIter {
    pub(super) fn new(
        blocks: Vec<Arc<BlockFile>>,
        matchers: &[Matcher],
        range: TimeRange,
        answer: Answer,
        warnings: Warnings,
    ) -> Self {
        let cursors = blocks
            .into_iter()
            .map(|block| {
                let found = block.find(matchers, &warnings);
                Cursor::new(block, found, warnings.clone())
            })
            .collect();
        let mut iter = Self {
            cursors,
            heap: BinaryHeap::new(),
            range,
            answer,
            stitcher: Stitcher::new(range),
            warnings,
        };
        (0..iter.cursors.len()).for_each(|cursor| iter.advance(cursor));
        iter
    }

    fn advance(&mut self, cursor: usize) {
        if let Some(found) = self.cursors[cursor].next() {
            let order = order_of(&found.labels);
            self.heap.push(Waiting {
                order,
                found,
                cursor,
            });
        }
    }

    /// The next series of all cursors that stand at it, oldest block first.
    fn gather(&mut self) -> Option<Vec<Waiting>> {
        let mut same = vec![self.heap.pop()?];
        while let Some(next) = self.heap.peek()
            && next.found.labels == same[0].found.labels
        {
            same.extend(self.heap.pop());
        }
        Some(same)
    }

    fn read(&mut self, same: &[Waiting]) -> Result<Series, SourceError> {
        let labels = same[0].found.labels.clone();
        if same
            .iter()
            .all(|one| self.cursors[one.cursor].block.is_raw())
            && !self.is_mean()
        {
            let (timestamps, values) = self.raw(same)?;
            return Ok(Series {
                labels,
                timestamps,
                values,
            });
        }
        let mut samples = Samples::default();
        let kind = |one: &Waiting| self.cursors[one.cursor].block.kind();
        let mut runs = Vec::new();
        for run in same.chunk_by(|one, next| kind(one) == kind(next)) {
            runs.push((kind(&run[0]), run));
        }
        for (kind, run) in runs {
            self.read_run(kind, run, &mut samples)?;
        }
        Ok(self.within_range(labels, samples))
    }

    fn is_mean(&self) -> bool {
        self.answer.resolution != Resolution::Raw && self.answer.reading == Some(Reading::Mean)
    }

    fn read_run(
        &mut self,
        kind: Resolution,
        run: &[Waiting],
        samples: &mut Samples,
    ) -> Result<(), SourceError> {
        let window_ms = self.answer.window_ms;
        if kind == Resolution::Raw {
            let (times, values) = self.raw(run)?;
            if self.is_mean() {
                let buckets = Buckets::of(&times, &values, self.answer.resolution.step_ms());
                Reading::Mean.samples(&buckets, window_ms, samples);
            } else {
                let pairs = times.iter().zip(values);
                pairs.for_each(|(time, value)| samples.push(*time, value));
            }
        } else if let Some(reading) = self.answer.reading {
            let mut buckets = Buckets::new(kind.step_ms());
            for one in run {
                let cursor = &mut self.cursors[one.cursor];
                buckets.append(cursor.buckets(&one.found, self.range, reading.columns()));
            }
            reading.samples(&buckets, window_ms, samples);
        }
        Ok(())
    }

    fn raw(&mut self, run: &[Waiting]) -> Result<(Arc<[i64]>, Vec<f64>), SourceError> {
        let mut chunks = Chunks::default();
        for one in run {
            let cursor = &mut self.cursors[one.cursor];
            chunks.add(one.cursor, cursor.raw(&one.found, self.range));
        }
        if chunks.is_empty() {
            return Ok((Arc::new([]), Vec::new()));
        }
        let place = || {
            let names = run.iter().map(|one| &self.cursors[one.cursor].block.name);
            names.cloned().collect::<Vec<_>>().join(", ")
        };
        let place = place();
        self.stitcher.join(chunks).or_else(|problem| {
            self.warnings.add(format!(
                "`{place}`: times cannot be read ({problem}): passed over"
            ));
            Ok((Arc::new([]), Vec::new()))
        })
    }

    fn within_range(&self, labels: Labels, samples: Samples) -> Series {
        let Samples { times, mut values } = samples;
        let from = times.partition_point(|time| *time < self.range.from_ms);
        let to = times
            .partition_point(|time| *time <= self.range.to_ms)
            .max(from);
        values.truncate(to);
        values.drain(..from);
        Series {
            labels,
            timestamps: times[from..to].into(),
            values,
        }
    }
}

impl Iterator for BlockIter {
    type Item = Result<Series, SourceError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let same = self.gather()?;
            let series = self.read(&same);
            same.iter().for_each(|one| self.advance(one.cursor));
            match series {
                Ok(series) if series.timestamps.is_empty() => {}
                other => return Some(other),
            }
        }
    }
}
