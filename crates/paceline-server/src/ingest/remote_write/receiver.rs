//! One push, from headers to account. Owns the memory of known series, how many bytes are under
//! way, and the second try when the engine forgot a series; refuses to word answers.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use bytes::Bytes;
use paceline_api::ErrorCode;
use paceline_metrics::{Appended, Metadata, RefusalReason};
use parking_lot::RwLock;

use super::batch::{Arrived, Batch, BodyError, Lookup, Trust, prepare, series_of};
use super::cache::{Cache, ENTRIES_MAX};
use super::hash::HashKey;
use super::labels::SeriesRefusal;
use super::message::{Extras, Version};
use crate::operations::{ApiFailure, Caller, Identity, Operations};

/// Larger bodies are read on a thread of their own: 2,000 samples are a fifth of this and take
/// less time than handing them over costs.
const INLINE_BYTES_MAX: usize = 128 * 1024;

pub struct Receiver {
    lookup: Arc<Lookup>,
    /// One large body at a time is unpacked; others wait.
    large: tokio::sync::Semaphore,
}

/// What became of a push, beside failures that refuse it as a whole.
#[derive(Debug, Default)]
pub struct Account {
    pub written: u64,
    /// By reason: how many, and one of the series.
    pub refused: BTreeMap<&'static str, Refused>,
    pub extras: Extras,
}

#[derive(Debug)]
pub struct Refused {
    pub count: u64,
    pub reason: SeriesRefusal,
    pub example: Option<String>,
}

#[derive(Debug)]
pub enum PushError {
    Body(BodyError),
    Failed(ApiFailure),
}

impl From<ApiFailure> for PushError {
    fn from(failure: ApiFailure) -> Self {
        Self::Failed(failure)
    }
}

impl Default for Receiver {
    fn default() -> Self {
        let random = RandomState::new();
        let key = HashKey::new([random.hash_one(0), random.hash_one(1)]);
        Self {
            lookup: Arc::new(Lookup {
                key,
                cache: RwLock::new(Cache::new(ENTRIES_MAX)),
            }),
            large: tokio::sync::Semaphore::new(1),
        }
    }
}

/// A push as it came.
pub struct Push {
    pub version: Version,
    pub body: Bytes,
    pub own_agent: Option<String>,
}

impl Push {
    pub fn new(version: Version, body: Bytes, caller: &Caller) -> Self {
        let own_agent = match &caller.identity {
            Identity::Agent(agent) => Some(agent.as_str().to_owned()),
            _ => None,
        };
        Self {
            version,
            body,
            own_agent,
        }
    }

    fn arrived(&self, now_ms: i64) -> Arrived<'_> {
        Arrived {
            version: self.version,
            body: &self.body,
            own_agent: self.own_agent.as_deref(),
            now_ms,
        }
    }
}

impl Account {
    /// The engine counts its own refusals.
    fn count(&self, operations: &Operations) {
        let of_engine = |refused: &&Refused| matches!(refused.reason, SeriesRefusal::Engine(_));
        for refused in self.refused.values().filter(|refused| !of_engine(refused)) {
            let reason = refused.reason.as_str();
            operations.metrics.count_refused(reason, refused.count);
        }
        let Extras {
            histograms,
            exemplars,
        } = self.extras;
        operations
            .metrics
            .count_refused("native_histogram", histograms);
        operations.metrics.count_refused("exemplar", exemplars);
    }
}

impl Receiver {
    /// # Errors
    /// When nothing of the push was kept.
    pub async fn push(
        &self,
        operations: &Arc<Operations>,
        caller: &Caller,
        push: Push,
    ) -> Result<Account, PushError> {
        let push = Arc::new(push);
        let mut batch = self.prepare(operations, &push, Trust::Cached).await?;
        let mut appended = append(operations, caller, &mut batch).await?;
        if is_outdated(&appended) {
            // Everything that was taken is taken again as the same: a push may be repeated.
            batch = self.prepare(operations, &push, Trust::AskAgain).await?;
            appended = append(operations, caller, &mut batch).await?;
        }
        describe(operations, caller, std::mem::take(&mut batch.described)).await?;
        let account = self.account(&push, &batch, appended);
        account.count(operations);
        Ok(account)
    }

    async fn prepare(
        &self,
        operations: &Arc<Operations>,
        push: &Arc<Push>,
        trust: Trust,
    ) -> Result<Batch, PushError> {
        let now_ms = operations.metrics.now_ms();
        if push.body.len() <= INLINE_BYTES_MAX {
            let engine = operations.metrics.engine();
            return prepare(&self.lookup, engine, push.arrived(now_ms), trust)
                .map_err(PushError::Body);
        }
        let _place = self.large.acquire().await;
        let (lookup, push) = (Arc::clone(&self.lookup), Arc::clone(push));
        let engine = Arc::clone(operations.metrics.engine());
        let preparing = tokio::task::spawn_blocking(move || {
            prepare(&lookup, &engine, push.arrived(now_ms), trust)
        });
        match preparing.await {
            Ok(prepared) => prepared.map_err(PushError::Body),
            Err(_) => Err(crate::http::failure::internal().into()),
        }
    }

    fn account(&self, push: &Push, batch: &Batch, appended: Appended) -> Account {
        let mut refused: BTreeMap<&'static str, Refused> = BTreeMap::new();
        let of_engine = appended.refused.iter().map(|refusal| {
            let reason = SeriesRefusal::Engine(refusal.reason);
            (batch.place(refusal.row), reason)
        });
        for (place, reason) in batch.refused.iter().copied().chain(of_engine) {
            let of_reason = refused.entry(reason.as_str()).or_insert_with(|| Refused {
                count: 0,
                reason,
                example: series_of(&self.lookup, push.arrived(0), place),
            });
            of_reason.count += 1;
        }
        Account {
            written: appended.accepted,
            refused,
            extras: batch.extras,
        }
    }
}

async fn append(
    operations: &Operations,
    caller: &Caller,
    batch: &mut Batch,
) -> Result<Appended, ApiFailure> {
    let samples = std::mem::take(&mut batch.samples);
    if samples.is_empty() {
        return Ok(Appended::default());
    }
    operations.metric_push_known(caller, samples).await
}

/// Samples are not refused because of too many names.
async fn describe(
    operations: &Operations,
    caller: &Caller,
    described: Vec<(String, Metadata)>,
) -> Result<(), ApiFailure> {
    // A request says it once for each series: the last of each name is kept.
    let latest: HashMap<String, Metadata> = described.into_iter().collect();
    if latest.is_empty() {
        return Ok(());
    }
    let names = latest.len() as u64;
    let told = operations.metric_describe(caller, latest.into_iter().collect());
    match told.await {
        Err(failure) if failure.body.error.code == ErrorCode::LimitExceeded => {
            operations
                .metrics
                .count_refused("too_many_definitions", names);
            Ok(())
        }
        told => told,
    }
}

fn is_outdated(appended: &Appended) -> bool {
    let is_unknown = |reason| reason == RefusalReason::UnknownSeries;
    appended.refused.iter().any(|one| is_unknown(one.reason))
}
