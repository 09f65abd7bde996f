//! Any sequence of writes, merges and restarts against one map.

use proptest::prelude::*;

use super::super::{BlockOptions, Blocks};
use super::{DAY, EVERYTHING, HOUR, Model, answer, labels, plain, raw, series_of, write};
use crate::block::DAY_MS;
use crate::{MatchOp, TimeRange, stale_marker};

/// Metric and agent, samples by second of the day.
type Written = ((usize, usize), Vec<(i64, f64)>);

#[derive(Clone, Debug)]
enum Step {
    /// On a day.
    Write(i64, Vec<Written>),
    Merge,
    Restart,
    Ask(i64, i64, usize),
}

fn any_value() -> impl Strategy<Value = f64> {
    prop_oneof![
        5 => (0_i64..1_000).prop_map(|whole| whole as f64),
        3 => (-500_i64..500).prop_map(|whole| whole as f64 / 100.0),
        1 => any::<f64>(),
        1 => Just(stale_marker()),
        1 => Just(-0.0),
    ]
}

fn any_step() -> impl Strategy<Value = Step> {
    let samples = prop::collection::vec((0_i64..86_400, any_value()), 1..60);
    let series = prop::collection::vec(((0_usize..3, 0_usize..4), samples), 1..8);
    prop_oneof![
        4 => (0_i64..3, series).prop_map(|(day, series)| Step::Write(day, series)),
        1 => Just(Step::Merge),
        1 => Just(Step::Restart),
        3 => (0_i64..72, 1_i64..40, 0_usize..4).prop_map(|(from, hours, agent)| Step::Ask(from, hours, agent)),
    ]
}

/// What of these samples is new, by the rule that the first one counts.
fn news(model: &mut Model, day: i64, series: &[Written]) -> Model {
    let mut block = Model::new();
    for ((metric, agent), samples) in series {
        let labels = labels(*metric, *agent);
        for (second, value) in samples {
            let at = DAY + day * DAY_MS + second * 1_000;
            let known = model.entry(labels.clone()).or_default();
            if let std::collections::btree_map::Entry::Vacant(free) = known.entry(at) {
                free.insert(*value);
                block.entry(labels.clone()).or_default().insert(at, *value);
            }
        }
    }
    block
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn raw_answers_equal_the_model(steps in prop::collection::vec(any_step(), 1..16)) {
        let dir = tempfile::tempdir().expect("a folder");
        let open = || Blocks::open(BlockOptions::new(dir.path())).expect("opens");
        let (mut blocks, mut model) = (open().0, Model::new());
        for step in steps {
            match step {
                Step::Write(day, series) => write(&blocks, &news(&mut model, day, &series)),
                Step::Merge => {
                    blocks.maintain(DAY + 2 * DAY_MS + 12 * HOUR, &|| false).expect("merges");
                }
                Step::Restart => {
                    drop(blocks);
                    let opened = open();
                    prop_assert_eq!(opened.1, vec![]);
                    blocks = opened.0;
                }
                Step::Ask(from, hours, agent) => {
                    let range = TimeRange {
                        from_ms: DAY + from * HOUR,
                        to_ms: DAY + (from + hours) * HOUR,
                    };
                    let one = super::matcher("agent", MatchOp::Equal, &format!("agt_{agent}"));
                    let mut expected = plain(series_of(&model, range));
                    expected.retain(|(labels, _)| one.matches_labels(labels));
                    prop_assert_eq!(answer(&blocks, &raw(vec![one], range)), expected);
                }
            }
        }
        let expected = plain(series_of(&model, EVERYTHING));
        prop_assert_eq!(answer(&blocks, &raw(vec![], EVERYTHING)), expected);
    }
}
