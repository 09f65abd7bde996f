//! The newest rows of a schema, as they came. Owns a matrix of values, one line a row, and keeps
//! its lines sorted by time; refuses to encode.

use crate::TimeRange;

/// "This row has no value for this column": a signalling NaN that no client has a reason to send.
/// Should one come all the same, it is stored as the usual NaN.
const ABSENT: u64 = 0x7ff4_7061_6365_6c69;

#[inline]
pub(super) fn is_absent(value: f64) -> bool {
    value.to_bits() == ABSENT
}

pub(super) const fn absent() -> f64 {
    f64::from_bits(ABSENT)
}

#[derive(Default)]
pub(super) struct Window {
    times: Vec<i64>,
    /// `times.len()` lines of `width` values.
    values: Vec<f64>,
    width: usize,
}

/// What became of one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Put {
    Stored,
    /// The same value is there already.
    Known,
    Conflict,
}

impl Window {
    pub(super) fn times(&self) -> &[i64] {
        &self.times
    }

    pub(super) fn len(&self) -> usize {
        self.times.len()
    }

    pub(super) fn bytes(&self) -> usize {
        self.values.capacity() * size_of::<f64>() + self.times.capacity() * size_of::<i64>()
    }

    /// The place of the row of this time, made when there is none. Columns up to `width` exist.
    pub(super) fn row_at(&mut self, at_ms: i64, width: usize, rows_expected: usize) -> usize {
        if self.width < width {
            self.widen(width);
        }
        let place = match self.times.last() {
            Some(last) if *last == at_ms => return self.times.len() - 1,
            Some(last) if *last > at_ms => match self.times.binary_search(&at_ms) {
                Ok(found) => return found,
                Err(place) => place,
            },
            _ => self.times.len(),
        };
        if self.values.capacity() == 0 {
            self.times.reserve_exact(rows_expected);
            self.values.reserve_exact(rows_expected * self.width);
        }
        self.times.insert(place, at_ms);
        let line = std::iter::repeat_n(absent(), self.width);
        if place + 1 == self.times.len() {
            self.values.extend(line);
        } else {
            let start = place * self.width;
            self.values.splice(start..start, line);
        }
        place
    }

    pub(super) fn row(&self, row: usize) -> &[f64] {
        &self.values[row * self.width..(row + 1) * self.width]
    }

    pub(super) fn row_mut(&mut self, row: usize) -> &mut [f64] {
        &mut self.values[row * self.width..(row + 1) * self.width]
    }

    /// Absent where the column came after the row.
    #[inline]
    pub(super) fn value(&self, row: usize, column: usize) -> f64 {
        if column < self.width {
            self.values[row * self.width + column]
        } else {
            absent()
        }
    }

    /// The column's newest sample in the range.
    pub(super) fn newest(&self, column: usize, range: TimeRange) -> Option<(i64, f64)> {
        let rows = self.times.iter().enumerate().rev();
        rows.skip_while(|(_, at_ms)| range.to_ms < **at_ms)
            .take_while(|(_, at_ms)| range.from_ms <= **at_ms)
            .map(|(row, at_ms)| (*at_ms, self.value(row, column)))
            .find(|(_, value)| !is_absent(*value))
    }

    fn widen(&mut self, width: usize) {
        let mut values = Vec::with_capacity(self.times.len() * width);
        for row in 0..self.times.len() {
            values.extend_from_slice(self.row(row));
            values.resize((row + 1) * width, absent());
        }
        self.values = values;
        self.width = width;
    }

    /// Takes the oldest rows away.
    pub(super) fn drop_rows(&mut self, rows: usize) {
        self.times.drain(..rows);
        self.values.drain(..rows * self.width);
    }

    /// Gives the memory back, for a schema that has gone quiet.
    pub(super) fn free(&mut self) {
        if self.times.is_empty() {
            (self.times, self.values) = (Vec::new(), Vec::new());
        } else {
            self.times.shrink_to_fit();
            self.values.shrink_to_fit();
        }
    }

    /// Keeps these columns, in this order; rows in which none of them has a value go.
    pub(super) fn project(&self, columns: &[u16]) -> Self {
        let mut kept = Self {
            width: columns.len(),
            ..Self::default()
        };
        for (row, at_ms) in self.times.iter().enumerate() {
            let line = columns.iter().map(|c| self.value(row, usize::from(*c)));
            let start = kept.values.len();
            kept.values.extend(line);
            if kept.values[start..].iter().all(|value| is_absent(*value)) {
                kept.values.truncate(start);
            } else {
                kept.times.push(*at_ms);
            }
        }
        kept
    }
}

/// Puts a value where there may be one already.
#[inline]
pub(super) fn put(cell: &mut f64, value: f64) -> Put {
    if is_absent(*cell) {
        *cell = value;
        Put::Stored
    } else if cell.to_bits() == value.to_bits() {
        Put::Known
    } else {
        Put::Conflict
    }
}

/// What a client may store.
#[inline]
pub(super) fn storable(value: f64) -> f64 {
    if is_absent(value) { f64::NAN } else { value }
}
