//! Silences. Owns which alerts one holds back and when; refuses one that would hold back everything.

use paceline_analysis::alerts::Labels;
use paceline_api::{Silence, SilenceMatcher, SilenceRequest, SilenceState};
use paceline_core::Timestamp;
use paceline_metrics::{MatchOp, Matcher};
use serde::{Deserialize, Serialize};

use super::limits::{ALERT_TEXT_LENGTH_MAX, SILENCE_MATCHERS_MAX};
use crate::operations::ApiFailure;
use crate::operations::failure::invalid;

/// As it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeptSilence {
    pub silence_id: String,
    pub matchers: Vec<SilenceMatcher>,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    pub created_at: Timestamp,
    pub created_by: String,
    pub comment: String,
}

/// One in force, ready to match.
#[derive(Clone, Debug)]
pub struct Silenced {
    pub kept: KeptSilence,
    matchers: Vec<Matcher>,
}

impl Silenced {
    /// # Errors
    /// The matcher that cannot be read.
    pub fn new(kept: KeptSilence) -> Result<Self, ApiFailure> {
        let matchers = kept.matchers.iter().map(matcher);
        let matchers = matchers.collect::<Result<Vec<_>, _>>()?;
        Ok(Self { kept, matchers })
    }

    #[must_use]
    pub fn holds_back(&self, labels: &Labels, now: Timestamp) -> bool {
        let value = |name: &str| labels.get(name).map_or("", String::as_str);
        self.state(now) == SilenceState::Active
            && self
                .matchers
                .iter()
                .all(|matcher| matcher.matches(value(&matcher.name)))
    }

    #[must_use]
    pub fn state(&self, now: Timestamp) -> SilenceState {
        if self.kept.ends_at <= now {
            SilenceState::Expired
        } else if now < self.kept.starts_at {
            SilenceState::Pending
        } else {
            SilenceState::Active
        }
    }

    #[must_use]
    pub fn view(&self, now: Timestamp, silences: u64) -> Silence {
        let kept = self.kept.clone();
        let wire = |at: Timestamp| paceline_api::Timestamp(at.0);
        Silence {
            silence_id: kept.silence_id,
            state: self.state(now),
            matchers: kept.matchers,
            starts_at: wire(kept.starts_at),
            ends_at: wire(kept.ends_at),
            created_at: wire(kept.created_at),
            created_by: kept.created_by,
            comment: kept.comment,
            silences,
        }
    }
}

/// # Errors
/// The field that makes no sense.
pub fn made(
    silence_id: String,
    request: SilenceRequest,
    by: String,
    now: Timestamp,
) -> Result<Silenced, ApiFailure> {
    let starts_at = request.starts_at.map_or(now, |at| Timestamp(at.0));
    let ends_at = match (request.ends_at, request.duration_seconds) {
        (Some(at), None) => Timestamp(at.0),
        (None, Some(seconds)) => {
            let ms = i64::try_from(seconds)
                .unwrap_or(i64::MAX)
                .saturating_mul(1_000);
            Timestamp(starts_at.0.saturating_add(ms))
        }
        _ => {
            let problem = "or `duration_seconds` must be given, and not both";
            return Err(invalid("ends_at", problem));
        }
    };
    if ends_at <= starts_at || ends_at <= now {
        return Err(invalid("ends_at", "must be after the start, and not past"));
    }
    if request.matchers.is_empty() || SILENCE_MATCHERS_MAX < request.matchers.len() {
        let problem = format!("must be 1 to {SILENCE_MATCHERS_MAX}");
        return Err(invalid("matchers", &problem));
    }
    let comment = request.comment.unwrap_or_default();
    if ALERT_TEXT_LENGTH_MAX < comment.len() {
        let problem = format!("is longer than {ALERT_TEXT_LENGTH_MAX} bytes");
        return Err(invalid("comment", &problem));
    }
    let silence = Silenced::new(KeptSilence {
        silence_id,
        matchers: request.matchers,
        starts_at,
        ends_at,
        created_at: now,
        created_by: request.created_by.unwrap_or(by),
        comment,
    })?;
    if silence.matchers.iter().all(|matcher| matcher.matches("")) {
        let problem = "would match every alert: at least one must refuse the empty value";
        return Err(invalid("matchers", problem));
    }
    Ok(silence)
}

fn matcher(said: &SilenceMatcher) -> Result<Matcher, ApiFailure> {
    if said.name.is_empty() || ALERT_TEXT_LENGTH_MAX < said.name.len() + said.value.len() {
        return Err(invalid("matchers", "must name a label"));
    }
    let op = match (said.is_regex, said.is_equal) {
        (false, true) => MatchOp::Equal,
        (false, false) => MatchOp::NotEqual,
        (true, true) => MatchOp::Regex,
        (true, false) => MatchOp::NotRegex,
    };
    Matcher::new(&said.name, op, &said.value)
        .map_err(|error| invalid("matchers", &format!("cannot be read: {error}")))
}
