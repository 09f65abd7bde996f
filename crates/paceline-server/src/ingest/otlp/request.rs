//! One request from its data to its answer. Owns the order: read everything into a draft, record
//! tool calls and assessments, store the rows, and only then remember what was counted; refuses to
//! word an answer.
//!
//! It runs on a thread of its own, since it waits for the disk and for its turn in a shard.

use std::collections::{BTreeMap, HashMap};

use paceline_api::{QualityAssessRequest, ToolCall, ToolCallRecordRequest};
use paceline_core::limits::TOOL_CALLS_PER_BATCH_MAX;
use paceline_metrics::{Labels, METRIC_NAME, Metadata, RowValue};
use tokio::runtime::Handle;

use super::Otlp;
use super::account::{Account, Reason};
use super::added::{Draft, Owner, Total, When};
use super::attributes::Attributes;
use super::batch::Batch;
use super::mapping::ATTRIBUTE_MISSING;
use super::metrics::milliseconds;
use super::origin::{Origin, WrongOrigin};
use super::refusal::Refusal;
use super::watch::Watch;
use super::wire::{Rejected, Telemetry};
use super::{facts, metrics, records};
use crate::operations::{Caller, Operations};

/// What a request brought so far.
pub struct Intake<'a> {
    pub draft: Draft<'a>,
    pub batch: Batch,
    pub account: Account,
    pub described: Vec<(String, Metadata)>,
    pub tool_calls: Vec<ToolCall>,
    pub evaluations: Vec<Evaluation>,
    /// Before this, somebody else may have counted.
    pub since_ns: u64,
    watch: &'a Watch,
    has_news: bool,
    now_ms: i64,
    increases: HashMap<Labels, (Owner, Labels, f64)>,
    settings: BTreeMap<Labels, (Labels, f64)>,
}

/// A score that somebody gave to a task.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    pub task_id: String,
    pub name: String,
    pub score: f64,
    pub by: String,
    pub agent_id: Option<String>,
    pub id: String,
}

impl Intake<'_> {
    /// In milliseconds; a record without a time is of now.
    pub fn time(&self, nanoseconds: u64) -> i64 {
        match nanoseconds {
            0 => self.now_ms,
            at => milliseconds(at),
        }
    }

    /// Adds to a derived counter. What one request adds to a series is one sample.
    pub fn increase(&mut self, origin: &Origin<'_>, name: &str, labels: &[(&str, &str)], by: f64) {
        let series = facts::series(origin, name, labels);
        let whose = || (origin.owner(), origin.whose.clone(), 0.0);
        self.increases.entry(series).or_insert_with(whose).2 += by;
    }

    pub fn set(&mut self, origin: &Origin<'_>, name: &str, labels: &[(&str, &str)], to: f64) {
        let series = facts::series(origin, name, labels);
        self.settings.insert(series, (origin.whose.clone(), to));
    }

    pub fn see(&mut self, event: (&'static str, &'static str), attributes: Attributes<'_>) {
        self.has_news |= self.watch.see(event, attributes.own_names());
    }

    /// What was derived becomes rows of now.
    fn derive(&mut self) {
        let when = When {
            start_ms: 0,
            at_ms: self.now_ms,
        };
        for (series, (owner, whose, by)) in std::mem::take(&mut self.increases) {
            if by < 0.0 || !by.is_finite() {
                continue;
            }
            let step = self.draft.add(owner, &series, &Total::Number(by), when);
            let (Ok(step), key) = (step, key_of(&series, &whose)) else {
                self.account
                    .refuse(Reason::TooManySeries, 1, series.metric_name());
                continue;
            };
            if let Some(zero_at_ms) = step.zero_at_ms {
                let value = RowValue {
                    key: key.clone(),
                    value: 0.0,
                };
                self.batch.aside(&whose, zero_at_ms, value);
            }
            if let Total::Number(value) = step.total {
                self.batch
                    .aside(&whose, step.at_ms, RowValue { key, value });
            }
        }
        for (series, (whose, value)) in std::mem::take(&mut self.settings) {
            let key = key_of(&series, &whose);
            self.batch
                .aside(&whose, self.now_ms, RowValue { key, value });
        }
        self.tell_missing();
    }

    fn tell_missing(&mut self) {
        if !self.has_news {
            return;
        }
        for missing in self.watch.told() {
            let key = Labels::from_pairs([
                (METRIC_NAME, ATTRIBUTE_MISSING),
                ("source", missing.source),
                ("event", missing.event),
                ("attribute", &missing.attribute),
            ]);
            let value = if missing.is_missing { 1.0 } else { 0.0 };
            self.batch
                .aside(&Labels::default(), self.now_ms, RowValue { key, value });
        }
    }
}

/// The labels of a series that its row does not carry.
fn key_of(series: &Labels, row: &Labels) -> Labels {
    let own = series
        .iter()
        .filter(|label| row.get(&label.name).is_empty());
    Labels::from_pairs(own.map(|label| (&*label.name, &*label.value)))
}

/// Blocks until all that was accepted is on disk.
pub fn handle(
    otlp: &Otlp,
    operations: &Operations,
    caller: &Caller,
    telemetry: &Telemetry,
    runtime: &Handle,
) -> Result<Rejected, Refusal> {
    let mut account = Account::default();
    let metrics = origins(&telemetry.resource_metrics, caller, &mut account, |one| {
        (one.resource.as_ref(), metrics::size(one))
    });
    let logs = origins(&telemetry.resource_logs, caller, &mut account, |one| {
        (one.resource.as_ref(), records::logs_size(one))
    });
    let spans = origins(&telemetry.resource_spans, caller, &mut account, |one| {
        (one.resource.as_ref(), records::spans_size(one))
    });
    let owners = metrics.iter().map(|(origin, _)| origin.owner());
    let owners = owners.chain(logs.iter().map(|(origin, _)| origin.owner()));
    let owners = owners.chain(spans.iter().map(|(origin, _)| origin.owner()));
    let now_ms = operations.metrics.now_ms();
    let engine = operations.metrics.engine();
    let mut intake = Intake {
        draft: otlp.added.draft(owners, engine.as_ref(), now_ms),
        batch: Batch::default(),
        account,
        described: Vec::new(),
        tool_calls: Vec::new(),
        evaluations: Vec::new(),
        since_ns: otlp.since_ns(now_ms),
        watch: &otlp.watch,
        has_news: false,
        now_ms,
        increases: HashMap::new(),
        settings: BTreeMap::new(),
    };
    for (origin, resource) in &metrics {
        metrics::take(&mut intake, origin, resource);
    }
    for (origin, resource) in &logs {
        records::take_logs(&mut intake, origin, resource);
    }
    for (origin, resource) in &spans {
        records::take_spans(&mut intake, origin, resource);
    }
    settle(otlp, operations, caller, intake, runtime)
}

fn origins<'t, T>(
    resources: &'t [T],
    caller: &Caller,
    account: &mut Account,
    of: impl Fn(
        &'t T,
    ) -> (
        Option<&'t opentelemetry_proto::tonic::resource::v1::Resource>,
        usize,
    ),
) -> Vec<(Origin<'t>, &'t T)> {
    let mut known = Vec::with_capacity(resources.len());
    for one in resources {
        let (resource, size) = of(one);
        match Origin::of(resource, &caller.identity) {
            Ok(origin) => known.push((origin, one)),
            Err(wrong) => {
                let what = match wrong {
                    WrongOrigin::InvalidAgent => "the agent's id is empty or too long",
                    WrongOrigin::AnotherAgent => "the token belongs to another agent",
                };
                account.refuse(wrong.into(), size, what);
            }
        }
    }
    known
}

fn settle(
    otlp: &Otlp,
    operations: &Operations,
    caller: &Caller,
    mut intake: Intake<'_>,
    runtime: &Handle,
) -> Result<Rejected, Refusal> {
    // A key of the sender is for the whole request; these are several operations.
    let caller = Caller {
        idempotency_key: None,
        ..caller.clone()
    };
    record_tool_calls(operations, &caller, &mut intake, runtime)?;
    assess(operations, &caller, &mut intake, runtime);
    intake.derive();
    let Intake {
        draft,
        batch,
        mut account,
        described,
        ..
    } = intake;
    // The engine counts what it refuses itself.
    for (reason, count) in account.counts() {
        operations.metrics.count_refused(reason, *count);
    }
    if !batch.is_empty() {
        let (rows, places) = batch.into_rows();
        let appended = runtime.block_on(operations.telemetry_push(&caller, rows))?;
        places.account(&appended, &mut account);
    }
    draft.commit();
    let news = otlp.described.news(described);
    if !news.is_empty()
        && let Err(failure) = runtime.block_on(operations.metrics.define(news))
    {
        tracing::warn!(error = %failure.body.error.message, "metrics stay undescribed");
    }
    Ok(account.rejected())
}

/// A call id counts once, so what is sent again after a failure is told as a duplicate.
fn record_tool_calls(
    operations: &Operations,
    caller: &Caller,
    intake: &mut Intake<'_>,
    runtime: &Handle,
) -> Result<(), Refusal> {
    let mut calls = std::mem::take(&mut intake.tool_calls);
    while !calls.is_empty() {
        let rest = calls.split_off(calls.len().min(TOOL_CALLS_PER_BATCH_MAX));
        let request = ToolCallRecordRequest {
            calls,
            election: None,
            epoch: None,
        };
        let recorded = runtime.block_on(operations.tool_call_record(caller, request))?;
        for rejected in recorded.rejected {
            intake
                .account
                .refuse(Reason::NotRecorded, 1, &rejected.message);
        }
        calls = rest;
    }
    Ok(())
}

/// The five dimensions of an assessment, as evaluations of one task that one request brought.
fn assess(operations: &Operations, caller: &Caller, intake: &mut Intake<'_>, runtime: &Handle) {
    let mut by_task: BTreeMap<(String, String), Vec<Evaluation>> = BTreeMap::new();
    for one in std::mem::take(&mut intake.evaluations) {
        by_task
            .entry((one.task_id.clone(), one.by.clone()))
            .or_default()
            .push(one);
    }
    for ((task_id, by), scores) in by_task {
        let score = |name: &str| {
            scores
                .iter()
                .find(|one| one.name == name)
                .map(|one| one.score)
        };
        let all = [
            "completeness",
            "code_quality",
            "documentation",
            "efficiency",
            "impact",
        ]
        .map(score);
        let [
            Some(completeness),
            Some(code_quality),
            Some(documentation),
            Some(efficiency),
            Some(impact),
        ] = all
        else {
            continue;
        };
        let request = QualityAssessRequest {
            task_id,
            completeness,
            code_quality,
            documentation,
            efficiency,
            impact,
            notes: None,
            assessed_by: by,
            agent_id: scores.first().and_then(|one| one.agent_id.clone()),
            election: None,
            epoch: None,
        };
        let key = scores.first().map(|one| format!("otlp-{}", one.id));
        let caller = Caller {
            idempotency_key: key,
            ..caller.clone()
        };
        if let Err(failure) = runtime.block_on(operations.quality_assess(&caller, request)) {
            intake
                .account
                .refuse(Reason::NotRecorded, 1, &failure.body.error.message);
        }
    }
}
