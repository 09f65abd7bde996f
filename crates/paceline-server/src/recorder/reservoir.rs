//! A uniform sample of one interval's operations. Owns Vitter's algorithm R ("Random sampling with
//! a reservoir", ACM TOMS 11(1), 1985) and the weights that follow; refuses to drop anything while
//! there is room, so up to [`LINES_MAX`] an interval the record is complete.

/// Lines that one operation may write an interval (the interval is a second).
pub const LINES_MAX: usize = 1_000;

#[derive(Debug)]
pub struct Reservoir<T> {
    kept: Vec<T>,
    seen: u64,
    random: u64,
}

impl<T> Reservoir<T> {
    /// `seed` must not be zero (it starts a xorshift generator).
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            kept: Vec::new(),
            seen: 0,
            random: seed | 1,
        }
    }

    /// Offers one; `make` runs only when it is kept.
    pub fn offer(&mut self, make: impl FnOnce() -> T) {
        self.seen += 1;
        if self.kept.len() < LINES_MAX {
            self.kept.push(make());
            return;
        }
        let slot = self.next_random() % self.seen;
        if let Some(place) = usize::try_from(slot)
            .ok()
            .and_then(|slot| self.kept.get_mut(slot))
        {
            *place = make();
        }
    }

    /// What was kept, and for how many each stands. The weights add up to what was seen.
    pub fn take(&mut self) -> (Vec<T>, f64) {
        let kept = std::mem::take(&mut self.kept);
        #[expect(clippy::cast_precision_loss, reason = "counts of one second")]
        let weight = if kept.is_empty() {
            1.0
        } else {
            self.seen as f64 / kept.len() as f64
        };
        self.seen = 0;
        (kept, weight)
    }

    /// Marsaglia, "Xorshift RNGs", 2003: fast, and good enough to choose lines of a log.
    fn next_random(&mut self) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_dropped_while_there_is_room() {
        let mut reservoir = Reservoir::new(7);
        (0..LINES_MAX).for_each(|n| reservoir.offer(|| n));
        let (kept, weight) = reservoir.take();
        assert_eq!(kept, (0..LINES_MAX).collect::<Vec<_>>());
        assert!((weight - 1.0).abs() < f64::EPSILON);
    }

    #[test]
    fn above_it_every_part_of_the_interval_is_as_likely() {
        let mut reservoir = Reservoir::new(7);
        let seen = 10 * LINES_MAX;
        (0..seen).for_each(|n| reservoir.offer(|| n));
        let (kept, weight) = reservoir.take();
        assert_eq!(kept.len(), LINES_MAX);
        assert!((weight - 10.0).abs() < 1e-9);
        // 500 expected in each half; 6 standard deviations of a binomial are 95.
        let early = kept.iter().filter(|n| **n < seen / 2).count();
        assert!(
            (405..=595).contains(&early),
            "{early} of {LINES_MAX} from the first half"
        );
    }

    #[test]
    fn an_interval_starts_empty() {
        let mut reservoir = Reservoir::new(7);
        reservoir.offer(|| 1);
        reservoir.take();
        assert_eq!(reservoir.take().0, Vec::<i32>::new());
    }
}
