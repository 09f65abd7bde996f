//! A series' labels as they came, made into what the engine takes: who measures, and what. Owns
//! that split and what every series must have; refuses limits (the engine has them).

use std::cmp::Ordering;
use std::str;

use paceline_metrics::{Label, Labels, METRIC_NAME, RefusalReason};

use super::message::LabelPairs;
use crate::operations::{AGENT_LABEL, OWN_PREFIX};

/// Labels that name or place a target. Series with the same of these share their times and
/// are stored side by side; any split is right, this one is small: what differs from target to
/// target stands once a target, and the rest, which is the same for all targets, once a metric.
const OF_TARGET: [&str; 20] = [
    AGENT_LABEL,
    "agent_id",
    "agent_type",
    "cluster",
    "container",
    "env",
    "environment",
    "host",
    "hostname",
    "instance",
    "job",
    "namespace",
    "node",
    "pod",
    "prometheus",
    "prometheus_replica",
    "region",
    "service",
    "session_id",
    "zone",
];

/// Before the engine counts them: nothing is allocated for more.
const LABELS_MAX: usize = 1_024;

/// Why a series is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeriesRefusal {
    NoName,
    EmptyLabelName,
    DuplicateLabel,
    NotUtf8,
    /// The caller's token belongs to another agent.
    ForeignAgent,
    /// An agent's token writes no series of the server.
    ServersOwn,
    Engine(RefusalReason),
}

impl SeriesRefusal {
    /// For counters.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoName => "no_name",
            Self::EmptyLabelName => "empty_label_name",
            Self::DuplicateLabel => "duplicate_label",
            Self::NotUtf8 => "not_utf8",
            Self::ForeignAgent => "foreign_agent",
            Self::ServersOwn => "servers_own",
            Self::Engine(reason) => reason.as_str(),
        }
    }

    /// For people, after "because".
    pub fn sentence(self) -> &'static str {
        match self {
            Self::NoName => "the label `__name__` is missing",
            Self::EmptyLabelName => "a label has no name",
            Self::DuplicateLabel => "a label is there twice",
            Self::NotUtf8 => "a label is not UTF-8",
            Self::ForeignAgent => "the token belongs to another agent",
            Self::ServersOwn => "names that begin with `paceline_` are the server's own",
            Self::Engine(reason) => of_engine(reason),
        }
    }
}

fn of_engine(reason: RefusalReason) -> &'static str {
    match reason {
        RefusalReason::TooManyMetrics => "the agent has as many metrics as it may have",
        RefusalReason::TooManySeries => "there are as many series as there may be",
        RefusalReason::TooMuchChurn => "too many new series came within a minute",
        RefusalReason::TooManyLabels => "it has too many labels",
        RefusalReason::LabelTooLong => "a label is too long",
        RefusalReason::InvalidName => "a name is not allowed",
        RefusalReason::TooOld => "the sample is older than the out-of-order window",
        RefusalReason::TooFarAhead => "the sample lies too far in the future",
        RefusalReason::Conflict => "another value is stored for the same time",
        RefusalReason::UnknownSeries => "the series went away meanwhile",
    }
}

/// Target and key of a series. `own` is the agent that the caller's token belongs to: its series
/// carry its name, whether the sender wrote it or not.
///
/// # Errors
/// When it is no series, or another agent's.
pub fn split(
    pairs: &mut LabelPairs<'_>,
    own: Option<&str>,
) -> Result<(Labels, Labels), SeriesRefusal> {
    if LABELS_MAX < pairs.len() {
        return Err(SeriesRefusal::Engine(RefusalReason::TooManyLabels));
    }
    check(pairs)?;
    let mut target = Vec::with_capacity(4);
    let mut key = Vec::with_capacity(4);
    for (name, value) in pairs.iter() {
        let text = |bytes| str::from_utf8(bytes).map_err(|_| SeriesRefusal::NotUtf8);
        let (name, value) = (text(name)?, text(value)?);
        let is_foreign = name == AGENT_LABEL && own.is_some_and(|own| own != value);
        if is_foreign && !value.is_empty() {
            return Err(SeriesRefusal::ForeignAgent);
        }
        let label = Label {
            name: name.into(),
            value: value.into(),
        };
        match OF_TARGET.binary_search(&name) {
            Ok(_) => target.push(label),
            Err(_) => key.push(label),
        }
    }
    target.extend(own.map(|own| Label {
        name: AGENT_LABEL.into(),
        value: own.into(),
    }));
    let key = Labels::new(key);
    match key.metric_name() {
        "" => Err(SeriesRefusal::NoName),
        name if own.is_some() && name.starts_with(OWN_PREFIX) => Err(SeriesRefusal::ServersOwn),
        _ => Ok((Labels::new(target), key)),
    }
}

/// Sorts by name.
fn check(pairs: &mut LabelPairs<'_>) -> Result<(), SeriesRefusal> {
    // Senders sort already.
    if !pairs.is_sorted_by(|(one, _), (other, _)| one < other) {
        pairs.sort_unstable();
    }
    if pairs.first().is_some_and(|(name, _)| name.is_empty()) {
        return Err(SeriesRefusal::EmptyLabelName);
    }
    let is_same = |two: &[(&[u8], &[u8])]| two[0].0.cmp(two[1].0) == Ordering::Equal;
    match pairs.windows(2).any(is_same) {
        true => Err(SeriesRefusal::DuplicateLabel),
        false => Ok(()),
    }
}

/// The metric's name among labels that may be anything.
pub fn metric_name<'b>(pairs: &LabelPairs<'b>) -> &'b [u8] {
    let is_name = |(name, _): &&(&[u8], &[u8])| *name == METRIC_NAME.as_bytes();
    pairs.iter().find(is_name).map_or(&[], |(_, value)| value)
}

/// A series for an error message: its labels as in PromQL, whatever they are.
pub fn shown(pairs: &LabelPairs<'_>) -> String {
    const SHOWN_MAX: usize = 8;
    let text = |bytes: &[u8]| crate::http::failure::shown(&String::from_utf8_lossy(bytes));
    let labels: Vec<String> = pairs
        .iter()
        .filter(|(name, _)| *name != METRIC_NAME.as_bytes())
        .take(SHOWN_MAX)
        .map(|(name, value)| format!("{}={:?}", text(name), text(value)))
        .collect();
    format!("{}{{{}}}", text(metric_name(pairs)), labels.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pairs: &[(&str, &str)], own: Option<&str>, expected: Result<(&str, &str), &str>) {
        let mut pairs = pairs
            .iter()
            .map(|(name, value)| (name.as_bytes(), value.as_bytes()))
            .collect();
        let got = split(&mut pairs, own);
        let got = got.map(|(target, key)| (target.to_string(), key.to_string()));
        let expected = expected.map(|(target, key)| (target.to_owned(), key.to_owned()));
        assert_eq!(got.map_err(SeriesRefusal::as_str), expected);
    }

    #[test]
    fn labels_of_the_target_are_parted_from_those_of_the_metric() {
        assert!(OF_TARGET.is_sorted());
        check(
            &[("__name__", "m"), ("agent", "a"), ("job", "j"), ("le", "1")],
            None,
            Ok((r#"{agent="a", job="j"}"#, r#"m{le="1"}"#)),
        );
        check(
            &[("instance", "i"), ("__name__", "m"), ("tool", "")],
            None,
            Ok((r#"{instance="i"}"#, "m")),
        );
    }

    #[test]
    fn an_agents_token_writes_as_that_agent_only() {
        let name = ("__name__", "m");
        check(&[name], Some("a"), Ok((r#"{agent="a"}"#, "m")));
        check(
            &[name, ("agent", "a")],
            Some("a"),
            Ok((r#"{agent="a"}"#, "m")),
        );
        check(
            &[name, ("agent", "")],
            Some("a"),
            Ok((r#"{agent="a"}"#, "m")),
        );
        check(&[name, ("agent", "b")], Some("a"), Err("foreign_agent"));
        let of_server = ("__name__", "paceline_tasks");
        check(&[of_server], Some("a"), Err("servers_own"));
        check(&[of_server], None, Ok(("{}", "paceline_tasks")));
    }

    #[test]
    fn what_is_no_series_is_refused() {
        check(&[], None, Err("no_name"));
        check(&[("__name__", "")], None, Err("no_name"));
        check(
            &[("", "x"), ("__name__", "m")],
            None,
            Err("empty_label_name"),
        );
        check(
            &[("a", "1"), ("__name__", "m"), ("a", "2")],
            None,
            Err("duplicate_label"),
        );
        let mut pairs: LabelPairs<'_> = vec![(b"__name__", b"m"), (b"a", b"\xff")];
        assert_eq!(split(&mut pairs, None).unwrap_err(), SeriesRefusal::NotUtf8);
        assert_eq!(shown(&pairs), "m{a=\"\u{fffd}\"}");
        let mut pairs: LabelPairs<'_> = vec![(b"a", b"1"); LABELS_MAX + 1];
        let refusal = split(&mut pairs, None).unwrap_err();
        assert_eq!(refusal.as_str(), "too_many_labels");
    }
}
