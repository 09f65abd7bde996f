//! What must be gone even if this program is killed. Owns a watcher for each: a shell that waits on a
//! pipe whose other end only this program holds, so that Ctrl-C and `kill -9` alike close it.
//! Refuses to be the usual way out: whoever ends its own things in order takes the watcher back.

use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result};

/// Takes the watcher back when dropped.
pub struct Lifeline(Child);

impl Lifeline {
    /// For a process that this program started as the leader of a group, and all of the group.
    pub fn of_group(id: u32) -> Result<Self> {
        Self::watch("read -r _; kill -9 \"-$1\"", &id.to_string())
    }

    /// For a folder, once the processes in it have had a moment to go.
    pub fn of_folder(folder: &Path) -> Result<Self> {
        let script = "read -r _; sleep 3; rm -rf -- \"$1\"";
        Self::watch(script, &folder.to_string_lossy())
    }

    fn watch(script: &str, what: &str) -> Result<Self> {
        let mut watcher = Command::new("sh");
        watcher
            .args(["-c", script, "sh", what])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Ctrl-C reaches this program alone.
            .process_group(0);
        Ok(Self(watcher.spawn().context("start a watcher")?))
    }
}

impl Drop for Lifeline {
    fn drop(&mut self) {
        // Before its pipe is closed, so that it does nothing.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_ended_when_the_pipe_closes_and_left_alone_when_the_watcher_is_taken_back() {
        let mut sleep = Command::new("sleep");
        let mut spared = sleep.arg("60").process_group(0).spawn().unwrap();
        drop(Lifeline::of_group(spared.id()).unwrap());
        assert!(spared.try_wait().unwrap().is_none());

        let mut watcher = Lifeline::of_group(spared.id()).unwrap();
        drop(watcher.0.stdin.take());
        assert!(!spared.wait().unwrap().success());
    }
}
