//! One server process. Owns starting it, waiting until it is ready, killing and stopping it;
//! refuses to share one between tests.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use tempfile::TempDir;

use crate::call::Caller;
use crate::http::Connection;

pub const BINARY: &str = env!("CARGO_BIN_EXE_paceline");

/// On a busy machine, and a debug build.
const READY_WITHIN: Duration = Duration::from_secs(30);

pub struct Server {
    child: Child,
    pub url: String,
    data: PathBuf,
    /// Removes the data directory at the end; a restarted server inherits it.
    home: Option<TempDir>,
}

impl Server {
    /// On an empty data directory.
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    pub fn start_with(flags: &[&str]) -> Self {
        let home = tempfile::tempdir().expect("a temporary directory");
        let mut server = Self::on(home.path(), flags);
        server.home = Some(home);
        server
    }

    /// On a data directory that outlives the server.
    pub fn on(data: &Path, flags: &[&str]) -> Self {
        Self::try_on(data, flags).unwrap_or_else(|said| panic!("the server did not start:\n{said}"))
    }

    /// What it said instead, when it does not start.
    pub fn try_on(data: &Path, flags: &[&str]) -> Result<Self, String> {
        let mut command = Command::new(BINARY);
        command.args(serve(data)).args(flags);
        Self::run(command, data)
    }

    /// Runs a prepared command that becomes a server.
    pub fn run(mut command: Command, data: &Path) -> Result<Self, String> {
        command.stdin(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the server starts");
        let (address, said) = listen_to(child.stderr.take().expect("its error stream"));
        let Ok(url) = address.recv_timeout(READY_WITHIN) else {
            let _ = child.kill();
            let _ = child.wait();
            return Err(said.recv().unwrap_or_default());
        };
        let server = Self {
            child,
            url,
            data: data.to_owned(),
            home: None,
        };
        server.wait_until_ready();
        Ok(server)
    }

    /// The port is bound before its address is printed, and `/readyz` answers once the store is
    /// open: the first connection waits in the backlog, so there is nothing to poll.
    fn wait_until_ready(&self) {
        let ready = self
            .connect()
            .get("/readyz")
            .expect("an answer from /readyz");
        assert_eq!(ready.status, 200, "{}", ready.text());
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn data(&self) -> &Path {
        &self.data
    }

    pub fn connect(&self) -> Connection {
        Connection::to(&self.url)
    }

    pub fn over_http(&self) -> Caller {
        Caller::over_http(&self.url)
    }

    /// Without warning, as a kernel or an operator in a hurry does it.
    pub fn kill(&mut self) {
        self.child.kill().expect("kill -9");
        self.child.wait().expect("it is gone");
    }

    /// `kill -9`, then a new process on the same directory, at a new port.
    pub fn kill_and_restart(mut self, flags: &[&str]) -> Self {
        self.kill();
        self.restart(flags)
    }

    /// Asks it to end and waits until it has.
    pub fn stop(&mut self) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status();
        assert!(
            sent.is_ok_and(|status| status.success()),
            "it was no longer running"
        );
        let status = self.child.wait().expect("it ends");
        assert!(status.success(), "it ended with {status}");
    }

    /// A new process after this one was killed or stopped.
    pub fn restart(mut self, flags: &[&str]) -> Self {
        let mut next = Self::on(&self.data, flags);
        next.home = self.home.take();
        next
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Arguments of a server on a free port.
pub fn serve(data: &Path) -> [&OsStr; 5] {
    [
        OsStr::new("serve"),
        OsStr::new("--listen"),
        OsStr::new("127.0.0.1:0"),
        OsStr::new("--data"),
        data.as_os_str(),
    ]
}

/// Runs any command of the binary to its end. One that goes on, such as a server that should have
/// refused to start, is killed, which no exit code that a test expects looks like.
pub fn paceline<S: AsRef<OsStr>>(arguments: &[S]) -> Output {
    let mut command = Command::new(BINARY);
    command
        .args(arguments)
        .stdin(Stdio::null())
        .env_remove("PACELINE_URL");
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let child = child.expect("the binary runs");
    let id = child.id().to_string();
    let (ended, watched) = channel::<()>();
    let watchdog = std::thread::spawn(move || {
        if watched.recv_timeout(READY_WITHIN) == Err(RecvTimeoutError::Timeout) {
            let _ = Command::new("kill").args(["-KILL", &id]).status();
        }
    });
    let output = child.wait_with_output().expect("the binary ends");
    drop(ended);
    watchdog.join().expect("the watchdog ends");
    output
}

/// Reads on to the end, so that the server never blocks on a full pipe.
fn listen_to(stream: impl Read + Send + 'static) -> (Receiver<String>, Receiver<String>) {
    let (address, found) = channel();
    let (everything, said) = channel();
    std::thread::spawn(move || {
        let mut text = String::new();
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if let Some((_, url)) = line.split_once("listening on ") {
                let _ = address.send(url.trim().to_owned());
            }
            text.push_str(&line);
            text.push('\n');
        }
        drop(address);
        let _ = everything.send(text);
    });
    (found, said)
}
