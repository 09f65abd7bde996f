//! Bytes a sample. Owns pushing a whole past day, bringing each subject to put it into the form
//! that it keeps, and counting what lies there; refuses to count what a subject has yet to tidy.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use super::figures::{Figure, Readings};
use super::peer::Peer;
use super::round::{Round, settle};
use crate::client::{Client, read};
use crate::clock;
use crate::process::Subject;

pub const DAY_MS: i64 = 86_400_000;
/// Pushed after the day's end, so that every subject considers the day as over.
const AFTERWARDS_MS: i64 = 4 * 3_600_000;
const MERGE_SECONDS_MAX: u64 = 180;
const POLL: Duration = Duration::from_millis(500);
/// Upkeep comes every few seconds: this long without a change is the end of it.
const QUIET: Duration = Duration::from_secs(15);

/// Samples and the bytes that they take.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Stored {
    samples: u64,
    bytes: u64,
}

/// Pushes a day and counts.
pub async fn measure(round: &Round<'_>, readings: &mut Readings) -> Result<()> {
    let (from_ms, to_ms) = day(clock::wall_ms());
    let mut lanes = round.lanes(round.disk_shape()).await?;
    let intervals = (to_ms - from_ms) / lanes.interval_ms;
    let pushed = round
        .rush(&mut lanes, from_ms, intervals as usize, "a day")
        .await?;
    settle(round.subject).await;
    let folder = round
        .subject
        .folder()
        .context("the subject's folder is not ours")?;
    let stored = match round.peer {
        Peer::Paceline => paceline(round, from_ms, folder, pushed).await?,
        Peer::VictoriaMetrics => victoria_metrics(round.subject, folder, pushed).await?,
        Peer::Prometheus => prometheus(round.subject, folder).await?,
    };
    ensure!(0 < stored.samples, "no samples were found on disk");
    let a_sample = |stored: Stored| stored.bytes as f64 / stored.samples as f64;
    readings.note(Figure::Disk, round.peer, a_sample(stored));
    let all = Stored {
        samples: pushed,
        bytes: bytes_in(folder)?,
    };
    readings.note(Figure::DiskAll, round.peer, a_sample(all));
    Ok(())
}

/// The last whole day (UTC) that ended long enough ago, with what is pushed after it.
fn day(now_ms: i64) -> (i64, i64) {
    let end_ms = (now_ms - AFTERWARDS_MS).div_euclid(DAY_MS) * DAY_MS;
    (end_ms - DAY_MS, end_ms + AFTERWARDS_MS)
}

/// Waits until merging is over and counts all samples against data and index.
async fn victoria_metrics(subject: &Subject, folder: &Path, samples: u64) -> Result<Stored> {
    let mut client = Client::open(subject.address).await?;
    client.get("/internal/force_flush").await?;
    client.get("/internal/force_merge").await?;
    let deadline = clock::now() + Duration::from_secs(MERGE_SECONDS_MAX);
    loop {
        settle(subject).await;
        let answer = client.get("/metrics").await?;
        if !is_merging(&String::from_utf8_lossy(answer.body)) {
            break;
        }
        ensure!(
            clock::now() < deadline,
            "it still merged after {MERGE_SECONDS_MAX} s"
        );
        tokio::time::sleep(POLL).await;
    }
    let bytes = bytes_in(&folder.join("data"))? + bytes_in(&folder.join("indexdb"))?;
    Ok(Stored { samples, bytes })
}

fn is_merging(metrics: &str) -> bool {
    let merges = metrics
        .lines()
        .filter_map(|line| line.strip_prefix("vm_active_merges"));
    merges
        .filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok())
        .any(|active| 0.0 < active)
}

#[derive(Deserialize)]
struct SnapshotAnswer {
    data: Snapshot,
}

#[derive(Deserialize)]
struct Snapshot {
    name: String,
}

#[derive(Deserialize)]
struct BlockMeta {
    stats: BlockStats,
}

#[derive(Deserialize)]
struct BlockStats {
    #[serde(rename = "numSamples", default)]
    samples: u64,
}

/// A snapshot writes the head as a block too, so every sample is counted in its kept form.
async fn prometheus(subject: &Subject, folder: &Path) -> Result<Stored> {
    let mut client = Client::open(subject.address).await?;
    let answer = client.post("/api/v1/admin/tsdb/snapshot", b"").await?;
    let SnapshotAnswer { data } = read(answer.body)?;
    let place = folder.join("data/snapshots").join(data.name);
    let mut stored = Stored {
        samples: 0,
        bytes: bytes_in(&place)?,
    };
    for entry in std::fs::read_dir(&place)? {
        let meta = entry?.path().join("meta.json");
        let text =
            std::fs::read(&meta).with_context(|| format!("cannot read `{}`", meta.display()))?;
        stored.samples += read::<BlockMeta>(&text)?.stats.samples;
    }
    Ok(stored)
}

/// Bytes that the files in a folder occupy, whatever their lengths say.
pub fn bytes_in(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        // A merge may take it away meanwhile.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(0),
        Err(error) => bail!("cannot read `{}`: {error}", folder.display()),
    };
    for entry in entries {
        let entry = entry?;
        let Ok(metadata) = entry.metadata() else {
            continue;
        };
        bytes += match metadata.is_dir() {
            true => bytes_in(&entry.path())?,
            false => occupied(&metadata),
        };
    }
    Ok(bytes)
}

#[cfg(unix)]
fn occupied(metadata: &std::fs::Metadata) -> u64 {
    use std::os::unix::fs::MetadataExt as _;
    metadata.blocks() * 512
}

#[cfg(not(unix))]
fn occupied(metadata: &std::fs::Metadata) -> u64 {
    metadata.len()
}

/// Waits until upkeep leaves the folder alone.
async fn paceline(
    round: &Round<'_>,
    _day_from_ms: i64,
    folder: &Path,
    samples: u64,
) -> Result<Stored> {
    let place = folder.join("metrics");
    let deadline = clock::now() + Duration::from_secs(MERGE_SECONDS_MAX);
    let mut before = bytes_in(&place)?;
    let mut unchanged_since = clock::now();
    while clock::now() < unchanged_since + QUIET {
        ensure!(
            clock::now() < deadline,
            "it still merged after {MERGE_SECONDS_MAX} s"
        );
        tokio::time::sleep(POLL).await;
        settle(round.subject).await;
        let bytes = bytes_in(&place)?;
        if bytes != before {
            (before, unchanged_since) = (bytes, clock::now());
        }
    }
    Ok(Stored {
        samples,
        bytes: before,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_is_whole_and_over() {
        let check = |now_ms: i64, expected: (i64, i64)| assert_eq!(day(now_ms), expected);
        let hour = 3_600_000;
        check(10 * DAY_MS + 5 * hour, (9 * DAY_MS, 10 * DAY_MS + 4 * hour));
        check(10 * DAY_MS + 3 * hour, (8 * DAY_MS, 9 * DAY_MS + 4 * hour));
    }

    #[test]
    fn merges_are_read_from_what_the_peer_exposes() {
        let check = |text: &str, expected| assert_eq!(is_merging(text), expected, "{text}");
        check(
            "vm_active_merges{type=\"storage/big\"} 0\nvm_rows 5\n",
            false,
        );
        check(
            "vm_active_merges{type=\"storage/big\"} 0\nvm_active_merges{type=\"indexdb\"} 1\n",
            true,
        );
        check("", false);
    }

    #[test]
    fn bytes_are_those_of_all_files_below() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(bytes_in(&folder.path().join("none")).unwrap(), 0);
        std::fs::create_dir(folder.path().join("a")).unwrap();
        for name in ["x", "a/y"] {
            std::fs::write(folder.path().join(name), vec![1; 10_000]).unwrap();
        }
        assert!(20_000 <= bytes_in(folder.path()).unwrap());
    }
}
