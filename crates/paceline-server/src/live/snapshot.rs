//! Where a subscription begins: the newest value of each of its series. Owns the question to the
//! engine; refuses more series than a subscription may have. Blocks.

use std::collections::HashMap;

use paceline_api::ErrorCode;
use paceline_metrics::{
    AppendError, Engine, Labels, Select, Series, SeriesSource, SourceError, TimeRange, is_stale,
};

use super::limits::{LOOKBACK_MS, SERIES_MAX};
use super::selector::Selector;
use crate::operations::ApiFailure;

/// The newest sample of a series.
#[derive(Clone, Debug, PartialEq)]
pub struct Last {
    pub labels: Labels,
    pub at_ms: i64,
    pub value: f64,
}

#[derive(Debug, thiserror::Error)]
pub enum Unread {
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error(transparent)]
    Closed(#[from] AppendError),
    #[error("more than {SERIES_MAX} series match, which is the most of one subscription")]
    TooMany,
}

impl From<Unread> for ApiFailure {
    fn from(unread: Unread) -> Self {
        let message = unread.to_string();
        match unread {
            Unread::TooMany => Self::new(ErrorCode::LimitExceeded, message)
                .hint("narrow the selectors, or ask `/prometheus/api/v1/query`"),
            Unread::Closed(_) => Self::new(ErrorCode::Unavailable, message)
                .hint("the server is stopping; connect again when it is back"),
            Unread::Source(_) => Self::new(ErrorCode::Internal, message)
                .hint("run `paceline doctor` on the data directory"),
        }
    }
}

/// Sorted by labels. What was accepted before the call is in it; a series that ended is not.
pub fn read(engine: &Engine, selectors: &[Selector], now_ms: i64) -> Result<Vec<Last>, Unread> {
    // A push that was being stored when the subscription began is not tapped: it must be found here.
    engine.wait_for_pushes()?;
    let mut found: HashMap<Labels, Last> = HashMap::new();
    for selector in selectors {
        let select = Select {
            matchers: selector.clone(),
            range: TimeRange {
                from_ms: now_ms.saturating_sub(LOOKBACK_MS),
                // Clocks of agents may be ahead.
                to_ms: now_ms.saturating_add(LOOKBACK_MS * 2),
            },
            step_ms: 0,
            window_ms: LOOKBACK_MS,
            function: None,
            is_newest_enough: true,
        };
        for series in engine.select(&select)?.series {
            if let Some(last) = newest(series?) {
                found.insert(last.labels.clone(), last);
            }
            if SERIES_MAX < found.len() {
                return Err(Unread::TooMany);
            }
        }
    }
    let mut all: Vec<Last> = found.into_values().collect();
    all.sort_unstable_by(|one, other| one.labels.cmp(&other.labels));
    Ok(all)
}

fn newest(series: Series) -> Option<Last> {
    let (at_ms, value) = (*series.timestamps.last()?, *series.values.last()?);
    let last = Last {
        labels: series.labels,
        at_ms,
        value,
    };
    (!is_stale(value)).then_some(last)
}
