//! The stopwatch, and waiting. Owns every look at a clock in the comparison; refuses dates.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

#[expect(
    clippy::disallowed_methods,
    reason = "a benchmark measures real time; there is nothing to inject"
)]
pub fn now() -> Instant {
    Instant::now()
}

/// Asks until the answer is yes; an error, naming `what`, when it never was.
pub fn wait_until(
    what: &str,
    limit: Duration,
    mut ask: impl FnMut() -> Result<bool>,
) -> Result<()> {
    let started = now();
    while started.elapsed() < limit {
        if ask()? {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    bail!("{what} did not happen within {} s", limit.as_secs());
}
