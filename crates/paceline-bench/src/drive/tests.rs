//! The runner against a server that stalls, fails or hangs on purpose: what is counted, and how.

use std::sync::atomic::{AtomicBool, Ordering};

use std::time::Instant;

use super::*;

/// A server that answers in half a millisecond, but once stops for 300 ms, for everybody.
struct Stalling {
    gate: Arc<tokio::sync::Mutex<()>>,
    has_stalled: Arc<AtomicBool>,
    stall_at: Instant,
}

const STALL: Duration = Duration::from_millis(300);

impl Worker for Stalling {
    async fn step(&mut self) -> Result<Step> {
        let _turn = self.gate.lock().await;
        if self.stall_at <= clock::now() && !self.has_stalled.swap(true, Ordering::Relaxed) {
            tokio::time::sleep(STALL).await;
        }
        Ok(Step::Done)
    }
}

fn stalling(window: &Window, clients: usize) -> Vec<Stalling> {
    let gate = Arc::default();
    let has_stalled = Arc::default();
    let stall_at = window.begin() + Duration::from_millis(100);
    let worker = || Stalling {
        gate: Arc::clone(&gate),
        has_stalled: Arc::clone(&has_stalled),
        stall_at,
    };
    std::iter::repeat_with(worker).take(clients).collect()
}

fn window() -> Window {
    Window::starting_now(Duration::ZERO, Duration::from_millis(600))
}

#[tokio::test]
async fn an_open_loop_shows_a_stall_in_its_percentiles() {
    let shared = Shared::new(window(), Interrupt::default());
    let workers = stalling(&shared.window, 4);
    let tally = open(workers, 1_000, shared).await;
    // 300 of the 600 arrivals were due during the stall and waited 150 ms on average.
    assert_eq!(tally.operations(), 600);
    assert!(
        60.0 < tally.quantile_ms(0.75),
        "{}",
        tally.quantile_ms(0.75)
    );
    assert!(
        250.0 < tally.quantile_ms(0.99),
        "{}",
        tally.quantile_ms(0.99)
    );
}

/// Why the open loop is needed: the same stall, and all but the last percentile look fine.
#[tokio::test]
async fn a_closed_loop_hides_the_same_stall() {
    struct Paced(Stalling);
    impl Worker for Paced {
        async fn step(&mut self) -> Result<Step> {
            tokio::task::yield_now().await;
            self.0.step().await
        }
    }
    let shared = Shared::new(window(), Interrupt::default());
    let workers = stalling(&shared.window, 1).into_iter().map(Paced).collect();
    let tally = closed(workers, shared).await;
    assert!(250.0 < tally.max_ms());
    assert!(
        tally.quantile_ms(0.99) < 60.0,
        "{}",
        tally.quantile_ms(0.99)
    );
}

struct Failing;

impl Worker for Failing {
    async fn step(&mut self) -> Result<Step> {
        tokio::task::yield_now().await;
        anyhow::bail!("refused")
    }
}

#[tokio::test]
async fn errors_are_counted_and_end_a_worker_that_meets_nothing_else() {
    let shared = Shared::new(window(), Interrupt::default());
    let tally = closed(vec![Failing, Failing], shared).await;
    let each = u64::from(CONSECUTIVE_ERRORS_MAX) - 1;
    assert_eq!((tally.operations(), tally.errors), (0, 2 * each));
    assert_eq!(tally.first_error.as_deref(), Some("refused"));
}

struct Stuck;

impl Worker for Stuck {
    async fn step(&mut self) -> Result<Step> {
        std::future::pending().await
    }
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_is_stuck_is_an_error_and_does_not_hold_up_the_run() {
    let shared = Shared::new(window(), Interrupt::default());
    let tally = closed(vec![Stuck], shared).await;
    assert_eq!(tally.errors, 1);
}

#[tokio::test]
async fn an_interrupted_run_keeps_what_it_has() {
    struct Interrupting(u32, Interrupt);
    impl Worker for Interrupting {
        async fn step(&mut self) -> Result<Step> {
            self.0 += 1;
            if self.0 == 10 {
                self.1.raise();
            }
            Ok(Step::Done)
        }
    }
    let interrupt = Interrupt::default();
    let forever = Window::starting_now(Duration::ZERO, Duration::from_secs(3_600));
    let shared = Shared::new(forever, interrupt.clone());
    let tally = closed(vec![Interrupting(0, interrupt)], shared).await;
    assert_eq!((tally.operations(), tally.errors), (10, 0));
}
