//! Long looks at the past: what a rule or detectors would have done. Owns that one is under way at a time,
//! how long it may take, and that it ends when nobody waits for it; refuses to know what is looked for.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use paceline_api::ErrorCode;
use paceline_promql::{Cancel, CancelOnDrop};
use tokio::sync::Semaphore;

use super::ApiFailure;

/// From the question to its answer, the wait for others included.
const TIME_MAX: Duration = Duration::from_secs(30);

pub struct LookBacks {
    /// Each keeps a core busy for seconds; agents need the others.
    places: Arc<Semaphore>,
}

impl Default for LookBacks {
    fn default() -> Self {
        Self {
            places: Arc::new(Semaphore::new(1)),
        }
    }
}

impl LookBacks {
    /// Runs `work` on a thread of its own, when those before it are done.
    ///
    /// # Errors
    /// Those of `work`, or that there is no answer in time.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Cancel) -> Result<T, ApiFailure> + Send + 'static,
    ) -> Result<T, ApiFailure> {
        let cancel = Cancel::new();
        let _gone = CancelOnDrop(cancel.clone());
        let mut timer = pin!(tokio::time::sleep(TIME_MAX));
        let place = tokio::select! {
            place = Arc::clone(&self.places).acquire_owned() => place,
            () = timer.as_mut() => return Err(too_long()),
        };
        let stop = cancel.clone();
        let working = tokio::task::spawn_blocking(move || {
            // It is free when the work has ended, whoever has stopped waiting meanwhile.
            let _place = place;
            work(&stop)
        });
        tokio::select! {
            ended = working => ended.unwrap_or_else(|_| {
                let message = "the look back ended without an answer; the server's log has the cause";
                Err(ApiFailure::new(ErrorCode::Internal, message))
            }),
            () = timer => {
                cancel.time_out();
                Err(too_long())
            }
        }
    }
}

fn too_long() -> ApiFailure {
    let message = format!(
        "no answer within {} seconds: such looks at the past run one after another",
        TIME_MAX.as_secs()
    );
    ApiFailure::new(ErrorCode::LimitExceeded, message)
        .hint("ask for less time or fewer series, or again in a minute")
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn one_runs_at_a_time_and_whoever_waits_too_long_is_told() {
        let all = Arc::new(LookBacks::default());
        let (go, may_go) = mpsc::channel::<()>();
        let (tell, began) = tokio::sync::oneshot::channel();
        let first = Arc::clone(&all);
        let first = tokio::spawn(async move {
            let work = move |cancel: &Cancel| {
                tell.send(cancel.clone()).unwrap();
                may_go.recv().unwrap();
                Ok(())
            };
            first.run(work).await
        });
        let cancel = began.await.unwrap();
        let second = Arc::clone(&all);
        let second = tokio::spawn(async move { second.run(|_| Ok(())).await });
        tokio::task::yield_now().await;
        tokio::time::advance(TIME_MAX).await;
        let refused = second.await.unwrap().unwrap_err();
        assert!(refused.body.error.message.contains("within 30 seconds"));
        // The one that runs is out of time as well, is stopped, and keeps its place until it ends.
        assert!(first.await.unwrap().is_err());
        assert!(cancel.stopped().is_some());
        assert_eq!(all.places.available_permits(), 0);
        go.send(()).unwrap();
        all.run(|_| Ok(())).await.unwrap();
    }

    #[tokio::test]
    async fn what_nobody_waits_for_is_stopped() {
        let all = LookBacks::default();
        let (tell, stopped) = mpsc::channel();
        let (begin, began) = tokio::sync::oneshot::channel();
        let work = move |cancel: &Cancel| {
            begin.send(()).unwrap();
            while cancel.stopped().is_none() {
                std::thread::yield_now();
            }
            tell.send(()).unwrap();
            Ok(())
        };
        tokio::select! {
            _ = all.run(work) => unreachable!(),
            _ = began => {}
        }
        stopped.recv().unwrap();
    }
}
