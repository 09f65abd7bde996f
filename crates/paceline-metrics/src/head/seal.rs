//! When rows are sealed and a schema is split. Owns the sizes and the choice of columns that do not
//! belong together; refuses to move them: [`super::Schemas`] does, which knows the other schemas.
//!
//! Columns of one schema share their times, which pays only while they come in the same rows. What
//! misses a quarter of them (another interval, a single sample now and then, an ended series) moves
//! to a schema of its own, together with the columns that came in exactly the same rows.

use std::sync::Arc;

use hashbrown::HashMap;

use super::late::encode_rows;
use super::schema::{OPEN_ROWS, State};
use super::segment::{FULL_ROWS, SegmentBuilder, merge};
use super::window::{Window, is_absent};
use crate::codec::CodecError;

pub(super) const SEAL_ROWS: usize = 16;
/// Below it a pattern of absence says little.
const JUDGED_ROWS_MIN: usize = 8;
const SMALL_ROWS: usize = FULL_ROWS / 2;
const SMALL_SEGMENTS_MAX: usize = 8;

/// Columns to part with, those of one group to be kept together.
pub(super) type Strangers = Vec<Vec<u16>>;

impl State {
    /// Seals what is due; answers the columns that should move.
    pub(super) fn seal_due(
        &mut self,
        builder: &mut SegmentBuilder,
    ) -> Result<Strangers, CodecError> {
        let mut strangers = Strangers::new();
        while self.window.len() >= self.seal_rows + OPEN_ROWS {
            let rows = match self.window.len() - OPEN_ROWS {
                many if many >= FULL_ROWS => FULL_ROWS,
                _ => self.seal_rows,
            };
            if rows >= JUDGED_ROWS_MIN {
                strangers = find_strangers(&self.window, rows, self.columns.len());
            }
            self.seal(rows, builder)?;
            self.seal_rows = SEAL_ROWS;
        }
        self.fold_late(builder)?;
        Ok(strangers)
    }

    /// Seals every row and gives the window's memory back.
    pub(super) fn seal_all(&mut self, builder: &mut SegmentBuilder) -> Result<(), CodecError> {
        while self.window.len() > 0 {
            self.seal(self.window.len().min(FULL_ROWS), builder)?;
        }
        self.window.free();
        Ok(())
    }

    fn seal(&mut self, rows: usize, builder: &mut SegmentBuilder) -> Result<(), CodecError> {
        let segment = encode_rows(&self.window, 0..rows, self.columns.len(), builder);
        self.sealed.push(Arc::new(segment));
        self.window.drop_rows(rows);
        let small = self.sealed.iter().rev();
        let small = small.take_while(|s| s.rows() < SMALL_ROWS);
        let (count, rows) = small.fold((0, 0), |(count, rows), s| (count + 1, rows + s.rows()));
        if count >= SMALL_SEGMENTS_MAX || (count > 1 && rows + SEAL_ROWS > FULL_ROWS) {
            let start = self.sealed.len() - count;
            let merged = merge(&self.sealed[start..], builder)?;
            self.sealed.truncate(start);
            self.sealed.push(Arc::new(merged));
        }
        Ok(())
    }
}

fn find_strangers(window: &Window, rows: usize, columns: usize) -> Strangers {
    let full = u128::MAX >> (128 - rows);
    let patterns = patterns(window, rows, columns);
    if patterns.iter().all(|pattern| *pattern == full) {
        return Strangers::new();
    }
    let mut groups: HashMap<u128, Vec<u16>> = HashMap::new();
    let mut staying = 0;
    for (column, pattern) in patterns.iter().enumerate() {
        if belongs(*pattern, rows, || came_later(window, rows, column)) {
            staying += 1;
        } else {
            groups.entry(*pattern).or_default().push(column as u16);
        }
    }
    let mut groups: Strangers = groups.into_values().collect();
    groups.sort_by_key(|group| (std::cmp::Reverse(group.len()), group.first().copied()));
    if staying == 0 && !groups.is_empty() {
        // Somebody has to stay: the most.
        groups.remove(0);
    }
    groups
}

/// For each column a bit a row: is there a value?
fn patterns(window: &Window, rows: usize, columns: usize) -> Vec<u128> {
    let mut patterns = vec![0_u128; columns];
    for row in 0..rows {
        for (pattern, value) in patterns.iter_mut().zip(window.row(row)) {
            *pattern |= u128::from(!is_absent(*value)) << row;
        }
    }
    patterns
}

/// Was the column in three quarters of the rows since it first came?
fn belongs(pattern: u128, rows: usize, came_later: impl Fn() -> bool) -> bool {
    if pattern == 0 {
        return came_later();
    }
    let expected = rows as u32 - pattern.trailing_zeros();
    pattern.count_ones() * 4 >= expected * 3
}

fn came_later(window: &Window, rows: usize, column: usize) -> bool {
    (rows..window.len()).any(|row| !is_absent(window.value(row, column)))
}
