//! The hub against a real engine: who is told what, and that snapshot and deltas fit together.

use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use paceline_api::{LiveValue, Timestamp};
use paceline_metrics::{Engine, EngineOptions, Labels, Row, RowValue, Tap, TappedRow};
use parking_lot::Mutex;
use tokio::time::Instant;

use super::limits::{FRAME_SAMPLES_MAX, SERIES_MAX};
use super::matching::Matching;
use super::pipe::{Event, Outlet, pipe};
use super::selector;
use super::snapshot::{self, Last};
use super::subscription::{Subscription, TooMany};

const START_MS: i64 = 1_700_000_000_000;
/// On a busy machine, and a debug build.
const PATIENCE: Duration = Duration::from_secs(30);

/// An engine whose rows are matched.
struct Followed {
    engine: Engine,
    matching: Arc<Mutex<Matching>>,
    _directory: tempfile::TempDir,
}

impl Followed {
    fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let engine = Engine::open(EngineOptions::new(directory.path()), START_MS).unwrap();
        let matching = Arc::<Mutex<Matching>>::default();
        let tapped = Arc::clone(&matching);
        engine.add_tap(Tap::new(move |row: &TappedRow<'_>| tapped.lock().row(row)));
        Self {
            engine,
            matching,
            _directory: directory,
        }
    }

    fn follow(&self, selectors: &[&str]) -> (u32, Outlet) {
        let texts: Vec<_> = selectors.iter().map(|&text| text.to_owned()).collect();
        let (inlet, outlet) = pipe();
        let selectors = selector::read_all(&texts).unwrap();
        (self.matching.lock().add(selectors, inlet), outlet)
    }

    fn push(&self, agent: &str, at_ms: i64, values: &[(&str, f64)]) {
        let values = values.iter().map(|&(name, value)| RowValue {
            key: Labels::from_pairs([("__name__", name)]),
            value,
        });
        let row = Row {
            labels: Labels::from_pairs([("agent", agent)]),
            at_ms,
            values: values.collect(),
        };
        let (tell, told) = mpsc::channel();
        let settled = Box::new(move |outcome| tell.send(outcome).unwrap());
        self.engine.append(vec![row], at_ms, settled);
        let appended = told.recv().unwrap().unwrap();
        assert_eq!(appended.refused, []);
    }
}

/// What came, as `subscription: text`.
async fn events(outlet: &mut Outlet) -> Vec<String> {
    let mut events = Vec::new();
    let receiving = outlet.receive(&mut events);
    let received = tokio::time::timeout(PATIENCE, receiving).await;
    assert!(received.is_ok(), "nothing came");
    let shown = events.into_iter().map(|event| match event {
        Event::Found {
            subscription,
            labels,
        } => format!("{subscription}: found {labels}"),
        Event::Row {
            subscription,
            at_ms,
            samples,
        } => format!("{subscription}: {} {samples:?}", at_ms - START_MS),
        Event::Full { subscription } => format!("{subscription}: full"),
    });
    shown.collect()
}

#[tokio::test]
async fn a_subscription_gets_the_series_that_one_of_its_selectors_matches() {
    let followed = Followed::start();
    let (_, mut outlet) =
        followed.follow(&["up{agent=\"a\"}", "{agent=~\"b|c\"}", "{agent=\"b\"}"]);
    followed.push("a", START_MS, &[("up", 1.0), ("down", 2.0)]);
    followed.push("b", START_MS, &[("up", 3.0), ("down", 4.0)]);
    followed.push("d", START_MS, &[("up", 5.0)]);
    assert_eq!(
        events(&mut outlet).await,
        [
            r#"1: found up{agent="a"}"#,
            "1: 0 [(0, 1.0)]",
            r#"1: found up{agent="b"}"#,
            r#"1: found down{agent="b"}"#,
            "1: 0 [(1, 3.0), (2, 4.0)]",
        ]
    );
    followed.push("b", START_MS + 1, &[("down", 6.0)]);
    assert_eq!(events(&mut outlet).await, ["1: 1 [(2, 6.0)]"]);
}

/// Seen to fail when a new subscription did not make known series be asked again.
#[tokio::test]
async fn a_later_subscription_finds_series_that_were_decided_before() {
    let followed = Followed::start();
    let (_, mut first) = followed.follow(&["down"]);
    followed.push("a", START_MS, &[("up", 1.0), ("down", 1.0)]);
    let (_, mut second) = followed.follow(&["{agent=\"a\"}"]);
    followed.push("a", START_MS + 1, &[("up", 2.0), ("down", 2.0)]);
    assert_eq!(
        events(&mut second).await,
        [
            r#"2: found up{agent="a"}"#,
            r#"2: found down{agent="a"}"#,
            "2: 1 [(0, 2.0), (1, 2.0)]"
        ]
    );
    assert_eq!(
        events(&mut first).await,
        [
            r#"1: found down{agent="a"}"#,
            "1: 0 [(0, 1.0)]",
            "1: 1 [(0, 2.0)]"
        ]
    );
}

#[tokio::test]
async fn after_its_end_a_subscription_gets_nothing_and_the_last_one_leaves_no_memory() {
    let followed = Followed::start();
    let (one, mut outlet) = followed.follow(&["up"]);
    let (other, mut others) = followed.follow(&["up"]);
    followed.push("a", START_MS, &[("up", 1.0)]);
    assert_eq!(events(&mut outlet).await.len(), 2);
    assert!(followed.matching.lock().remove(one).is_none());
    followed.push("a", START_MS + 1, &[("up", 2.0)]);
    assert_eq!(events(&mut others).await.len(), 3);
    assert!(followed.matching.lock().remove(other).is_some());
    assert!(followed.matching.lock().is_empty());
    let (_, mut again) = followed.follow(&["up"]);
    followed.push("a", START_MS + 2, &[("up", 3.0)]);
    assert_eq!(
        events(&mut again).await,
        [r#"3: found up{agent="a"}"#, "3: 2 [(0, 3.0)]"]
    );
    drop(outlet);
}

#[tokio::test]
async fn a_subscription_has_a_most_of_series_and_hears_of_it_once() {
    let followed = Followed::start();
    let (_, mut outlet) = followed.follow(&["{agent!=\"\"}"]);
    let names: Vec<String> = (0..1_000).map(|at| format!("m{at}")).collect();
    let values: Vec<_> = names.iter().map(|name| (name.as_str(), 1.0)).collect();
    let agents = SERIES_MAX / names.len() + 1;
    for agent in 0..agents {
        followed.push(&format!("a{agent}"), START_MS, &values);
    }
    let all = events(&mut outlet).await;
    let count = |end: &str| all.iter().filter(|event| event.contains(end)).count();
    assert_eq!((count("found"), count("full")), (SERIES_MAX, 1));
}

#[test]
fn a_snapshot_has_the_newest_value_of_each_series_that_goes_on() {
    let followed = Followed::start();
    followed.push("a", START_MS, &[("up", 1.0), ("ended", 1.0)]);
    followed.push(
        "a",
        START_MS + 10,
        &[("up", 2.0), ("ended", paceline_metrics::stale_marker())],
    );
    followed.push("a", START_MS + 5, &[("up", 9.0)]);
    followed.push("b", START_MS, &[("up", f64::INFINITY)]);
    let read = |texts: &[&str], now_ms| {
        let texts: Vec<_> = texts.iter().map(|&text| text.to_owned()).collect();
        let selectors = selector::read_all(&texts).unwrap();
        let all = snapshot::read(&followed.engine, &selectors, now_ms).unwrap();
        let shown = all
            .iter()
            .map(|last| format!("{}@{}={}", last.labels, last.at_ms - START_MS, last.value));
        shown.collect::<Vec<_>>()
    };
    let both = [r#"up{agent="a"}@10=2"#, r#"up{agent="b"}@0=inf"#];
    assert_eq!(read(&["{agent=~\".+\"}", "up"], START_MS + 20), both);
    assert_eq!(read(&["up"], START_MS + 300_005), both[..1]);
    assert_eq!(read(&["up"], START_MS + 900_000), [""; 0]);
}

/// What is being stored when a tap opens is not shown to it, so the snapshot has to have it. Seen to
/// fail when the snapshot did not wait for pushes under way.
#[test]
fn a_snapshot_waits_for_the_push_that_is_being_stored() {
    let directory = tempfile::tempdir().unwrap();
    let engine = Engine::open(EngineOptions::new(directory.path()), START_MS).unwrap();
    let (entered, entering) = mpsc::channel();
    let (leave, leaving) = mpsc::channel::<()>();
    let leaving = Mutex::new(leaving);
    // Holds the writer between the two rows of the push.
    engine.add_tap(Tap::new(move |row: &TappedRow<'_>| {
        if row.target().get("agent") == "a" {
            entered.send(()).unwrap();
            leaving.lock().recv().unwrap();
        }
    }));
    let rows = ["a", "b"].map(|agent| Row {
        labels: Labels::from_pairs([("agent", agent)]),
        at_ms: START_MS,
        values: vec![RowValue {
            key: labels("up"),
            value: 1.0,
        }],
    });
    engine.append(rows.into(), START_MS, Box::new(|_| {}));
    entering.recv().unwrap();
    let selectors = selector::read_all(&["up".to_owned()]).unwrap();
    std::thread::scope(|scope| {
        let (done, reading) = mpsc::channel();
        let (engine, selectors) = (&engine, &selectors);
        scope.spawn(move || {
            done.send(snapshot::read(engine, selectors, START_MS))
                .unwrap()
        });
        let early = reading.recv_timeout(Duration::from_millis(200));
        leave.send(()).unwrap();
        assert!(early.is_err(), "read while a push was being stored");
        assert_eq!(reading.recv().unwrap().unwrap().len(), 2);
    });
}

fn subscription(now: Instant) -> Subscription {
    Subscription::new("x".to_owned(), 1, Duration::from_millis(100), now)
}

fn labels(name: &str) -> Labels {
    Labels::from_pairs([("__name__", name)])
}

fn last(name: &str, at_ms: i64) -> Last {
    Last {
        labels: labels(name),
        at_ms,
        value: 1.0,
    }
}

/// References, times and values of a delta; nothing where there is none.
fn delta(one: &mut Subscription, now: Instant) -> Option<(Vec<u32>, Vec<i64>, Vec<f64>)> {
    let delta = one.delta(1, Timestamp(0), now)?;
    let values = delta.values.iter().map(|LiveValue(value)| *value);
    Some((delta.refs, delta.times_ms, values.collect()))
}

#[tokio::test]
async fn what_came_while_the_snapshot_was_read_is_sent_once() {
    let now = Instant::now();
    let mut one = subscription(now);
    one.found(labels("b")).unwrap();
    for at_ms in [8, 9, 10, 11] {
        one.row(at_ms, &[(0, at_ms as f64)]);
    }
    assert_eq!(one.due(), None, "the snapshot comes first");
    let snapshot = one.begin(vec![last("a", 5), last("b", 10)], 1, Timestamp(0));
    let known = snapshot.series.iter().map(|series| series.reference);
    assert_eq!(known.collect::<Vec<_>>(), [0, 1]);
    assert_eq!(delta(&mut one, now), Some((vec![1], vec![11], vec![11.0])));

    // The snapshot's own sample of `a`, shown late, one that is new, and one that is only late.
    one.found(labels("a")).unwrap();
    one.row(5, &[(1, 1.0)]);
    assert_eq!(delta(&mut one, now), None);
    one.row(6, &[(1, 2.0)]);
    one.row(4, &[(1, 3.0)]);
    assert_eq!(
        delta(&mut one, now),
        Some((vec![0, 0], vec![6, 4], vec![2.0, 3.0]))
    );
    one.found(labels("c")).unwrap();
    one.row(7, &[(2, 4.0)]);
    let delta = one.delta(1, Timestamp(0), now).unwrap();
    assert_eq!((delta.refs, delta.new.len()), (vec![2], 1));
    assert_eq!(
        (delta.new[0].reference, &delta.new[0].labels["__name__"]),
        (2, &"c".to_owned())
    );
}

#[tokio::test]
async fn the_first_change_leaves_at_once_and_the_next_after_a_pause() {
    let now = Instant::now();
    let mut one = subscription(now);
    one.found(labels("a")).unwrap();
    one.begin(Vec::new(), 1, Timestamp(0));
    one.row(1, &[(0, 1.0)]);
    assert!(one.due().unwrap() <= now);
    assert!(delta(&mut one, now).is_some());
    assert_eq!(one.due(), None);
    one.row(2, &[(0, 2.0)]);
    one.row(3, &[(0, 3.0)]);
    let pause = Duration::from_millis(100);
    assert_eq!(one.due(), Some(now + pause));
    let later = now + 10 * pause;
    assert_eq!(
        delta(&mut one, later),
        Some((vec![0, 0], vec![2, 3], vec![2.0, 3.0]))
    );
    one.row(4, &[(0, 4.0)]);
    assert_eq!(one.due(), Some(later + pause));
}

#[tokio::test]
async fn of_too_many_samples_the_newest_of_each_series_is_kept_and_the_rest_is_counted() {
    let now = Instant::now();
    let mut one = subscription(now);
    one.found(labels("a")).unwrap();
    one.found(labels("b")).unwrap();
    one.begin(Vec::new(), 1, Timestamp(0));
    one.row(7, &[(1, 7.0)]);
    for at_ms in 0..FRAME_SAMPLES_MAX as i64 {
        one.row(at_ms, &[(0, at_ms as f64)]);
    }
    let delta = one.delta(1, Timestamp(0), now).unwrap();
    let newest = FRAME_SAMPLES_MAX as i64 - 1;
    assert_eq!((delta.refs, delta.times_ms), (vec![0, 1], vec![newest, 7]));
    assert_eq!(delta.skipped, FRAME_SAMPLES_MAX as u64 - 1);
}

#[tokio::test]
async fn series_of_snapshot_and_deltas_count_together() {
    let now = Instant::now();
    let mut one = subscription(now);
    let series = (0..SERIES_MAX).map(|at| last(&format!("m{at}"), 1));
    one.begin(series.collect(), 1, Timestamp(0));
    assert_eq!(one.found(labels("m7")), Ok(()));
    assert_eq!(one.found(labels("other")), Err(TooMany));
    assert!(one.tell_full());
    assert!(!one.tell_full());
    one.row(2, &[(0, 1.0), (1, 2.0)]);
    assert_eq!(delta(&mut one, now), Some((vec![7], vec![2], vec![1.0])));
}
