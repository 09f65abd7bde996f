//! The hot paths one at a time, for counting their instructions: `instructions NAME COUNT` does one of
//! them so many times and nothing else. Owns the inputs; refuses to measure, as what counts
//! instructions runs this from outside (`cargo xtask bench-instructions`).
//!
//! Whoever counts takes the difference of two counts, so that setting up falls out.

use std::hint::black_box;
use std::process::ExitCode;
use std::sync::mpsc::channel;

use paceline_core::priority::{Inputs, Weights, score};
use paceline_core::task::{Claim, Holder, Source, State, Status, claim, complete};
use paceline_core::{AgentId, Now, Steady, TaskId, Timestamp};
use paceline_metrics::codec::encode_values;
use paceline_metrics::{Engine, EngineOptions, Labels, Row, RowValue};
use paceline_promql::{Cancel, Options, Query, RangeSteps};
use paceline_server::record_format::{PerfRecord, StagesMs};

const NOW_MS: i64 = 1_790_000_000_000;
const INTERVAL_MS: i64 = 10_000;
/// Values in a row of metrics, and rows before a question about them.
const METRICS: usize = 100;
const AGENTS: usize = 20;
/// Values that a full window of the head holds when it is sealed.
const WINDOW: usize = 120;
const QUESTION: &str = "sum by (agent) (rate(figure_0[5m]))";

/// A name, and what does it so many times.
type Path = (&'static str, fn(usize));

/// What can be counted.
const PATHS: &[Path] = &[
    ("core_score", core_score),
    ("core_claim", core_claim),
    ("core_complete", core_complete),
    ("metrics_append_row", metrics_append_row),
    ("metrics_seal", metrics_seal),
    ("promql_parse", promql_parse),
    ("promql_range", promql_range),
    ("record_write", record_write),
    ("record_parse", record_parse),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let asked = match words[..] {
        ["list"] => {
            PATHS.iter().for_each(|(name, _)| println!("{name}"));
            return ExitCode::SUCCESS;
        }
        [name, count] => PATHS
            .iter()
            .find(|(known, _)| *known == name)
            .zip(count.parse().ok()),
        _ => None,
    };
    let Some(((_, path), count)) = asked else {
        eprintln!("usage: instructions list | NAME COUNT");
        return ExitCode::from(2);
    };
    path(count);
    ExitCode::SUCCESS
}

fn now() -> Now {
    Now {
        wall: Timestamp(NOW_MS),
        steady: Steady(1_000_000),
    }
}

fn core_score(count: usize) {
    let inputs = Inputs {
        base_priority: 7,
        dependency_depth: 3,
        deadline: Some(Timestamp(NOW_MS + 900_000)),
        estimated_duration_seconds: Some(600),
        dependents_waiting: 2,
        source: Source::AgentPlanner,
        submitted_at: Timestamp(NOW_MS - 300_000),
    };
    let weights = Weights::default();
    for _ in 0..count {
        black_box(score(
            black_box(&inputs),
            black_box(&weights),
            Timestamp(NOW_MS),
        ));
    }
}

fn ready() -> State {
    State {
        task_id: TaskId::trusted("tsk_0190f3f0a1b27c3d8e4f5a6b7c8d9e0f"),
        status: Status::Ready,
        fence: 3,
        assigned_to: None,
        lease_deadline: None,
        unmet_prerequisites: 0,
        not_before: None,
        retries: 0,
        max_retries: 3,
    }
}

fn wanted() -> Claim {
    Claim {
        agent_id: AgentId::trusted("agt_0190f3f0a1b27c3d8e4f5a6b7c8d9e0f"),
        agent_types: Vec::new(),
        task_id: None,
        lease_ms: 300_000,
    }
}

fn core_claim(count: usize) {
    let (state, command) = (ready(), wanted());
    for _ in 0..count {
        let claimed = claim::claim(black_box(&state), black_box(&command), now());
        black_box(claimed).expect("a ready task is claimed");
    }
}

fn core_complete(count: usize) {
    let running = claim::claim(&ready(), &wanted(), now()).expect("a ready task is claimed");
    let holder = Holder {
        task_id: ready().task_id,
        agent_id: wanted().agent_id,
        fence: running.next.fence,
    };
    for _ in 0..count {
        let done = complete::complete(black_box(&running.next), black_box(&holder), now());
        black_box(done).expect("its holder completes it");
    }
}

/// An engine in a folder that goes away, and the rows that one agent pushes.
struct Metrics {
    engine: Engine,
    _home: tempfile::TempDir,
}

impl Metrics {
    fn open() -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        let engine = Engine::open(EngineOptions::new(home.path()), NOW_MS).expect("an engine");
        Self {
            engine,
            _home: home,
        }
    }

    fn append(&self, rows: Vec<Row>) {
        let (settled, answer) = channel();
        let tell = Box::new(move |outcome| drop(settled.send(outcome)));
        self.engine.append(rows, NOW_MS + 3_600_000, tell);
        let appended = answer.recv().expect("an answer").expect("the disk works");
        assert!(appended.refused.is_empty(), "{:?}", appended.refused);
    }
}

fn row(agent: usize, number: usize, metrics: usize) -> Row {
    let value = |metric: usize| RowValue {
        key: Labels::from_pairs([("__name__", format!("figure_{metric}").as_str())]),
        value: (number * (metric % 7 + 1)) as f64,
    };
    Row {
        labels: Labels::from_pairs([("agent", format!("agent-{agent}").as_str())]),
        at_ms: NOW_MS + number as i64 * INTERVAL_MS,
        values: (0..metrics).map(value).collect(),
    }
}

/// By labels, into the log, synced, into the head; every 120th seals what is full.
fn metrics_append_row(count: usize) {
    let metrics = Metrics::open();
    for number in 0..count {
        metrics.append(vec![row(0, number, METRICS)]);
    }
}

fn metrics_seal(count: usize) {
    let values: Vec<f64> = (0..WINDOW).map(|at| (at * at % 97) as f64 / 8.0).collect();
    let mut out = Vec::new();
    for _ in 0..count {
        out.clear();
        encode_values(black_box(&values), &mut out);
        black_box(&out);
    }
}

fn promql_parse(count: usize) {
    for _ in 0..count {
        black_box(Query::parse(black_box(QUESTION))).expect("valid");
    }
}

fn promql_range(count: usize) {
    let metrics = Metrics::open();
    for number in 0..60 {
        metrics.append((0..AGENTS).map(|agent| row(agent, number, 1)).collect());
    }
    let query = Query::parse(QUESTION).expect("valid");
    let steps = RangeSteps {
        from_ms: NOW_MS + 300_000,
        to_ms: NOW_MS + 600_000,
        step_ms: 15_000,
    };
    for _ in 0..count {
        let answer = query.range(&metrics.engine, steps, &Options::default(), &Cancel::new());
        black_box(answer).expect("answers");
    }
}

fn record() -> PerfRecord<'static> {
    PerfRecord {
        timestamp: Timestamp(NOW_MS),
        operation_type: "task_claim".into(),
        duration_ms: 0.412,
        success: true,
        session_id: Some("ses_17".into()),
        error: None,
        context: Some(r#"{"task_id":"tsk_0190f3f0a1b27c3d8e4f5a6b7c8d9e0f"}"#.into()),
        agent_id: Some("agt_0190f3f0a1b27c3d8e4f5a6b7c8d9e0f".into()),
        stages_ms: Some(StagesMs {
            queue: 0.021,
            execute: 0.113,
            commit: 0.25,
        }),
        weight: 1.0,
    }
}

fn record_write(count: usize) {
    let record = record();
    let mut out = Vec::new();
    for _ in 0..count {
        out.clear();
        black_box(&record).write_line(&mut out);
        black_box(&out);
    }
}

fn record_parse(count: usize) {
    let mut line = Vec::new();
    record().write_line(&mut line);
    for _ in 0..count {
        black_box(PerfRecord::parse(black_box(&line))).expect("a line of our own");
    }
}
