//! When a run is warm. Owns the rule: the last windows of equal length held about as many
//! operations each. Refuses clocks: it is told how many operations are done at each tick.
//!
//! A fixed time is too short for a store that still grows its caches and too long for a heartbeat.
//! The rule looks at throughput alone, as latency is not known before a run counts.

use std::time::Duration;

/// Between two ticks.
pub const WINDOW: Duration = Duration::from_millis(200);
/// A run that never gets even counts from here on all the same, and its figures say so.
pub const WARM_UP_MAX: Duration = Duration::from_secs(3);
/// Windows that have to agree.
const WINDOWS: usize = 3;
/// How far apart the fullest and the emptiest may be, as a share of their mean.
const AGREEMENT: f64 = 0.1;
/// Independent arrivals spread by the square root of their number; twice that is chance as well.
const CHANCE: f64 = 2.0;

/// The operations of each window so far.
#[derive(Clone, Debug, Default)]
pub struct WarmUp {
    done: u64,
    windows: Vec<u64>,
}

impl WarmUp {
    /// Takes how many operations were done since the start; answers whether the run is warm.
    pub fn tick(&mut self, done: u64) -> bool {
        self.windows.push(done.saturating_sub(self.done));
        self.done = done;
        let last = self.windows.len().checked_sub(WINDOWS);
        0 < done && last.is_some_and(|from| agree(&self.windows[from..]))
    }
}

fn agree(windows: &[u64]) -> bool {
    let most = windows.iter().max().copied().unwrap_or(0);
    let least = windows.iter().min().copied().unwrap_or(0);
    let mean = windows.iter().sum::<u64>() as f64 / windows.len().max(1) as f64;
    (most - least) as f64 <= AGREEMENT * mean + CHANCE * mean.sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_warm_once_three_windows_agree() {
        let check = |windows: &[u64], expected: Option<usize>| {
            let mut warm_up = WarmUp::default();
            let mut done = 0;
            let found = windows.iter().position(|window| {
                done += window;
                warm_up.tick(done)
            });
            assert_eq!(found, expected, "{windows:?}");
        };
        check(&[1_000, 1_000, 1_000], Some(2));
        check(&[100, 500, 900, 1_000, 1_010], Some(4));
        check(&[5_000, 4_000, 3_000, 2_000, 1_000], None);
        // One long operation now and then is as even as it can be.
        check(&[0, 1, 1, 0], Some(2));
        check(&[0, 0, 0, 0, 0], None);
        check(&[1_000, 0, 1_000, 0, 1_000], None);
        check(&[], None);
    }
}
