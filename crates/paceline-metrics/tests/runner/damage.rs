//! Files that were cut or flipped: what is undamaged is served, damage is told, nothing is invented.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use paceline_metrics::{AppendError, Engine};

use crate::support::{START_MS, Stored, append, everything, open, row};

const BATCHES: i64 = 6;

/// A log of some answered pushes as it is while the engine runs, the place where each ends, and
/// what is stored after each.
struct Written {
    dir: tempfile::TempDir,
    ends: Vec<u64>,
    stored: Vec<Stored>,
}

fn only_segment(dir: &Path) -> PathBuf {
    let mut files = fs::read_dir(dir.join("log")).expect("a log");
    files.next().expect("a segment").expect("readable").path()
}

fn written() -> Written {
    let dir = tempfile::tempdir().expect("a folder");
    let engine = open(dir.path());
    let (mut ends, mut stored) = (Vec::new(), Vec::new());
    for batch in 0..BATCHES {
        let at_ms = START_MS + batch * 10_000;
        let values = [("one", batch as f64), ("two", 0.5), ("three", f64::NAN)];
        let rows = vec![row("a", at_ms, &values), row("b", at_ms, &values[..2])];
        append(&engine, rows, at_ms).expect("is kept");
        let segment = only_segment(dir.path());
        ends.push(fs::metadata(segment).expect("a file").len());
        stored.push(everything(&engine));
    }
    // As a kill leaves it: nothing is closed.
    let copy = tempfile::tempdir().expect("a folder");
    copy_dir(dir.path(), copy.path());
    Written {
        dir: copy,
        ends,
        stored,
    }
}

fn copy_dir(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("readable").path();
        let new = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy_dir(&path, &new);
        } else {
            fs::copy(&path, &new).expect("copies");
        }
    }
}

/// Opens a copy whose only segment was changed.
fn changed(written: &Written, change: impl FnOnce(&mut Vec<u8>)) -> (tempfile::TempDir, Engine) {
    let dir = tempfile::tempdir().expect("a folder");
    copy_dir(written.dir.path(), dir.path());
    let segment = only_segment(dir.path());
    let mut bytes = fs::read(&segment).expect("reads");
    change(&mut bytes);
    fs::write(&segment, bytes).expect("writes");
    let engine = open(dir.path());
    (dir, engine)
}

fn assert_part_of(part: &Stored, whole: &Stored) {
    for (labels, samples) in part {
        let all = whole
            .get(labels)
            .unwrap_or_else(|| panic!("{labels} is invented"));
        assert!(
            samples.iter().all(|sample| all.contains(sample)),
            "{labels}"
        );
    }
}

#[test]
fn a_log_cut_anywhere_loses_only_the_unfinished_push() {
    let written = written();
    let last = written.ends[BATCHES as usize - 2];
    for cut in last..written.ends[BATCHES as usize - 1] {
        let (dir, engine) = changed(&written, |bytes| bytes.truncate(cut as usize));
        assert_eq!(
            everything(&engine),
            written.stored[BATCHES as usize - 2],
            "cut at {cut}"
        );
        assert_eq!(engine.recovery().torn.is_some(), cut > last, "cut at {cut}");
        assert_eq!(engine.recovery().damage, Vec::<String>::new());
        let after = append(
            &engine,
            vec![row("a", START_MS + 300_000, &[("one", 7.0)])],
            START_MS,
        );
        assert_eq!(after.expect("is kept").accepted, 1);
        let stored = everything(&engine);
        drop(engine);
        let again = open(dir.path());
        assert_eq!(
            (everything(&again), &again.recovery().torn),
            (stored, &None)
        );
        assert_eq!(again.recovery().damage, Vec::<String>::new());
    }
}

#[test]
fn a_flipped_bit_loses_one_frame_at_most_and_is_told_with_its_place() {
    let written = written();
    let whole = &written.stored[BATCHES as usize - 1];
    let last = written.ends[BATCHES as usize - 2];
    let mut lost_frames = 0;
    for at in (0..last as usize).step_by(3) {
        let (_dir, engine) = changed(&written, |bytes| bytes[at] ^= 1 << (at % 8));
        let recovery = engine.recovery();
        assert_eq!(recovery.torn, None, "byte {at}");
        assert_eq!(recovery.damage.len(), 1, "byte {at}: {:?}", recovery.damage);
        assert!(
            recovery.damage[0].contains(".log` at byte "),
            "{:?}",
            recovery.damage
        );
        let stored = everything(&engine);
        assert_part_of(&stored, whole);
        let count = |stored: &Stored| stored.values().map(Vec::len).sum::<usize>();
        let lost = count(whole) - count(&stored);
        assert!(lost <= 5, "byte {at}: {lost} samples lost");
        lost_frames += usize::from(lost > 0);
    }
    assert!(lost_frames > 0, "the rows were flipped, too");
}

#[test]
fn a_flipped_bit_in_the_last_push_is_told() {
    let written = written();
    let whole = &written.stored[BATCHES as usize - 1];
    let last = written.ends[BATCHES as usize - 2] as usize;
    for at in last..written.ends[BATCHES as usize - 1] as usize {
        let (_dir, engine) = changed(&written, |bytes| bytes[at] ^= 1);
        assert!(engine.recovery().torn.is_some(), "byte {at}");
        assert_part_of(&everything(&engine), whole);
    }
}

#[test]
fn after_an_orderly_end_a_flipped_last_push_is_damage() {
    let dir = tempfile::tempdir().expect("a folder");
    let engine = open(dir.path());
    append(&engine, vec![row("a", START_MS, &[("one", 1.0)])], START_MS).expect("is kept");
    let end = fs::metadata(only_segment(dir.path()))
        .expect("a file")
        .len() as usize;
    drop(engine);
    let segment = only_segment(dir.path());
    let mut bytes = fs::read(&segment).expect("reads");
    bytes[end - 3] ^= 4;
    fs::write(&segment, bytes).expect("writes");
    let engine = open(dir.path());
    assert_eq!(engine.recovery().damage.len(), 1, "{:?}", engine.recovery());
    assert!(everything(&engine).is_empty());
}

#[test]
fn a_segment_that_was_cut_or_lost_does_not_hide_the_others() {
    let build = || {
        let dir = tempfile::tempdir().expect("a folder");
        for run in 0..3 {
            let engine = open(dir.path());
            let at_ms = START_MS + run * 10_000;
            append(
                &engine,
                vec![row("a", at_ms, &[("one", run as f64)])],
                at_ms,
            )
            .expect("kept");
        }
        let mut segments: Vec<PathBuf> = fs::read_dir(dir.path().join("log"))
            .expect("a log")
            .map(|entry| entry.expect("readable").path())
            .collect();
        segments.sort();
        (dir, segments)
    };
    let check = |spoil: &dyn Fn(&Path), left: usize| {
        let (dir, segments) = build();
        spoil(&segments[1]);
        let engine = open(dir.path());
        let damage = &engine.recovery().damage;
        assert!(
            damage.iter().any(|told| told.contains(".log`")),
            "{damage:?}"
        );
        let samples: usize = everything(&engine).values().map(Vec::len).sum();
        assert_eq!(samples, left);
    };
    check(&|segment| fs::remove_file(segment).expect("removes"), 2);
    check(&|segment| fs::write(segment, b"").expect("writes"), 2);
    check(
        &|segment| {
            let bytes = fs::read(segment).expect("reads");
            fs::write(segment, &bytes[..bytes.len() / 3]).expect("writes");
        },
        2,
    );
    check(
        &|segment| fs::write(segment, [0xa5; 5_000]).expect("writes"),
        2,
    );
}

#[test]
fn a_damaged_checkpoint_serves_what_is_whole() {
    let dir = tempfile::tempdir().expect("a folder");
    let engine = open(dir.path());
    for batch in 0..40 {
        let at_ms = START_MS + batch * 10_000;
        let values = [("one", batch as f64), ("two", 0.5), ("three", f64::NAN)];
        let rows = vec![row("a", at_ms, &values), row("b", at_ms, &values[..2])];
        append(&engine, rows, at_ms).expect("is kept");
    }
    append(
        &engine,
        vec![row("a", START_MS + 5, &[("one", 7.0)])],
        START_MS,
    )
    .expect("is kept");
    let whole = everything(&engine);
    engine.maintain(START_MS).expect("keeps");
    drop(engine);
    let log = fs::read_dir(dir.path().join("log")).expect("a log");
    assert_eq!(log.count(), 0, "the log is replaced");
    let checkpoint = fs::read(dir.path().join("checkpoint")).expect("reads");
    let spoiled = |bytes: &[u8]| {
        let dir = tempfile::tempdir().expect("a folder");
        fs::write(dir.path().join("checkpoint"), bytes).expect("writes");
        let engine = open(dir.path());
        (everything(&engine), engine.recovery().damage.len())
    };
    assert_eq!(spoiled(&checkpoint), (whole.clone(), 0));
    for at in (0..checkpoint.len()).step_by(5) {
        let mut bytes = checkpoint.clone();
        bytes[at] ^= 1 << (at % 8);
        let (stored, damage) = spoiled(&bytes);
        assert!(damage > 0, "byte {at}");
        assert_part_of(&stored, &whole);
        let (stored, damage) = spoiled(&checkpoint[..at]);
        assert!(damage > 0, "cut at {at}");
        assert_part_of(&stored, &whole);
    }
}

#[test]
fn a_disk_that_fails_refuses_and_then_recovers_without_a_restart() {
    let dir = tempfile::tempdir().expect("a folder");
    let engine = open(dir.path());
    let (log, away) = (dir.path().join("log"), dir.path().join("away"));
    fs::rename(&log, &away).expect("moves");
    let rows = || vec![row("a", START_MS, &[("one", 1.0)])];
    let refused = append(&engine, rows(), START_MS);
    assert!(matches!(refused, Err(AppendError::Disk(_))), "{refused:?}");
    assert!(everything(&engine).is_empty());
    fs::rename(&away, &log).expect("moves");
    assert_eq!(
        append(&engine, rows(), START_MS).expect("is kept").accepted,
        1
    );
    let stored = everything(&engine);
    drop(engine);
    assert_eq!(everything(&open(dir.path())), stored);
}

const SMALL_DISK: &str = "PACELINE_TEST_SMALL_DISK";

/// The disk is a file system of 8 MiB in memory, which a mount namespace needs no rights for; the
/// test runs itself once more inside.
#[test]
fn a_full_disk_refuses_and_then_recovers_without_a_restart() {
    if let Some(disk) = std::env::var_os(SMALL_DISK) {
        return fill_up_and_recover(Path::new(&disk));
    }
    let folder = tempfile::tempdir().expect("a folder");
    let inside = format!(
        "mount -t tmpfs -o size=8m none \"${SMALL_DISK}\" && exec \"$0\" --exact \
         damage::a_full_disk_refuses_and_then_recovers_without_a_restart"
    );
    let status = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", &inside])
        .arg(std::env::current_exe().expect("this test"))
        .env(SMALL_DISK, folder.path())
        .status();
    assert!(status.expect("`unshare` of util-linux is there").success());
}

fn fill_up_and_recover(disk: &Path) {
    let dir = tempfile::tempdir_in(disk).expect("a folder");
    let engine = open(dir.path());
    let push = |tick: i64| {
        let at_ms = START_MS + tick * 1_000;
        let names: Vec<String> = (0..500).map(|at| format!("m{at}")).collect();
        let values: Vec<_> = names
            .iter()
            .map(|name| (name.as_str(), tick as f64))
            .collect();
        append(&engine, vec![row("a", at_ms, &values)], at_ms)
    };
    let ballast = dir.path().join("ballast");
    assert_eq!(push(0).expect("is kept").accepted, 500);
    let mut size = 1 << 20;
    let mut fill = fs::File::create(&ballast).expect("creates");
    while size > 0 {
        if std::io::Write::write_all(&mut fill, &vec![1; size]).is_err() {
            size /= 2;
        }
    }
    let mut tick = 1;
    while push(tick).is_ok() {
        tick += 1;
        assert!(tick < 10_000, "the disk is full");
    }
    for _ in 0..5 {
        assert!(matches!(push(tick), Err(AppendError::Disk(_))));
    }
    let acknowledged = everything(&engine);
    assert!(
        acknowledged
            .values()
            .all(|samples| samples.len() as i64 == tick)
    );
    drop(fill);
    fs::remove_file(ballast).expect("removes");
    assert_eq!(push(tick).expect("is kept").accepted, 500);
    let stored = everything(&engine);
    drop(engine);
    let again = open(dir.path());
    assert_eq!(everything(&again), stored);
    assert_eq!(again.recovery().damage, Vec::<String>::new());
}
