//! Any pushes, in any order and with any restarts, against maps in memory.

use std::collections::BTreeMap;
use std::path::Path;

use paceline_metrics::{Engine, Labels, RefSample, RefusalReason, Row, RowValue};
use proptest::prelude::*;

use crate::support::{START_MS, agent, append, append_refs, everything, metric, open};

#[derive(Clone, Debug)]
enum Step {
    /// Rows of one agent at these ticks, each with the metrics of a mask.
    Rows {
        agent: u8,
        first: i64,
        rows: usize,
        tick_ms: i64,
        mask: u16,
        vary: bool,
        numbered: bool,
    },
    Restart,
    Upkeep,
    /// Hours pass, so that what is there goes to blocks.
    Later,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let rows = (
        0..3_u8,
        0..300_i64,
        1..40_usize,
        prop::sample::select(vec![1_000, 10_000]),
        1..512_u16,
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(
            |(agent, first, rows, tick_ms, mask, vary, numbered)| Step::Rows {
                agent,
                first,
                rows,
                tick_ms,
                mask,
                vary,
                numbered,
            },
        );
    let step = prop_oneof![8 => rows, 1 => Just(Step::Restart), 1 => Just(Step::Upkeep), 2 => Just(Step::Later)];
    prop::collection::vec(step, 1..25)
}

type Model = BTreeMap<Labels, BTreeMap<i64, u64>>;

fn rows_of(step: &Step, start_ms: i64) -> (Vec<Row>, bool) {
    let Step::Rows {
        agent: number,
        first,
        rows,
        tick_ms,
        mask,
        vary,
        numbered,
    } = step
    else {
        return (Vec::new(), false);
    };
    let rows = (0..*rows).map(|at| {
        let at_ms = start_ms + (first + at as i64) * tick_ms;
        let mask = if *vary {
            mask.rotate_left(at as u32)
        } else {
            *mask
        };
        let columns = (0..9).filter(|column| mask & (1 << column) != 0);
        let values = columns.map(|column| RowValue {
            key: metric(&format!("m{column}")),
            // Now and then a value that contradicts, and one that is special.
            value: match (at_ms / 1_000 + column) % 37 {
                0 => f64::NAN,
                1 => (*first % 2) as f64,
                _ => (at_ms % 1_000_000) as f64 / 1_000.0 + column as f64,
            },
        });
        Row {
            labels: agent(&format!("a{number}")),
            at_ms,
            values: values.collect(),
        }
    });
    (rows.collect(), *numbered)
}

/// Stores in the model; answers the places that contradict it.
fn model_push(model: &mut Model, rows: &[Row]) -> Vec<(usize, usize)> {
    let mut conflicts = Vec::new();
    for (row_at, row) in rows.iter().enumerate() {
        for (value_at, value) in row.values.iter().enumerate() {
            let labels = Labels::new(row.labels.iter().chain(&value.key).cloned());
            let bits = value.value.to_bits();
            let samples = model.entry(labels).or_default();
            if *samples.entry(row.at_ms).or_insert(bits) != bits {
                conflicts.push((row_at, value_at));
            }
        }
    }
    conflicts
}

fn push(engine: &Engine, rows: Vec<Row>, numbered: bool, now_ms: i64) -> Vec<(usize, usize)> {
    let mut places = Vec::new();
    let mut samples = Vec::new();
    if !numbered {
        let appended = append(engine, rows, now_ms).expect("is kept");
        assert!(
            appended
                .refused
                .iter()
                .all(|r| r.reason == RefusalReason::Conflict)
        );
        return appended.refused.iter().map(|r| (r.row, r.value)).collect();
    }
    for (row_at, row) in rows.iter().enumerate() {
        for (value_at, value) in row.values.iter().enumerate() {
            let series = engine
                .resolve(&row.labels, &value.key, now_ms)
                .expect("is admitted");
            samples.push(RefSample {
                series,
                at_ms: row.at_ms,
                value: value.value,
            });
            places.push((row_at, value_at));
        }
    }
    let appended = append_refs(engine, samples, now_ms).expect("is kept");
    let mut refused: Vec<_> = appended.refused.iter().map(|r| places[r.row]).collect();
    refused.sort_unstable();
    refused
}

fn assert_same(engine: &Engine, model: &Model) {
    let stored = everything(engine);
    for (labels, samples) in model {
        let expected: Vec<_> = samples.iter().map(|(at, bits)| (*at, *bits)).collect();
        assert_eq!(stored.get(labels), Some(&expected), "{labels}");
    }
    assert_eq!(stored.len(), model.len());
}

fn run(dir: &Path, steps: &[Step]) {
    let mut model = Model::new();
    let mut engine = open(dir);
    let mut start_ms = START_MS;
    for step in steps {
        let now_ms = start_ms + 3_600_000;
        match step {
            Step::Rows { .. } => {
                let (rows, numbered) = rows_of(step, start_ms);
                let expected = model_push(&mut model, &rows);
                assert_eq!(push(&engine, rows, numbered, now_ms), expected);
            }
            Step::Restart => {
                drop(engine);
                engine = open(dir);
                assert_same(&engine, &model);
            }
            Step::Upkeep => engine.maintain(now_ms).expect("keeps"),
            Step::Later => {
                start_ms += 4 * 3_600_000;
                engine.maintain(now_ms).expect("keeps");
                engine.maintain(now_ms + 600_000).expect("keeps");
            }
        }
    }
    assert_same(&engine, &model);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn what_was_accepted_is_what_is_stored(steps in steps()) {
        let dir = tempfile::tempdir().expect("a folder");
        run(dir.path(), &steps);
    }
}
