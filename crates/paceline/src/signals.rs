//! The end of a server. Owns ctrl-c and SIGTERM: the first lets what is running finish, the second
//! ends at once.

use crate::terminal::say;

/// Returns at the first signal.
pub async fn shutdown() {
    signal().await;
    say("stopping; what was answered is safe");
    tokio::spawn(async {
        signal().await;
        // Everything answered is on disk already; only requests under way are lost.
        std::process::exit(1);
    });
}

/// Returns at the first signal, without a word.
#[cfg(unix)]
pub async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    // Where the system refuses the handler, ctrl-c remains.
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = terminate.recv() => {}
                () = ctrl_c() => {}
            }
        }
        Err(_) => ctrl_c().await,
    }
}

#[cfg(not(unix))]
pub async fn signal() {
    ctrl_c().await;
}

async fn ctrl_c() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without a handler the system's own ends the process.
        std::future::pending::<()>().await;
    }
}
