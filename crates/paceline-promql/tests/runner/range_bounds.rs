//! What `@ start()` and `@ end()` mean. Owns what Prometheus's scripts do not ask: an end that is no
//! step.

use paceline_metrics::Labels;
use paceline_promql::{Cancel, Options, Query, RangeSteps, Value};

use crate::memory::MemorySource;

#[test]
fn the_end_of_a_range_need_not_be_a_step() {
    let mut memory = MemorySource::default();
    let times: Vec<i64> = (0..20).map(|at| at * 10_000).collect();
    let values = (0..20).map(f64::from).collect();
    memory.add(
        Labels::from_pairs([("__name__", "m")]),
        times.into(),
        values,
    );
    let check = |question: &str, expected: f64| {
        let range = RangeSteps {
            from_ms: 20_000,
            to_ms: 95_000,
            step_ms: 60_000,
        };
        let query = Query::parse(question).unwrap();
        let answer = query.range(&memory, range, &Options::default(), &Cancel::new());
        let Value::Matrix(series) = answer.unwrap().value else {
            panic!("a range is answered by a matrix");
        };
        let values: Vec<f64> = series[0].points.iter().map(|point| point.value).collect();
        assert_eq!(values, [expected, expected], "{question}");
    };
    check("m @ end()", 9.0);
    check("m @ start()", 2.0);
    check("max_over_time(m[20s] @ end())", 9.0);
    check("max_over_time(m[20s:10s] @ end())", 9.0);
}
