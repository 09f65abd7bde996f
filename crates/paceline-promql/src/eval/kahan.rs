//! Sums that lose less, as Prometheus sums (Neumaier's form of Kahan's summation).

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct KahanSum {
    pub(crate) sum: f64,
    pub(crate) compensation: f64,
}

impl KahanSum {
    #[inline]
    pub(crate) fn plus(self, value: f64) -> Self {
        let sum = self.sum + value;
        let compensation = if sum.is_infinite() {
            0.0
        } else if value.abs() <= self.sum.abs() {
            self.compensation + ((self.sum - sum) + value)
        } else {
            self.compensation + ((value - sum) + self.sum)
        };
        Self { sum, compensation }
    }

    pub(crate) fn total(self) -> f64 {
        self.sum + self.compensation
    }

    fn times(self, factor: f64) -> Self {
        Self {
            sum: self.sum * factor,
            compensation: self.compensation * factor,
        }
    }
}

/// The mean; of sums until they overflow, then step by step.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct KahanMean {
    /// The sum, or the mean so far once `is_mean`.
    state: KahanSum,
    count: f64,
    is_mean: bool,
}

impl KahanMean {
    #[inline]
    pub(crate) fn plus(mut self, value: f64) -> Self {
        self.count += 1.0;
        if !self.is_mean {
            let sum = self.state.plus(value);
            if self.count == 1.0 || !sum.sum.is_infinite() {
                self.state = sum;
                return self;
            }
            self.is_mean = true;
            let before = self.count - 1.0;
            self.state.sum /= before;
            self.state.compensation /= before;
        }
        let share = (self.count - 1.0) / self.count;
        self.state = self.state.times(share).plus(value / self.count);
        self
    }

    pub(crate) fn mean(self) -> f64 {
        match self.is_mean {
            true => self.state.total(),
            false => self.state.sum / self.count + self.state.compensation / self.count,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{KahanMean, KahanSum};

    #[test]
    fn small_numbers_survive_large_ones() {
        let values = [1.0, 1e100, 1.0, -1e100];
        let sum = values
            .iter()
            .fold(KahanSum::default(), |sum, v| sum.plus(*v));
        assert_eq!(sum.total(), 2.0);
        let mean = values
            .iter()
            .fold(KahanMean::default(), |mean, v| mean.plus(*v));
        assert_eq!(mean.mean(), 0.5);
    }

    #[test]
    fn a_mean_does_not_overflow_where_a_sum_does() {
        let mean = [1e308; 4]
            .iter()
            .fold(KahanMean::default(), |mean, v| mean.plus(*v));
        assert_eq!(mean.mean(), 1e308);
    }
}
