//! The newest value of each custom series. Owns what the engine's writer leaves here and which series
//! have a place; runs on the engine's writer, so it refuses to judge anything, to look at a label twice,
//! and to hold its lock for longer than a row takes.
//!
//! ```text
//! row -> series' number -> slot: a place, none of ours, or no room
//!                              -> buffer: one newest value a place, swapped away by each turn
//! ```

use std::mem;

use paceline_metrics::{Labels, METRIC_NAME, SeriesRef, TappedRow};

use super::limits::SERIES_MAX;
use crate::operations::OWN_PREFIX;

/// Places are below [`SERIES_MAX`].
const NOT_WATCHED: u32 = u32::MAX;
const NO_ROOM: u32 = u32::MAX - 1;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    pub place: u32,
    /// As the sample says.
    pub at_ms: i64,
    pub value: f64,
}

/// What came since the last turn.
#[derive(Default)]
pub struct Taken {
    pub found: Vec<(u32, Labels)>,
    pub samples: Vec<Sample>,
    /// Places whose series the engine has dropped.
    pub ended: Vec<u32>,
}

#[derive(Default)]
pub struct Newest {
    /// By the series' number; as long as the highest that came.
    slots: Vec<Slot>,
    seats: Vec<Seat>,
    free: Vec<u32>,
    taken: Taken,
    /// Rises with every turn: whose seat is of it has its value in the buffer.
    turn: u32,
    /// Rises when a place becomes free: who found no room is asked again.
    epoch: u32,
    refused: u64,
}

#[derive(Clone, Copy, Default)]
struct Slot {
    series: Option<SeriesRef>,
    place: u32,
    epoch: u32,
}

#[derive(Clone, Copy)]
struct Seat {
    series: SeriesRef,
    turn: u32,
    /// In the buffer.
    index: u32,
}

impl Newest {
    pub fn row(&mut self, row: &TappedRow<'_>) {
        for &(series, value) in row.samples() {
            let place = self.place_of(row, series);
            if place < NO_ROOM {
                self.note(place, row.at_ms(), value);
            }
        }
    }

    /// What came since it was asked last.
    pub fn take(&mut self) -> Taken {
        self.turn = self.turn.wrapping_add(1);
        let next = Taken {
            samples: Vec::with_capacity(self.taken.samples.len()),
            ..Taken::default()
        };
        mem::replace(&mut self.taken, next)
    }

    /// The place is another series' from now on; should its own come back, it is found anew.
    pub fn release(&mut self, place: u32) {
        let Some(seat) = self.seats.get(place as usize) else {
            return;
        };
        if let Some(slot) = self.slots.get_mut(seat.series.number())
            && slot.series == Some(seat.series)
        {
            *slot = Slot::default();
        }
        self.free.push(place);
        (self.epoch, self.refused) = (self.epoch.wrapping_add(1), 0);
    }

    /// Series without a place.
    pub fn refused(&self) -> u64 {
        self.refused
    }

    fn note(&mut self, place: u32, at_ms: i64, value: f64) {
        let seat = &mut self.seats[place as usize];
        let samples = &mut self.taken.samples;
        let sample = Sample {
            place,
            at_ms,
            value,
        };
        if seat.turn != self.turn {
            (seat.turn, seat.index) = (self.turn, samples.len() as u32);
            samples.push(sample);
        } else if let Some(known) = samples.get_mut(seat.index as usize)
            && known.at_ms <= at_ms
        {
            *known = sample;
        }
    }

    #[inline]
    fn place_of(&mut self, row: &TappedRow<'_>, series: SeriesRef) -> u32 {
        match self.slots.get(series.number()) {
            Some(slot)
                if slot.series == Some(series)
                    && (slot.place != NO_ROOM || slot.epoch == self.epoch) =>
            {
                slot.place
            }
            _ => self.decide(row, series),
        }
    }

    #[cold]
    fn decide(&mut self, row: &TappedRow<'_>, series: SeriesRef) -> u32 {
        let at = series.number();
        if self.slots.len() <= at {
            self.slots.resize(at + 1, Slot::default());
        }
        let before = self.slots[at];
        if before.series.is_some_and(|other| other != series) && before.place < NO_ROOM {
            self.taken.ended.push(before.place);
        }
        let place = if is_watched(row, series) {
            self.seat(row, series)
        } else {
            NOT_WATCHED
        };
        self.slots[at] = Slot {
            series: Some(series),
            place,
            epoch: self.epoch,
        };
        place
    }

    fn seat(&mut self, row: &TappedRow<'_>, series: SeriesRef) -> u32 {
        let seat = Seat {
            series,
            turn: self.turn.wrapping_sub(1),
            index: 0,
        };
        let place = match self.free.pop() {
            Some(place) => {
                self.seats[place as usize] = seat;
                place
            }
            None if self.seats.len() < SERIES_MAX => {
                self.seats.push(seat);
                (self.seats.len() - 1) as u32
            }
            None => {
                self.refused += 1;
                return NO_ROOM;
            }
        };
        self.taken.found.push((place, row.labels(series)));
        place
    }
}

/// Own series are read where they are counted; a histogram's buckets say nothing one by one.
fn is_watched(row: &TappedRow<'_>, series: SeriesRef) -> bool {
    let (target, key) = (row.target(), row.key(series));
    let get = |name| match key.get(name) {
        "" => target.get(name),
        value => value,
    };
    let name = get(METRIC_NAME);
    let is_bucket = name.ends_with("_bucket") && !get("le").is_empty();
    !is_bucket && !name.starts_with(OWN_PREFIX)
}
