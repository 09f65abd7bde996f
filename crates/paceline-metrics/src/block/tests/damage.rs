//! Damaged files: what is undamaged is served, what is damaged is told, and nothing else comes out.

use std::fs;
use std::path::{Path, PathBuf};

use super::super::{BlockOptions, Blocks, Damage};
use super::{
    DAY, EVERYTHING, HOUR, Model, Plain, fleet, matcher, open, plain, raw, series_of, write,
};
use crate::block::DAY_MS;
use crate::{MatchOp, OpenError};

fn files(dir: &Path, extension: &str) -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> = fs::read_dir(dir)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|one| one == extension))
        .collect();
    all.sort();
    all
}

/// Whatever can be read, and whether anything was told.
fn read(dir: &Path) -> (Plain, Vec<Damage>, Vec<String>) {
    let (blocks, damages) = Blocks::open(BlockOptions::new(dir)).expect("opens");
    // Matchers that need every part of the index.
    let matchers = ["__name__", "agent", "zone"].map(|name| matcher(name, MatchOp::Regex, ".+"));
    let selection = blocks.select(&raw(matchers.to_vec(), EVERYTHING));
    let warnings = selection.warnings.clone();
    let series: Vec<_> = selection.series.filter_map(Result::ok).collect();
    (plain(series), damages, warnings.all())
}

/// Every sample that came out is one that was written.
fn assert_true(answer: &Plain, truth: &Plain) {
    for (labels, samples) in answer {
        let written = truth
            .iter()
            .find(|(one, _)| one == labels)
            .unwrap_or_else(|| panic!("`{labels}` was never written"));
        for sample in samples {
            assert!(written.1.contains(sample), "`{labels}`: {sample:?}");
        }
    }
}

fn count(answer: &Plain) -> usize {
    answer.iter().map(|(_, samples)| samples.len()).sum()
}

fn small() -> Model {
    let mut model = fleet(2, DAY, 20);
    model.extend(fleet(5, DAY, 7).into_iter().skip(12));
    model
}

fn flipped_everywhere(path: &Path, dir: &Path, truth: &Plain, step: usize) {
    let whole = fs::read(path).expect("the file");
    for at in (0..whole.len()).step_by(step) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        fs::write(path, &bytes).expect("writes");
        let (answer, damages, warnings) = read(dir);
        assert_true(&answer, truth);
        let told = !damages.is_empty() || !warnings.is_empty();
        assert!(told, "byte {at} of {}: nothing was told", whole.len());
        // A manifest that is damaged is rebuilt: put back what the test is about.
        fs::write(path, &whole).expect("writes");
    }
    assert!(read(dir).0 == *truth);
}

#[test]
fn a_flipped_bit_anywhere_in_a_block_costs_at_most_what_it_covers() {
    let dir = tempfile::tempdir().expect("a folder");
    let model = small();
    write(&open(dir.path()), &model);
    let path = files(dir.path(), "block").remove(0);
    flipped_everywhere(&path, dir.path(), &plain(series_of(&model, EVERYTHING)), 3);
}

#[test]
fn a_flipped_bit_in_a_value_chunk_costs_that_chunk_only() {
    let dir = tempfile::tempdir().expect("a folder");
    let model = fleet(3, DAY, 40);
    write(&open(dir.path()), &model);
    let path = files(dir.path(), "block").remove(0);
    let mut bytes = fs::read(&path).expect("the file");
    bytes[20] ^= 1;
    fs::write(&path, &bytes).expect("writes");
    let (answer, _, warnings) = read(dir.path());
    assert_eq!((answer.len(), count(&answer)), (11, 11 * 40));
    let expected = format!(
        "`{}`, byte 12: the checksum is wrong: passed over",
        path.display()
    );
    assert_eq!(warnings, [expected]);
}

#[test]
fn a_truncated_block_is_told_with_its_place_and_the_others_are_served() {
    let dir = tempfile::tempdir().expect("a folder");
    let blocks = open(dir.path());
    let (one, other) = (fleet(2, DAY, 20), fleet(2, DAY + 2 * HOUR, 20));
    write(&blocks, &one);
    write(&blocks, &other);
    drop(blocks);
    let path = files(dir.path(), "block").remove(0);
    let whole = fs::read(&path).expect("the file");
    for len in (0..whole.len()).step_by(7) {
        fs::write(&path, &whole[..len]).expect("writes");
        let (answer, damages, _) = read(dir.path());
        assert!(answer == plain(series_of(&other, EVERYTHING)));
        assert_eq!(damages.len(), 1);
        assert!(damages[0].place.ends_with("raw-0000000001.block") && damages[0].offset.is_some());
    }
}

#[test]
fn a_torn_block_in_the_middle_serves_what_is_around_it() {
    let dir = tempfile::tempdir().expect("a folder");
    let model = fleet(40, DAY, 200);
    write(&open(dir.path()), &model);
    let path = files(dir.path(), "block").remove(0);
    let mut bytes = fs::read(&path).expect("the file");
    bytes[4_096..8_192].fill(0);
    fs::write(&path, &bytes).expect("writes");
    let truth = plain(series_of(&model, EVERYTHING));
    let (answer, _, warnings) = read(dir.path());
    assert_true(&answer, &truth);
    assert!(count(&answer) > count(&truth) * 8 / 10 && !warnings.is_empty());
}

#[test]
fn a_damaged_manifest_costs_nothing_but_a_remark() {
    let dir = tempfile::tempdir().expect("a folder");
    let blocks = open(dir.path());
    let (one, other) = (fleet(2, DAY, 20), fleet(2, DAY + DAY_MS, 20));
    write(&blocks, &one);
    write(&blocks, &other);
    blocks
        .maintain(DAY + DAY_MS + 4 * HOUR, &|| false)
        .expect("merges");
    drop(blocks);
    let mut both = one;
    for (labels, samples) in other {
        both.entry(labels).or_default().extend(samples);
    }
    let truth = plain(series_of(&both, EVERYTHING));
    let path = dir.path().join("manifest");
    flipped_everywhere(&path, dir.path(), &truth, 1);
    let whole = fs::read(&path).expect("the manifest");
    for len in 0..whole.len() {
        fs::write(&path, &whole[..len]).expect("writes");
        let (answer, damages, _) = read(dir.path());
        assert!(answer == truth && !damages.is_empty(), "cut at {len}");
    }
    fs::remove_file(&path).expect("removes");
    let (answer, damages, _) = read(dir.path());
    assert!(answer == truth);
    assert!(damages[0].to_string().contains("the manifest is missing"));
}

#[test]
fn a_listed_file_that_is_gone_is_told() {
    let dir = tempfile::tempdir().expect("a folder");
    write(&open(dir.path()), &fleet(1, DAY, 20));
    fs::remove_file(files(dir.path(), "block").remove(0)).expect("removes");
    let (answer, damages, _) = read(dir.path());
    assert_eq!((answer.len(), damages.len()), (0, 1));
}

#[test]
fn what_a_crash_left_unfinished_is_deleted() {
    let dir = tempfile::tempdir().expect("a folder");
    let model = fleet(1, DAY, 20);
    write(&open(dir.path()), &model);
    let block = fs::read(files(dir.path(), "block").remove(0)).expect("the block");
    fs::write(dir.path().join("raw-0000000009.block"), block).expect("writes");
    fs::write(dir.path().join("raw-0000000008.new"), b"half").expect("writes");
    let blocks = open(dir.path());
    assert_eq!(blocks.stats().blocks, 1);
    assert_eq!(files(dir.path(), "block").len(), 1);
    assert_eq!(files(dir.path(), "new").len(), 0);
    write(&blocks, &fleet(1, DAY + 2 * HOUR, 20));
    let names = files(dir.path(), "block");
    assert!(names[1].ends_with("raw-0000000010.block"), "{names:?}");
}

#[test]
fn a_newer_version_is_refused_by_name() {
    let dir = tempfile::tempdir().expect("a folder");
    write(&open(dir.path()), &fleet(1, DAY, 20));
    let path = files(dir.path(), "block").remove(0);
    let mut bytes = fs::read(&path).expect("the file");
    bytes[4] = 2;
    let crc = crc32c::crc32c(&bytes[..8]);
    bytes[8..12].copy_from_slice(&crc.to_le_bytes());
    fs::write(&path, &bytes).expect("writes");
    let refused = Blocks::open(BlockOptions::new(dir.path())).err();
    assert!(matches!(
        refused,
        Some(OpenError::TooNew { version: 2, .. })
    ));
}
