//! What the figures were measured on. Owns reading the machine's own description; refuses to guess
//! what it cannot read.

use std::path::Path;

use crate::report::Machine;

const UNKNOWN: &str = "unknown";

pub fn describe(data: &Path) -> Machine {
    Machine {
        cores: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        cpu: cpu().unwrap_or_else(|| UNKNOWN.to_owned()),
        memory_bytes: memory_bytes(),
        kernel: line_of("/proc/sys/kernel/osrelease").unwrap_or_else(|| UNKNOWN.to_owned()),
        filesystem: filesystem(data).unwrap_or_else(|| UNKNOWN.to_owned()),
    }
}

/// Mean number of runnable processes over the last minute.
pub fn load_average() -> Option<f64> {
    line_of("/proc/loadavg")?.split(' ').next()?.parse().ok()
}

fn line_of(path: &str) -> Option<String> {
    let text = std::fs::read_to_string(path).ok()?;
    text.lines().next().map(|line| line.trim().to_owned())
}

fn cpu() -> Option<String> {
    let text = std::fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn memory_bytes() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kilobytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes * 1_024)
}

fn filesystem(path: &Path) -> Option<String> {
    let path = path.canonicalize().ok()?;
    filesystem_of(
        &std::fs::read_to_string("/proc/self/mountinfo").ok()?,
        &path,
    )
}

/// The type of the deepest mount that holds the path; of several there, the last hides the others.
fn filesystem_of(mountinfo: &str, path: &Path) -> Option<String> {
    let mounts = mountinfo.lines().filter_map(|line| {
        let (mount, source) = line.split_once(" - ")?;
        let point = mount.split(' ').nth(4)?;
        path.starts_with(point)
            .then(|| (point.len(), source.split(' ').next()))
    });
    mounts
        .max_by_key(|(length, _)| *length)?
        .1
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deepest_mount_names_the_file_system() {
        let mounts = "1 0 8:1 / / rw - ext4 /dev/vda rw\n\
                      2 1 0:5 / /tmp rw shared:1 - tmpfs tmpfs rw\n\
                      3 2 8:2 / /tmp/data rw - xfs /dev/vdb rw\n";
        let check = |path: &str, expected| {
            assert_eq!(
                filesystem_of(mounts, Path::new(path)).as_deref(),
                Some(expected)
            );
        };
        check("/home", "ext4");
        check("/tmp/x", "tmpfs");
        check("/tmp/data/x", "xfs");
        check("/tmp/database", "tmpfs");
    }
}
