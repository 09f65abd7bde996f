//! What the figures were measured on. Owns reading the machine's own description; refuses to guess.

use std::process::Command;

use crate::shell;

pub fn describe() -> String {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let cpu = cpu.lines().find_map(|line| line.strip_prefix("model name"));
    let cpu = cpu.and_then(|line| Some(line.split_once(':')?.1.trim()));
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!(
        "{cores} cores ({}), Linux {}",
        cpu.unwrap_or("unknown processor"),
        kernel.split('.').take(2).collect::<Vec<_>>().join(".")
    )
}

/// Mean number of runnable processes over the last minute.
pub fn load_average() -> f64 {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let first = text.split(' ').next().and_then(|word| word.parse().ok());
    first.unwrap_or(f64::NAN)
}

/// Today, as the document carries it.
pub fn date() -> String {
    let date = shell::quiet(
        Command::new("date")
            .args(["-u", "+%-d %B %Y"])
            .env("LC_ALL", "C"),
    );
    date.map_or_else(|_| "undated".to_owned(), |date| date.trim().to_owned())
}

/// The type of the file system that holds the folder.
pub fn file_system(folder: &std::path::Path) -> String {
    let mut df = Command::new("df");
    let said = shell::quiet(df.arg("--output=fstype").arg(folder)).unwrap_or_default();
    let kind = said.lines().last().map(str::trim);
    kind.unwrap_or("unknown file system").to_owned()
}
