//! What an evaluation holds in memory. Owns the account of points and its limits; a charge gives
//! back what it took when it is dropped.

use std::cell::Cell;
use std::rc::Rc;

use crate::error::QueryError;
use crate::options::Options;

/// Points' worth of labels and bookkeeping of a column.
const OVERHEAD: u64 = 16;

#[derive(Debug)]
pub(crate) struct Budget {
    held: Cell<u64>,
    peak: Cell<u64>,
    samples_max: u64,
    bytes_max: u64,
}

impl Budget {
    pub(crate) fn new(options: &Options) -> Rc<Self> {
        Rc::new(Self {
            held: Cell::new(0),
            peak: Cell::new(0),
            samples_max: options.samples_max,
            bytes_max: options.memory_bytes_max,
        })
    }

    pub(crate) fn peak(&self) -> u64 {
        self.peak.get()
    }

    /// Before the memory is taken.
    pub(crate) fn charge(self: &Rc<Self>, points: usize) -> Result<Charge, QueryError> {
        let points = points as u64;
        let held = self.held.get().saturating_add(points);
        check("samples", held, self.samples_max)?;
        let overheads = Rc::strong_count(self) as u64 * OVERHEAD;
        let bytes = held.saturating_add(overheads).saturating_mul(8);
        check("bytes of memory", bytes, self.bytes_max)?;
        self.held.set(held);
        self.peak.set(self.peak.get().max(held));
        Ok(Charge {
            budget: Rc::clone(self),
            points,
        })
    }
}

fn check(what: &'static str, got: u64, max: u64) -> Result<(), QueryError> {
    match got <= max {
        true => Ok(()),
        false => Err(QueryError::TooMuch { what, got, max }),
    }
}

#[derive(Debug)]
pub(crate) struct Charge {
    budget: Rc<Budget>,
    points: u64,
}

impl Drop for Charge {
    fn drop(&mut self) {
        let held = self.budget.held.get();
        self.budget.held.set(held.saturating_sub(self.points));
    }
}

#[cfg(test)]
mod tests {
    use super::Budget;
    use crate::options::Options;

    #[test]
    fn what_is_dropped_can_be_held_again() {
        let budget = Budget::new(&Options {
            samples_max: 10,
            ..Options::default()
        });
        let first = budget.charge(6).expect("fits");
        assert!(budget.charge(5).is_err());
        drop(first);
        let _second = budget.charge(5).expect("fits again");
        assert_eq!(budget.peak(), 6);
    }
}
