//! What a question takes out of a schema. Owns a copy of the few open rows and shares of the sealed
//! segments, so that decoding happens without the schema's lock.

use std::sync::Arc;

use super::late::LateSample;
use super::schema::State;
use super::segment::Segment;
use super::window::is_absent;
use crate::TimeRange;
use crate::codec::CodecError;

pub(crate) struct View {
    range: TimeRange,
    /// Series id and column.
    pub columns: Vec<(u32, u16)>,
    segments: Vec<Arc<Segment>>,
    open_times: Vec<i64>,
    /// For each wanted column the values of the open rows.
    open_values: Vec<f64>,
    late: Vec<LateSample>,
}

/// The times that a view's series share, decoded once.
pub(crate) struct ViewTimes {
    all: Arc<[i64]>,
    /// Of all rows in the segments, those in the range.
    skip: usize,
}

impl View {
    /// `wanted` are columns of this schema.
    pub(super) fn of(state: &State, wanted: Vec<(u32, u16)>, range: TimeRange) -> Self {
        let window = &state.window;
        let times = window.times();
        let start = times.partition_point(|time| *time < range.from_ms);
        let end = times
            .partition_point(|time| *time <= range.to_ms)
            .max(start);
        let value =
            |column: u16| (start..end).map(move |row| window.value(row, usize::from(column)));
        let overlapping = |segment: &&Arc<Segment>| segment.overlaps(range.from_ms, range.to_ms);
        Self {
            range,
            open_times: times[start..end].to_vec(),
            open_values: wanted
                .iter()
                .flat_map(|(_, column)| value(*column))
                .collect(),
            segments: state.sealed.iter().filter(overlapping).cloned().collect(),
            late: state.late.between(range.from_ms, range.to_ms).to_vec(),
            columns: wanted,
        }
    }

    /// May a series of this view have a sample in the range?
    pub(crate) fn is_empty(&self) -> bool {
        self.segments.is_empty() && self.open_times.is_empty() && self.late.is_empty()
    }

    pub(crate) fn times(&self) -> Result<ViewTimes, CodecError> {
        let mut all = Vec::new();
        for segment in &self.segments {
            segment.times(&mut all)?;
        }
        all.extend_from_slice(&self.open_times);
        let skip = all.partition_point(|time| *time < self.range.from_ms);
        let end = all
            .partition_point(|time| *time <= self.range.to_ms)
            .max(skip);
        Ok(ViewTimes {
            all: all[skip..end].into(),
            skip,
        })
    }

    /// Times and values of the wanted column with this place in the list.
    pub(crate) fn samples(
        &self,
        wanted: usize,
        times: &ViewTimes,
    ) -> Result<(Arc<[i64]>, Vec<f64>), CodecError> {
        let column = self.columns[wanted].1;
        let mut values = Vec::with_capacity(times.skip + times.all.len());
        for segment in &self.segments {
            segment.column(usize::from(column), &mut values)?;
        }
        let open = self.open_times.len();
        values.extend_from_slice(&self.open_values[wanted * open..(wanted + 1) * open]);
        values.drain(..times.skip.min(values.len()));
        values.truncate(times.all.len());
        let late = self.late.iter().filter(|sample| sample.column == column);
        let mut late = late.peekable();
        if late.peek().is_none() && !values.iter().any(|value| is_absent(*value)) {
            return Ok((Arc::clone(&times.all), values));
        }
        let present = times.all.iter().copied().zip(values);
        let mut samples: Vec<(i64, f64)> = present.filter(|(_, v)| !is_absent(*v)).collect();
        let in_order = samples.len();
        samples.extend(late.map(|sample| (sample.at_ms, sample.value)));
        if samples.len() > in_order {
            samples.sort_by_key(|(at_ms, _)| *at_ms);
        }
        let (times, values): (Vec<i64>, Vec<f64>) = samples.into_iter().unzip();
        Ok((times.into(), values))
    }
}
