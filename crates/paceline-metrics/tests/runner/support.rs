//! What several modules need: pushes that wait for their answer, and all that is stored.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::mpsc;

use paceline_metrics::{
    AppendError, Appended, Engine, EngineOptions, Labels, MatchOp, Matcher, RefSample, Row,
    RowValue, Select, SeriesSource, TimeRange,
};

/// A round moment, 2023-11-14.
pub const START_MS: i64 = 1_700_006_400_000;

pub type Stored = BTreeMap<Labels, Vec<(i64, u64)>>;

pub fn open(dir: &Path) -> Engine {
    let options = EngineOptions {
        // Every upkeep that finds something makes one.
        checkpoint_log_bytes: 100,
        ..EngineOptions::new(dir)
    };
    Engine::open(options, START_MS).expect("opens")
}

pub fn append(engine: &Engine, rows: Vec<Row>, now_ms: i64) -> Result<Appended, AppendError> {
    let (tell, told) = mpsc::channel();
    let settled = Box::new(move |result| tell.send(result).expect("somebody waits"));
    engine.append(rows, now_ms, settled);
    told.recv().expect("is settled")
}

pub fn append_refs(
    engine: &Engine,
    samples: Vec<RefSample>,
    now_ms: i64,
) -> Result<Appended, AppendError> {
    let (tell, told) = mpsc::channel();
    let settled = Box::new(move |result| tell.send(result).expect("somebody waits"));
    engine.append_refs(samples, now_ms, settled);
    told.recv().expect("is settled")
}

pub fn agent(name: &str) -> Labels {
    Labels::from_pairs([("agent", name)])
}

pub fn metric(name: &str) -> Labels {
    Labels::from_pairs([("__name__", name)])
}

pub fn row(agent_name: &str, at_ms: i64, values: &[(&str, f64)]) -> Row {
    Row {
        labels: agent(agent_name),
        at_ms,
        values: values
            .iter()
            .map(|(name, value)| RowValue {
                key: metric(name),
                value: *value,
            })
            .collect(),
    }
}

pub fn matcher(name: &str, op: MatchOp, value: &str) -> Matcher {
    Matcher::new(name, op, value).expect("valid")
}

pub fn select(engine: &Engine, matchers: Vec<Matcher>, from_ms: i64, to_ms: i64) -> Stored {
    selected(engine, &wanted(matchers, TimeRange { from_ms, to_ms }))
}

fn wanted(matchers: Vec<Matcher>, range: TimeRange) -> Select {
    Select {
        matchers,
        range,
        step_ms: 0,
        window_ms: 0,
        function: None,
        is_newest_enough: false,
    }
}

fn selected(engine: &Engine, select: &Select) -> Stored {
    let selection = engine.select(select).expect("selects");
    let mut stored = Stored::new();
    for series in selection.series {
        let series = series.expect("reads");
        assert_eq!(series.timestamps.len(), series.values.len());
        let bits = series.values.iter().map(|value| value.to_bits());
        let samples: Vec<_> = series.timestamps.iter().copied().zip(bits).collect();
        assert!(
            samples.windows(2).all(|two| two[0].0 < two[1].0),
            "sorted, each time once"
        );
        assert!(!samples.is_empty(), "no series without samples");
        let twice = stored.insert(series.labels, samples);
        assert!(twice.is_none(), "each series once");
    }
    stored
}

/// While nobody writes. The newest samples alone are asked for too, and must be the same.
pub fn everything(engine: &Engine) -> Stored {
    let any = vec![matcher("__name__", MatchOp::Regex, ".+")];
    let all = TimeRange {
        from_ms: i64::MIN,
        to_ms: i64::MAX,
    };
    let every = wanted(any, all);
    let stored = selected(engine, &every);
    for from_ms in [i64::MIN, START_MS] {
        let select = Select {
            range: TimeRange { from_ms, ..all },
            is_newest_enough: true,
            ..every.clone()
        };
        let newest = selected(engine, &select);
        let last =
            |(labels, samples): (&Labels, &Vec<_>)| (labels.clone(), samples.last().copied());
        let known = stored.iter().map(last);
        let known = known.filter(|(_, last)| last.is_some_and(|(at_ms, _)| from_ms <= at_ms));
        let newest: Vec<_> = newest.iter().map(last).collect();
        assert_eq!(newest, known.collect::<Vec<_>>());
    }
    stored
}
