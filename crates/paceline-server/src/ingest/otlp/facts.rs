//! What records tell of an agent, by the table of `rules.rs`. Owns the reading of one record or
//! point under one rule; refuses to invent: what a record does not say is not told.

use std::borrow::Cow;

use paceline_api::{Timestamp, ToolCall};
use paceline_metrics::{Labels, METRIC_NAME};

use super::account::Reason;
use super::added::{Total, hash};
use super::attributes::Attributes;
use super::mapping::{
    COST, EVALUATION, Gives, MODEL, Rule, Seconds, TOKENS, TokenField, Took, ToolFields,
};
use super::origin::{Origin, SESSION_ID, TASK_ID};
use super::request::{Evaluation, Intake};
use super::rules;
use super::translate::Point;

/// An event or a span.
pub struct Record<'a> {
    pub attributes: Attributes<'a>,
    /// When it ended.
    pub at_ms: i64,
    pub took: Measured,
    /// Of this record and no other, the same when it is sent again.
    pub id: String,
}

/// What the record itself says of time and outcome.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Measured {
    /// An event has neither.
    Nothing,
    Span {
        milliseconds: f64,
        failed: bool,
    },
}

/// What a metric's new total is measured against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grown {
    By,
    To,
}

pub fn of_record(
    intake: &mut Intake<'_>,
    origin: &Origin<'_>,
    rule: &Rule,
    record: &Record<'_>,
) -> Result<(), Reason> {
    let rank = rules::rank(rule);
    for gives in rule.gives {
        if !intake
            .draft
            .tells(origin.owner(), origin.job(), gives.subject(), rank)
        {
            continue;
        }
        match gives {
            Gives::ToolCall(fields) => {
                let call = tool_call(origin, fields, record).ok_or(Reason::Incomplete)?;
                intake.tool_calls.push(call);
            }
            Gives::Tokens(fields) => tokens(intake, origin, fields, record),
            Gives::Cost(attribute) => {
                if let Some(usd) = record.attributes.number(attribute) {
                    intake.increase(origin, COST, &[("model", &model(record.attributes))], usd);
                }
            }
            Gives::Time(seconds, took) => time(intake, origin, *seconds, *took, record)?,
            Gives::Count(_, series, from) => {
                let texts: Vec<_> = from
                    .iter()
                    .map(|(_, attribute)| record.attributes.text(&[attribute]))
                    .collect();
                // A label that is missing would make it another series: it is not told.
                if texts.iter().all(Option::is_some) {
                    let pairs = from.iter().zip(&texts);
                    let labels: Vec<_> = pairs
                        .map(|((label, _), text)| (*label, text.as_deref().unwrap_or_default()))
                        .collect();
                    intake.increase(origin, series, &labels, 1.0);
                }
            }
            Gives::Evaluation => evaluation(intake, origin, record)?,
            Gives::TokensBy(..) | Gives::CostItself => {}
        }
    }
    Ok(())
}

fn tool_call(origin: &Origin<'_>, fields: &ToolFields, record: &Record<'_>) -> Option<ToolCall> {
    const ERROR_CHARS_MAX: usize = 1_000;
    let attributes = record.attributes;
    let error = attributes.text(fields.error);
    let (duration_ms, success) = match record.took {
        Measured::Span {
            milliseconds,
            failed,
        } => (milliseconds, !failed && error.is_none()),
        Measured::Nothing => (
            attributes.number(fields.duration_ms)?,
            attributes.truth(fields.success)?,
        ),
    };
    if duration_ms < 0.0 {
        return None;
    }
    let call_id = attributes.text(&[fields.call_id]);
    #[expect(
        clippy::cast_possible_truncation,
        reason = "saturates: a duration of years is one"
    )]
    let started_ms = record.at_ms.saturating_sub(duration_ms as i64);
    Some(ToolCall {
        agent_id: origin.agent.as_ref().map(ToString::to_string),
        session_id: attributes.text(SESSION_ID).map(Cow::into_owned),
        call_id: call_id.map_or_else(|| format!("otlp-{}", record.id), Cow::into_owned),
        tool: attributes.text(&[fields.tool])?.into_owned(),
        category: None,
        started_at: Timestamp(started_ms),
        duration_ms,
        success,
        error: error
            .filter(|_| !success)
            .map(|error| error.chars().take(ERROR_CHARS_MAX).collect()),
        input_size: attributes.count(fields.input_size),
        output_size: attributes.count(fields.output_size),
    })
}

fn tokens(
    intake: &mut Intake<'_>,
    origin: &Origin<'_>,
    fields: &[TokenField],
    record: &Record<'_>,
) {
    let model = model(record.attributes);
    let number = |attribute: &&str| record.attributes.number(attribute).unwrap_or_default();
    for field in fields {
        let without: f64 = field.without.iter().map(number).sum();
        let count = (number(&field.attribute) - without).max(0.0);
        if 0.0 < count {
            intake.increase(
                origin,
                TOKENS,
                &[("model", &model), ("type", field.kind)],
                count,
            );
        }
    }
}

fn time(
    intake: &mut Intake<'_>,
    origin: &Origin<'_>,
    seconds: Seconds,
    took: Took,
    record: &Record<'_>,
) -> Result<(), Reason> {
    let milliseconds = match (took, record.took) {
        (Took::Milliseconds(attribute), _) => record.attributes.number(attribute),
        (Took::Span, Measured::Span { milliseconds, .. }) => Some(milliseconds),
        _ => None,
    };
    let milliseconds = milliseconds
        .filter(|ms| 0.0 <= *ms)
        .ok_or(Reason::Incomplete)?;
    let outcome = outcome(record);
    spent(
        intake,
        origin,
        seconds,
        record.attributes,
        outcome,
        [milliseconds / 1e3, 1.0],
    );
    Ok(())
}

fn spent(
    intake: &mut Intake<'_>,
    origin: &Origin<'_>,
    seconds: Seconds,
    attributes: Attributes<'_>,
    outcome: &str,
    [sum, count]: [f64; 2],
) {
    let texts: Vec<_> = seconds
        .labels()
        .iter()
        .map(|(label, from)| match *label {
            "outcome" => (*label, Cow::Borrowed(outcome)),
            _ => (*label, attributes.text(from).unwrap_or_default()),
        })
        .collect();
    let labels: Vec<_> = texts
        .iter()
        .map(|(label, text)| (*label, &**text))
        .collect();
    intake.increase(origin, &format!("{}_sum", seconds.base()), &labels, sum);
    intake.increase(origin, &format!("{}_count", seconds.base()), &labels, count);
}

fn outcome(record: &Record<'_>) -> &'static str {
    let attributes = record.attributes;
    let has_failed = matches!(record.took, Measured::Span { failed: true, .. })
        || attributes
            .text(&["error.type", "error.message", "error"])
            .is_some()
        || attributes.truth("success") == Some(false)
        || attributes
            .number("http.response.status_code")
            .is_some_and(|status| 400.0 <= status);
    if has_failed { "error" } else { "ok" }
}

fn model(attributes: Attributes<'_>) -> Cow<'_, str> {
    attributes.text(MODEL).unwrap_or_default()
}

fn evaluation(
    intake: &mut Intake<'_>,
    origin: &Origin<'_>,
    record: &Record<'_>,
) -> Result<(), Reason> {
    let attributes = record.attributes;
    let name = attributes
        .text(&["gen_ai.evaluation.name"])
        .ok_or(Reason::Incomplete)?;
    // Some carry a label alone ("pass"): a score is not made up for it.
    let Some(score) = attributes.number("gen_ai.evaluation.score.value") else {
        return Ok(());
    };
    intake.set(origin, EVALUATION, &[("name", &name)], score);
    if let Some(task) = attributes.text(&[TASK_ID]) {
        let by = attributes.text(&["gen_ai.evaluation.evaluator", "service.name"]);
        intake.evaluations.push(Evaluation {
            task_id: task.into_owned(),
            name: name.into_owned(),
            score,
            by: by.map_or_else(|| "telemetry".to_owned(), Cow::into_owned),
            agent_id: origin.agent.as_ref().map(ToString::to_string),
            id: record.id.clone(),
        });
    }
    Ok(())
}

pub fn of_metric(
    intake: &mut Intake<'_>,
    origin: &Origin<'_>,
    rule: &Rule,
    point: &Point<'_>,
    series: &Labels,
    total: &Total,
    grown: Grown,
) {
    let sums = match total {
        Total::Number(number) => [*number, 1.0],
        Total::Histogram(histogram) => [histogram.sum.unwrap_or_default(), histogram.count],
    };
    if !sums[0].is_finite() {
        return;
    }
    let owner = origin.owner();
    let [sum, count] = match grown {
        Grown::By => sums,
        Grown::To => {
            let (start, since) = (point.span.start, intake.since_ns);
            intake.draft.growth(owner, hash(series), start, sums, since)
        }
    };
    let attributes = Attributes::new(point.attributes, origin.attributes);
    let rank = rules::rank(rule);
    for gives in rule.gives {
        if !intake
            .draft
            .tells(owner, origin.job(), gives.subject(), rank)
        {
            continue;
        }
        match gives {
            Gives::TokensBy(attribute, types) => {
                let value = attributes.text(&[attribute]).unwrap_or_default();
                if let Some(of) = types.iter().find(|of| of.value == value) {
                    let model = model(attributes);
                    let kinds = [(of.kind, sum), (of.within, -sum)];
                    for (kind, by) in kinds.into_iter().filter(|(kind, _)| !kind.is_empty()) {
                        intake.increase(origin, TOKENS, &[("model", &model), ("type", kind)], by);
                    }
                }
            }
            Gives::CostItself => {
                intake.increase(origin, COST, &[("model", &model(attributes))], sum);
            }
            Gives::Time(seconds, Took::Histogram) if 0.0 < count => {
                let has_failed = attributes.text(&["error.type"]).is_some()
                    || attributes.truth("success") == Some(false);
                let outcome = if has_failed { "error" } else { "ok" };
                spent(intake, origin, *seconds, attributes, outcome, [sum, count]);
            }
            _ => {}
        }
    }
}

/// A derived series with the labels of whom it is about.
pub fn series(origin: &Origin<'_>, name: &str, labels: &[(&str, &str)]) -> Labels {
    let whose = origin
        .whose
        .iter()
        .map(|label| (&*label.name, &*label.value));
    Labels::from_pairs(
        whose
            .chain(labels.iter().copied())
            .chain([(METRIC_NAME, name)]),
    )
}
