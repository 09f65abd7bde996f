//! What a channel is told. Owns the notice: alerts of one cause, as of one moment; refuses formats
//! and addresses.

use serde::{Deserialize, Serialize};

use super::{Fingerprint, Labels};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NoticeStatus {
    /// At least one of its alerts fires.
    Firing,
    Resolved,
}

/// One alert of a notice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Noticed {
    pub fingerprint: Fingerprint,
    pub status: NoticeStatus,
    /// With `alertname` and `severity`.
    pub labels: Labels,
    /// With `summary`, which is the alert's sentence where the rule has none of its own.
    pub annotations: Labels,
    #[serde(with = "super::kept_number")]
    pub value: f64,
    pub starts_at_ms: i64,
    /// None while it fires.
    pub ends_at_ms: Option<i64>,
    /// The dashboard's path for it, such as `/operations/task_claim`.
    pub path: String,
}

/// What is told at once, to one channel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    /// Names the cause: notices with the same key are about the same thing.
    pub group_key: String,
    pub status: NoticeStatus,
    /// Labels that the group is made by.
    pub group_labels: Labels,
    /// The most severe first; at most [`NOTICED_MAX`].
    pub alerts: Vec<Noticed>,
    /// Those that fire, whether they are among them or left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub told: Vec<Fingerprint>,
    /// Alerts of the group that are not among them.
    pub left_out: u64,
    /// The whole in one sentence, such as `20 agents are slow: ...`.
    pub sentence: String,
    pub at_ms: i64,
}

/// More are counted and left out: a page of a thousand alerts is not read.
pub const NOTICED_MAX: usize = 100;

impl Notice {
    /// Labels that all of its alerts have.
    #[must_use]
    pub fn common_labels(&self) -> Labels {
        common(self.alerts.iter().map(|alert| &alert.labels))
    }

    /// Annotations that all of its alerts have.
    #[must_use]
    pub fn common_annotations(&self) -> Labels {
        common(self.alerts.iter().map(|alert| &alert.annotations))
    }
}

fn common<'l>(mut all: impl Iterator<Item = &'l Labels>) -> Labels {
    let Some(first) = all.next() else {
        return Labels::new();
    };
    let mut shared = first.clone();
    for labels in all {
        shared.retain(|name, value| labels.get(name) == Some(value));
    }
    shared
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_all_have_is_common() {
        let labels = |pairs: &[(&str, &str)]| -> Labels {
            let owned = pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            owned.collect()
        };
        let one = labels(&[
            ("alertname", "slow"),
            ("agent", "a"),
            ("severity", "warning"),
        ]);
        let two = labels(&[("alertname", "slow"), ("agent", "b")]);
        assert_eq!(
            common([&one, &two].into_iter()),
            labels(&[("alertname", "slow")])
        );
        assert_eq!(common([&one].into_iter()), one);
        assert_eq!(common([].into_iter()), Labels::new());
    }
}
