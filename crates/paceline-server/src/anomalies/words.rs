//! What anomalies are called. Owns subjects, expressions, units and addresses of watched series, and
//! what is added to a sentence; refuses numbers, which `paceline-analysis` puts into words.

use std::collections::BTreeMap;

use paceline_analysis::anomaly::{Kind, Unit};
use paceline_api::{AnomalyKind, Operation};
use paceline_metrics::{Labels, METRIC_NAME, Metadata, MetricKind};
use serde::{Deserialize, Serialize};

use super::book::About;
use super::limits::OWN_STEP_MS;
use crate::alerts::{encoded, quoted};
use crate::metrics::{unit_of, unit_word};
use crate::operations::AGENT_LABEL;

pub const TASK_TIME: &str = "task time";
const DURATION: &str = "paceline_operation_duration_seconds";
const OWN_WINDOW: &str = "60s";
/// Labels that a subject names; more would hide the number.
const LABELS_NAMED_MAX: usize = 4;
/// Characters of a question that a sentence quotes.
const QUESTION_NAMED_MAX: usize = 80;
/// Others that a sentence names.
const OTHERS_NAMED: usize = 3;

/// What is watched of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Figure {
    P50,
    P99,
    ErrorRatio,
    Calls,
}

/// A figure of the server's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Own {
    Operation(Operation, Figure),
    /// Tasks that are ready.
    Queue,
    /// Until a task is claimed, p99.
    Wait,
}

impl Own {
    pub fn key(self) -> String {
        match self {
            Self::Operation(operation, figure) => format!("{operation} {}", figure.word()),
            Self::Queue => "tasks ready".to_owned(),
            Self::Wait => "waiting time p99".to_owned(),
        }
    }

    pub fn about(self) -> About {
        let (name, expr, unit, link) = match self {
            Self::Operation(operation, figure) => {
                let link = format!("/operations/{operation}");
                (
                    operation.as_str(),
                    figure.expr(operation),
                    figure.unit(),
                    link,
                )
            }
            Self::Queue => {
                let expr = "paceline_tasks{status=\"ready\"}".to_owned();
                ("paceline_tasks", expr, Unit::Plain, "/tasks".to_owned())
            }
            Self::Wait => {
                let series = "paceline_task_wait_seconds_bucket";
                let expr = quantile("0.99", series, "");
                let name = "paceline_task_wait_seconds";
                (name, expr, Unit::Milliseconds, "/tasks".to_owned())
            }
        };
        let mut labels = BTreeMap::new();
        if let Self::Operation(operation, _) = self {
            labels.insert("operation".to_owned(), operation.as_str().to_owned());
        }
        About {
            key: self.key(),
            subject: self.key(),
            name: name.to_owned(),
            agent: None,
            expr,
            labels,
            unit,
            unit_word: unit_word(unit).to_owned(),
            link,
            resolution_ms: OWN_STEP_MS,
        }
    }
}

impl Figure {
    const fn word(self) -> &'static str {
        match self {
            Self::P50 => "p50",
            Self::P99 => "p99",
            Self::ErrorRatio => "error ratio",
            Self::Calls => "calls a second",
        }
    }

    const fn unit(self) -> Unit {
        match self {
            Self::P50 | Self::P99 => Unit::Milliseconds,
            Self::ErrorRatio => Unit::Share,
            Self::Calls => Unit::Plain,
        }
    }

    fn expr(self, operation: Operation) -> String {
        let own = format!("operation=\"{operation}\"");
        let calls =
            |more: &str| format!("sum(rate({DURATION}_count{{{own}{more}}}[{OWN_WINDOW}]))");
        let bucket = format!("{DURATION}_bucket");
        match self {
            Self::P50 => quantile("0.5", &bucket, &own),
            Self::P99 => quantile("0.99", &bucket, &own),
            Self::ErrorRatio => format!("{} / {}", calls(",outcome=\"error\""), calls("")),
            Self::Calls => calls(""),
        }
    }
}

/// In milliseconds.
fn quantile(q: &str, series: &str, own: &str) -> String {
    format!("histogram_quantile({q}, sum by (le) (rate({series}{{{own}}}[{OWN_WINDOW}]))) * 1000")
}

/// An agent's mean task time, as it is compared with that of its peers.
pub fn about_peer(agent_type: &str, agent: &str, step_ms: i64) -> About {
    let series = |suffix: &str| {
        let selector = format!("{AGENT_LABEL}={}", quoted(agent));
        format!("rate(paceline_agent_task_seconds_{suffix}{{{selector}}}[10m])")
    };
    let labels = [(AGENT_LABEL, agent), ("agent_type", agent_type)];
    let labels = labels.map(|(name, value)| (name.to_owned(), value.to_owned()));
    About {
        key: peer_key(agent_type, agent),
        subject: format!("{TASK_TIME} of `{agent}`"),
        name: "paceline_agent_task_seconds".to_owned(),
        agent: Some(agent.to_owned()),
        expr: format!("{} / {} * 1000", series("sum"), series("count")),
        labels: labels.into_iter().collect(),
        unit: Unit::Milliseconds,
        unit_word: unit_word(Unit::Milliseconds).to_owned(),
        link: format!("/agents/{}", encoded(agent)),
        resolution_ms: step_ms,
    }
}

/// No metric is called so.
pub fn peer_key(agent_type: &str, agent: &str) -> String {
    format!("peer {agent_type} {agent}")
}

/// A custom series.
pub fn about_metric(
    labels: &Labels,
    definition: impl Fn(&str) -> Option<Metadata>,
    seen: (bool, i64),
) -> About {
    let (is_rate, step_ms) = seen;
    let key = selector(labels);
    let name = labels.metric_name();
    let expr = if is_rate {
        rate_of(&key, step_ms)
    } else {
        key.clone()
    };
    let (unit, word) = unit_of(name, definition, is_rate);
    let own = |label: &&paceline_metrics::Label| &*label.name != METRIC_NAME;
    let pairs = labels.iter().filter(own);
    About {
        subject: subject(labels, is_rate),
        name: name.to_owned(),
        agent: Some(labels.get(AGENT_LABEL).to_owned()).filter(|agent| !agent.is_empty()),
        labels: pairs
            .map(|label| (label.name.to_string(), label.value.to_string()))
            .collect(),
        unit,
        unit_word: word,
        link: format!("/explore?q={}", encoded(&expr)),
        resolution_ms: step_ms,
        key,
        expr,
    }
}

/// A counter's rate over four of its values, so that a late one leaves no hole.
pub fn rate_of(series: &str, step_ms: i64) -> String {
    format!("rate({series}[{}s])", (4 * step_ms / 1_000).max(10))
}

/// A series of an answer to any question.
pub fn about_answer(question: &str, labels: &Labels, step_ms: i64) -> About {
    let pairs = labels.iter();
    let subject = match subject(labels, false).trim() {
        "" => shortened(question),
        of_labels if labels.metric_name().is_empty() => {
            format!("{} {of_labels}", shortened(question))
        }
        named => named.to_owned(),
    };
    About {
        key: format!("{question} {labels}"),
        subject,
        name: labels.metric_name().to_owned(),
        agent: Some(labels.get(AGENT_LABEL).to_owned()).filter(|agent| !agent.is_empty()),
        labels: pairs
            .map(|label| (label.name.to_string(), label.value.to_string()))
            .collect(),
        unit: Unit::Plain,
        unit_word: String::new(),
        link: format!("/explore?q={}", encoded(question)),
        resolution_ms: step_ms,
        expr: question.to_owned(),
    }
}

/// A question as the subject of a sentence.
fn shortened(question: &str) -> String {
    let words = question.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(QUESTION_NAMED_MAX) {
        Some((at, _)) => format!("`{}…`", &words[..at]),
        None => format!("`{words}`"),
    }
}

/// Whether a series is watched by what is added to it: counters, and the sums and counts of
/// histograms and summaries.
pub fn is_counter(name: &str, definition: impl Fn(&str) -> Option<Metadata>) -> bool {
    if let Some(known) = definition(name) {
        return known.kind == MetricKind::Counter;
    }
    let base = name.strip_suffix("_sum").or(name.strip_suffix("_count"));
    let of_base = base.and_then(definition).map(|known| known.kind);
    name.ends_with("_total") || matches!(of_base, Some(MetricKind::Histogram | MetricKind::Summary))
}

/// `heat of agent `agt_07` (room `a`) a second`
fn subject(labels: &Labels, is_rate: bool) -> String {
    let mut text = labels.metric_name().to_owned();
    if is_rate {
        text.push_str(" a second");
    }
    let agent = labels.get(AGENT_LABEL);
    if !agent.is_empty() {
        text.push_str(&format!(" of agent `{agent}`"));
    }
    let is_other = |name: &str| name != METRIC_NAME && name != AGENT_LABEL;
    let others = labels.iter().filter(|label| is_other(&label.name));
    let mut others: Vec<String> = others
        .map(|label| format!("{} `{}`", label.name, label.value))
        .collect();
    let hidden = others.len().saturating_sub(LABELS_NAMED_MAX);
    others.truncate(LABELS_NAMED_MAX);
    if 0 < hidden {
        others.push(format!("{hidden} more"));
    }
    if !others.is_empty() {
        text.push_str(&format!(" ({})", others.join(", ")));
    }
    text
}

/// The series in PromQL, which is its name among all that are watched.
pub fn selector(labels: &Labels) -> String {
    let name = labels.metric_name();
    let mut matchers: Vec<String> = Vec::new();
    let is_plain = is_name(name, b":");
    if !is_plain {
        matchers.push(quoted(name));
    }
    for label in labels.iter().filter(|label| &*label.name != METRIC_NAME) {
        let name = if is_name(&label.name, b"") {
            label.name.to_string()
        } else {
            quoted(&label.name)
        };
        matchers.push(format!("{name}={}", quoted(&label.value)));
    }
    let name = if is_plain { name } else { "" };
    if matchers.is_empty() {
        return name.to_owned();
    }
    format!("{name}{{{}}}", matchers.join(","))
}

fn is_name(text: &str, more: &[u8]) -> bool {
    let fits = |(at, byte): (usize, u8)| {
        let is_letter = byte.is_ascii_alphabetic() || byte == b'_' || more.contains(&byte);
        is_letter || (0 < at && byte.is_ascii_digit())
    };
    !text.is_empty() && text.bytes().enumerate().all(fits)
}

pub const fn kind(kind: Kind) -> AnomalyKind {
    match kind {
        Kind::Spike => AnomalyKind::Spike,
        Kind::LevelShift => AnomalyKind::LevelShift,
        Kind::Drift => AnomalyKind::Drift,
        Kind::LostPeriodicity => AnomalyKind::LostPeriodicity,
        Kind::FlatLine => AnomalyKind::FlatLine,
        Kind::Gone => AnomalyKind::Gone,
        Kind::UnusualShape => AnomalyKind::UnusualShape,
    }
}

/// `…; task_enqueue p99 and 4 others moved at the same moment`
pub fn sentence(said: &str, together: &[String]) -> String {
    let others = match together {
        [] => return said.to_owned(),
        [one] => one.clone(),
        [before @ .., last] if before.len() < OTHERS_NAMED => {
            format!("{} and {last}", before.join(", "))
        }
        all => {
            let (named, more) = all.split_at(OTHERS_NAMED - 1);
            format!("{} and {} others", named.join(", "), more.len())
        }
    };
    format!("{said}; {others} moved at the same moment")
}

#[cfg(test)]
mod tests {
    use paceline_promql::Query;

    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> Labels {
        Labels::from_pairs(pairs.iter().copied())
    }

    #[test]
    fn every_expression_is_promql() {
        for &operation in Operation::ALL {
            for figure in [Figure::P50, Figure::P99, Figure::ErrorRatio, Figure::Calls] {
                let expr = Own::Operation(operation, figure).about().expr;
                assert!(Query::parse(&expr).is_ok(), "{expr}");
            }
        }
        for own in [Own::Queue, Own::Wait] {
            assert!(Query::parse(&own.about().expr).is_ok(), "{own:?}");
        }
        let peer = about_peer("developer", "a\"b\\", 60_000);
        assert!(Query::parse(&peer.expr).is_ok(), "{}", peer.expr);
        for is_rate in [false, true] {
            for name in ["heat", "größe.kb", "a:b"] {
                let series = labels(&[("__name__", name), ("a", "b\"\\\n"), ("c.d", "e")]);
                let about = about_metric(&series, |_| None, (is_rate, 10_000));
                assert!(Query::parse(&about.expr).is_ok(), "{}", about.expr);
            }
        }
    }

    #[test]
    fn a_subject_names_the_agent_and_a_few_labels() {
        let check = |pairs: &[(&str, &str)], is_rate: bool, expected: &str| {
            let about = about_metric(&labels(pairs), |_| None, (is_rate, 1_000));
            assert_eq!(about.subject, expected);
        };
        check(&[("__name__", "heat")], false, "heat");
        check(
            &[
                ("__name__", "tokens_total"),
                ("agent", "agt_07"),
                ("model", "m"),
            ],
            true,
            "tokens_total a second of agent `agt_07` (model `m`)",
        );
        check(
            &[
                ("__name__", "x"),
                ("a", "1"),
                ("b", "2"),
                ("c", "3"),
                ("d", "4"),
                ("e", "5"),
            ],
            false,
            "x (a `1`, b `2`, c `3`, d `4`, 1 more)",
        );
    }

    #[test]
    fn counters_are_known_by_definition_or_by_name() {
        let of = |kind| Metadata {
            kind,
            unit: String::new(),
            description: String::new(),
        };
        let definition = |name: &str| match name {
            "tokens" => Some(of(MetricKind::Counter)),
            "times_total" => Some(of(MetricKind::Gauge)),
            "wait" => Some(of(MetricKind::Histogram)),
            _ => None,
        };
        let check = |name, expected| assert_eq!(is_counter(name, definition), expected, "{name}");
        check("tokens", true);
        check("calls_total", true);
        check("times_total", false);
        check("wait_sum", true);
        check("wait_count", true);
        check("head_count", false);
        check("heat", false);
    }

    #[test]
    fn what_moved_at_the_same_moment_is_added() {
        let check = |together: &[&str], expected: &str| {
            let together: Vec<String> = together.iter().map(ToString::to_string).collect();
            assert_eq!(sentence("x is 1", &together), format!("x is 1{expected}"));
        };
        check(&[], "");
        check(&["a"], "; a moved at the same moment");
        check(&["a", "b", "c"], "; a, b and c moved at the same moment");
        check(
            &["a", "b", "c", "d"],
            "; a, b and 2 others moved at the same moment",
        );
    }
}
