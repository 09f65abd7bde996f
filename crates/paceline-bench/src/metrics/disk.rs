//! Bytes a sample. Owns pushing a whole past day, bringing each subject to put it into the form
//! that it keeps, and counting what lies there; refuses to count what a subject has yet to tidy, and
//! to take samples that were lost for samples that are small.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use super::figures::{Figure, Readings};
use super::peer::Peer;
use super::query;
use super::round::{Round, settle};
use crate::client::{Client, read};
use crate::clock;
use crate::process::Subject;

pub const DAY_MS: i64 = 86_400_000;
/// Pushed after the day's end, so that every subject considers the day as over.
const AFTERWARDS_MS: i64 = 4 * 3_600_000;
const MERGE_SECONDS_MAX: u64 = 180;
const POLL: Duration = Duration::from_millis(500);
/// How the names of Paceline's blocks begin.
const RAW: &str = "raw-";
const COARSEST: &str = "one-hour-";
/// The first push comes this long after midnight, or a jittered sample would belong to the day
/// before.
const AFTER_MIDNIGHT_MS: i64 = 1_000;

/// Samples and the bytes that they take.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Stored {
    samples: u64,
    bytes: u64,
}

/// Pushes a day and counts.
pub async fn measure(round: &Round<'_>, readings: &mut Readings) -> Result<()> {
    let day = Day::before(clock::wall_ms());
    let mut lanes = round.lanes(round.disk_shape()).await?;
    let intervals = (day.to_ms - day.from_ms) / lanes.interval_ms;
    let from_ms = day.from_ms + AFTER_MIDNIGHT_MS;
    let pushed = round
        .rush(&mut lanes, from_ms, intervals as usize, "a day")
        .await?;
    settle(round.subject).await;
    let wanted = round.disk_shape().samples_in(DAY_MS);
    let found = query::count(round.peer, round.subject, (day.from_ms, day.end_ms)).await?;
    ensure!(
        found == wanted,
        "it has {found} of the {wanted} samples that it said it took"
    );
    let folder = round
        .subject
        .folder()
        .context("the subject's folder is not ours")?;
    let stored = match round.peer {
        Peer::Paceline => paceline(round, day, folder, readings).await?,
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

#[derive(Clone, Copy, Debug, PartialEq)]
struct Day {
    from_ms: i64,
    end_ms: i64,
    /// Up to where samples are pushed.
    to_ms: i64,
}

impl Day {
    /// The last whole day (UTC) that ended long enough ago.
    fn before(now_ms: i64) -> Self {
        let end_ms = (now_ms - AFTERWARDS_MS).div_euclid(DAY_MS) * DAY_MS;
        Self {
            from_ms: end_ms - DAY_MS,
            end_ms,
            to_ms: end_ms + AFTERWARDS_MS,
        }
    }
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

#[derive(Deserialize)]
struct Manifest {
    files: Vec<BlockFile>,
}

/// As `docs/format/metrics-block.md` draws it.
#[derive(Deserialize)]
struct BlockFile {
    name: String,
    bytes: u64,
    to_ms: i64,
}

/// Waits until the day is merged, which its rollups tell, and counts its raw blocks against its
/// samples; the rollups are a figure of their own, as the peers keep none.
async fn paceline(
    round: &Round<'_>,
    day: Day,
    folder: &Path,
    readings: &mut Readings,
) -> Result<Stored> {
    let deadline = clock::now() + Duration::from_secs(MERGE_SECONDS_MAX);
    let files = loop {
        let mut files = manifest(folder)?.files;
        files.retain(|file| file.to_ms < day.end_ms);
        if is_merged(&files, day.end_ms - 2 * round.disk_shape().interval_ms) {
            break files;
        }
        ensure!(
            clock::now() < deadline,
            "the day was not merged within {MERGE_SECONDS_MAX} s"
        );
        tokio::time::sleep(POLL).await;
    };
    settle(round.subject).await;
    let samples = round.disk_shape().samples_in(DAY_MS);
    let bytes = |wanted: fn(&BlockFile) -> bool| -> u64 {
        files
            .iter()
            .filter(|file| wanted(file))
            .map(|file| file.bytes)
            .sum()
    };
    let rollups = bytes(|file| !file.name.starts_with(RAW));
    readings.note(
        Figure::DiskRollups,
        round.peer,
        rollups as f64 / samples as f64,
    );
    Ok(Stored {
        samples,
        bytes: bytes(|file| file.name.starts_with(RAW)),
    })
}

/// Whether one raw block has all of the day, and its coarsest rollup reaches to the end: the day is
/// long over by the clock, so what has come of it is merged again and again while it is pushed.
fn is_merged(files: &[BlockFile], last_ms: i64) -> bool {
    let of = |kind: &'static str| files.iter().filter(move |file| file.name.starts_with(kind));
    of(RAW).count() == 1 && of(COARSEST).any(|file| last_ms <= file.to_ms)
}

/// Days that have been merged.
pub fn rolled_up_days(folder: &Path) -> Result<usize> {
    let files = manifest(folder)?.files;
    Ok(files
        .iter()
        .filter(|file| file.name.starts_with(COARSEST))
        .count())
}

/// The second line of the file; empty before the first block.
fn manifest(folder: &Path) -> Result<Manifest> {
    let path = folder.join("metrics/blocks/manifest");
    let text = match std::fs::read_to_string(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        read => read.with_context(|| format!("cannot read `{}`", path.display()))?,
    };
    match text.lines().nth(1) {
        Some(line) => read(line.as_bytes()),
        None => Ok(Manifest { files: Vec::new() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_is_whole_and_over() {
        let check = |now_ms: i64, days: i64| {
            let day = Day::before(now_ms);
            assert_eq!(
                (day.from_ms, day.end_ms),
                (days * DAY_MS, (days + 1) * DAY_MS)
            );
            assert!(day.to_ms <= now_ms);
        };
        let hour = 3_600_000;
        check(10 * DAY_MS + 5 * hour, 9);
        check(10 * DAY_MS + 3 * hour, 8);
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
    fn a_day_is_merged_when_nothing_of_it_is_left_to_merge() {
        let check = |files: &[(&str, i64)], expected| {
            let file = |&(name, to_ms): &(&str, i64)| BlockFile {
                name: name.to_owned(),
                bytes: 1,
                to_ms,
            };
            let files: Vec<_> = files.iter().map(file).collect();
            assert_eq!(is_merged(&files, 90), expected);
        };
        check(&[], false);
        check(&[("raw-1.block", 95)], false);
        check(&[("raw-1.block", 80), ("one-hour-2.block", 80)], false);
        check(
            &[
                ("raw-1.block", 80),
                ("one-hour-2.block", 80),
                ("raw-3.block", 95),
            ],
            false,
        );
        check(&[("raw-4.block", 95), ("one-hour-5.block", 95)], true);
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
