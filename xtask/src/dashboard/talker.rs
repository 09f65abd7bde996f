//! A program that tells in lines of JSON how it goes. Owns its process and what is left of it after
//! this one's end: nothing; refuses to know what it tells.

use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, ChildStdout, Command, Stdio};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::peers::lifeline::Lifeline;

pub struct Talker {
    name: &'static str,
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    _lifeline: Lifeline,
}

impl Talker {
    pub fn start(name: &'static str, mut command: Command) -> Result<Self> {
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // Ctrl-C reaches this program alone, and its end their watchers.
            .process_group(0);
        let mut child = command.spawn().with_context(|| format!("start {name}"))?;
        let stdout = child.stdout.take().context("no standard output")?;
        let lifeline = Lifeline::of_group(child.id())?;
        Ok(Self {
            name,
            child,
            lines: BufReader::new(stdout).lines(),
            _lifeline: lifeline,
        })
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for the next line.
    pub fn hear(&mut self) -> Result<Value> {
        let Some(line) = self.lines.next() else {
            let status = self.child.wait()?;
            bail!("{} ended with {status}; what it said is above", self.name);
        };
        let line = line?;
        serde_json::from_str(&line).with_context(|| format!("{} said `{line}`", self.name))
    }

    /// Sends an empty line and waits for the answer.
    pub fn ask(&mut self) -> Result<Value> {
        let input = self.child.stdin.as_mut().context("no standard input")?;
        input.write_all(b"\n")?;
        self.hear()
    }
}

impl Drop for Talker {
    fn drop(&mut self) {
        // A browser ends when the program that steers it does.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Talker {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        Talker::start("the shell", command).unwrap()
    }

    #[test]
    fn lines_are_heard_and_answers_come_to_who_asked() {
        let mut talker = shell("echo 1; while read -r _; do echo 2; done");
        assert_eq!(talker.hear().unwrap(), 1);
        assert_eq!(talker.ask().unwrap(), 2);
        assert_eq!(talker.ask().unwrap(), 2);
    }

    #[test]
    fn an_end_and_words_that_are_no_json_are_errors() {
        let check = |script, words: &str| {
            let error = shell(script).hear().unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        };
        check("exit 3", "the shell ended with exit status: 3");
        check("echo hello", "the shell said `hello`");
    }
}
