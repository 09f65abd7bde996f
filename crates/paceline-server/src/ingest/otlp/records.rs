//! Log records and spans of one request. Owns which rule a record falls under and the id that
//! tells a repeated record; refuses records that no rule reads, silently: a sender may send all it
//! has.

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs};
use opentelemetry_proto::tonic::trace::v1::span::Event;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, Span};
use prost::Message;
use sha2::{Digest, Sha256};

use super::attributes::Attributes;
use super::facts::{Measured, Record, of_record};
use super::mapping::{Kind, Rule};
use super::origin::Origin;
use super::request::Intake;
use super::rules::RULES;

pub fn logs_size(resource: &ResourceLogs) -> usize {
    resource
        .scope_logs
        .iter()
        .map(|scope| scope.log_records.len())
        .sum()
}

pub fn spans_size(resource: &ResourceSpans) -> usize {
    resource
        .scope_spans
        .iter()
        .map(|scope| scope.spans.len())
        .sum()
}

pub fn take_logs(intake: &mut Intake<'_>, origin: &Origin<'_>, resource: &ResourceLogs) {
    for scope in &resource.scope_logs {
        let scope_name = scope.scope.as_ref().map_or("", |scope| &scope.name);
        for log in &scope.log_records {
            let attributes = Attributes::new(&log.attributes, origin.attributes);
            let names = names_of(log, attributes, scope_name);
            let time = [log.time_unix_nano, log.observed_time_unix_nano];
            let time = time.into_iter().find(|time| *time != 0).unwrap_or_default();
            let record = Record {
                attributes,
                at_ms: intake.time(time),
                took: Measured::Nothing,
                id: String::new(),
            };
            let matches = |kind: Kind, name: &str| {
                kind == Kind::Event && names.iter().any(|known| known == name)
            };
            take(intake, origin, record, matches, || log.encode_to_vec());
        }
    }
}

/// An event's name stands in one of three places; Claude Code writes it without its prefix in the
/// second and with it in the third.
fn names_of(log: &LogRecord, attributes: Attributes<'_>, scope: &str) -> Vec<String> {
    let mut names = vec![log.event_name.clone()];
    if let Some(name) = attributes.text(&["event.name"]) {
        if scope.contains("claude_code") && !name.contains('.') {
            names.push(format!("claude_code.{name}"));
        }
        names.push(name.into_owned());
    }
    let body = log.body.as_ref().and_then(|body| body.value.as_ref());
    if let Some(Value::StringValue(body)) = body
        && body.len() < 100
    {
        names.push(body.clone());
    }
    names.retain(|name| !name.is_empty());
    names
}

pub fn take_spans(intake: &mut Intake<'_>, origin: &Origin<'_>, resource: &ResourceSpans) {
    let spans = resource.scope_spans.iter().flat_map(|scope| &scope.spans);
    for span in spans {
        take_span(intake, origin, span);
        // Logs carry the programs' own events; only the conventions put theirs into spans.
        let events = span.events.iter();
        for event in events.filter(|event| event.name.starts_with("gen_ai.")) {
            take_span_event(intake, origin, span, event);
        }
    }
}

fn take_span(intake: &mut Intake<'_>, origin: &Origin<'_>, span: &Span) {
    let attributes = Attributes::new(&span.attributes, origin.attributes);
    let operation = attributes.text(&["gen_ai.operation.name"]);
    let nanoseconds = span
        .end_time_unix_nano
        .saturating_sub(span.start_time_unix_nano);
    let failed = span
        .status
        .as_ref()
        .is_some_and(|status| status.code == StatusCode::Error as i32);
    let record = Record {
        attributes,
        at_ms: intake.time(span.end_time_unix_nano),
        #[expect(clippy::cast_precision_loss, reason = "a duration, to 104 days exact")]
        took: Measured::Span {
            milliseconds: nanoseconds as f64 / 1e6,
            failed,
        },
        id: String::new(),
    };
    let matches = |kind: Kind, name: &str| {
        kind == Kind::Span
            && (name.is_empty() || name == span.name || operation.as_deref() == Some(name))
    };
    let identity = || [&span.trace_id[..], &span.span_id, span.name.as_bytes()].concat();
    take(intake, origin, record, matches, identity);
}

fn take_span_event(intake: &mut Intake<'_>, origin: &Origin<'_>, span: &Span, event: &Event) {
    let record = Record {
        attributes: Attributes::new(&event.attributes, origin.attributes),
        at_ms: intake.time(event.time_unix_nano),
        took: Measured::Nothing,
        id: String::new(),
    };
    let matches = |kind: Kind, name: &str| kind == Kind::Event && name == event.name;
    let identity = || [&span.trace_id[..], &span.span_id, &event.encode_to_vec()].concat();
    take(intake, origin, record, matches, identity);
}

fn take(
    intake: &mut Intake<'_>,
    origin: &Origin<'_>,
    mut record: Record<'_>,
    matches: impl Fn(Kind, &str) -> bool,
    bytes: impl FnOnce() -> Vec<u8>,
) {
    let rules: Vec<&Rule> = RULES
        .iter()
        .filter(|rule| matches(rule.kind, rule.name) && holds(rule.when, record.attributes))
        .collect();
    if rules.is_empty() {
        return;
    }
    let (report, id) = identity(origin, &bytes());
    if !intake.draft.is_new(origin.owner(), report) {
        return;
    }
    record.id = id;
    let mut result = Ok(());
    for rule in rules {
        intake.see((rule.source, rule.name), record.attributes);
        let told = of_record(intake, origin, rule, &record);
        result = result.and(told);
    }
    if let Err(reason) = result {
        let what = record
            .attributes
            .text(&["event.name", "gen_ai.operation.name"]);
        intake
            .account
            .refuse(reason, 1, what.as_deref().unwrap_or_default());
    }
}

fn holds(when: Option<(&str, &str)>, attributes: Attributes<'_>) -> bool {
    when.is_none_or(|(name, value)| {
        let text = attributes.text(&[name]);
        text.is_some_and(|text| value.is_empty() || text == value)
    })
}

/// The same for the same record of the same sender, in any run of the server.
fn identity(origin: &Origin<'_>, bytes: &[u8]) -> (u64, String) {
    let mut hasher = Sha256::new();
    hasher.update(origin.labels.to_string().as_bytes());
    hasher.update([0]);
    hasher.update(bytes);
    let digest: [u8; 32] = hasher.finalize().into();
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    let id = digest[..16]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    (u64::from_be_bytes(first), id)
}
