//! Silences: make one, list them, end one. Owns who may; refuses to decide what one holds back.

use paceline_api::{ErrorCode, ListQuery, Operation, Page, Silence, SilenceRequest, SilenceState};
use paceline_core::Timestamp;
use paceline_core::alert::{Changes, Kind};
use paceline_store::Context;

use super::alert_rule::who;
use super::failure::invalid;
use super::gate::Passage;
use super::{ApiFailure, Caller, Operations, page};
use crate::alerts::{Book, SILENCES_MAX, Silenced, document, made_silence};
use crate::ids::{keyed_id, new_id};

/// An ended silence is listed for so long.
const SHOWN_MS: i64 = 5 * 86_400_000;

impl Operations {
    /// Those in force first, then those to come, then those that are over.
    ///
    /// # Errors
    /// When the page is out of bounds.
    #[expect(clippy::unused_async, reason = "every operation is called alike")]
    pub async fn silence_list(
        &self,
        caller: &Caller,
        query: ListQuery,
    ) -> Result<Page<Silence>, ApiFailure> {
        let passage = self.gate.open(Operation::AlertList, caller);
        let listed = || {
            let page = page(query.limit, query.cursor)?;
            let from = page.cursor.as_deref().map_or(Ok(0), str::parse);
            let from: usize = from.map_err(|_| invalid("cursor", "is not one that a page gave"))?;
            let now = self.gate.now().wall;
            let book = self.alerts.book.lock();
            let shown = book.silences.values().map(|one| view(&book, one, now));
            let mut all: Vec<Silence> = shown.collect();
            let rank = |silence: &Silence| match silence.state {
                SilenceState::Active => 0,
                SilenceState::Pending => 1,
                SilenceState::Expired => 2,
            };
            all.sort_by_key(|one| (rank(one), std::cmp::Reverse(one.created_at)));
            let end = from.saturating_add(page.limit as usize);
            let next_cursor = (end < all.len()).then(|| end.to_string());
            let items = all.into_iter().skip(from).take(page.limit as usize);
            Ok(Page {
                items: items.collect(),
                next_cursor,
            })
        };
        let result = listed();
        passage.finish(result)
    }

    /// # Errors
    /// When it makes no sense, would hold back everything, or there are too many.
    pub async fn silence_create(
        &self,
        caller: &Caller,
        request: SilenceRequest,
    ) -> Result<Silence, ApiFailure> {
        let mut passage = self.gate.open(Operation::SilenceCreate, caller);
        let result = async {
            caller.require_operator("silence alerts")?;
            let now = self.gate.now();
            let ctx = caller.unguarded(Operation::SilenceCreate, "", &request, now)?;
            let silence_id = match &ctx.key {
                Some(key) => keyed_id("sil", &key.key),
                None => new_id("sil"),
            };
            let silence = made_silence(silence_id, request, who(caller), now.wall)?;
            let mut changes = self.forget_silences(now.wall);
            if SILENCES_MAX <= self.alerts.book.lock().silences.len() {
                let message = format!("there are {SILENCES_MAX} silences, which is the most");
                return Err(ApiFailure::new(ErrorCode::LimitExceeded, message)
                    .hint("end some, or match more with one"));
            }
            changes.put.extend(document(
                Kind::Silence,
                silence.kept.silence_id.clone(),
                &silence.kept,
            ));
            self.put_silence(&mut passage, ctx, changes, silence).await
        }
        .await;
        passage.finish(result)
    }

    /// Ends it now; what still fires is told.
    ///
    /// # Errors
    /// When there is none, or it is over.
    pub async fn silence_end(
        &self,
        caller: &Caller,
        silence_id: String,
    ) -> Result<Silence, ApiFailure> {
        let mut passage = self.gate.open(Operation::SilenceCreate, caller);
        passage.about(&silence_id);
        let result = async {
            caller.require_operator("end a silence")?;
            let known = self.alerts.book.lock().silences.get(&silence_id).cloned();
            let mut silence = known.ok_or_else(|| {
                ApiFailure::new(ErrorCode::NotFound, format!("no silence `{silence_id}`"))
                    .hint("`GET /api/silences` lists them")
            })?;
            let now = self.gate.now();
            if silence.state(now.wall) == SilenceState::Expired {
                let message = format!("silence `{silence_id}` is over already");
                return Err(ApiFailure::new(ErrorCode::InvalidState, message));
            }
            silence.kept.ends_at = now.wall;
            silence.kept.starts_at = silence.kept.starts_at.min(now.wall);
            let mut changes = Changes::default();
            changes
                .put
                .extend(document(Kind::Silence, silence_id, &silence.kept));
            self.put_silence(&mut passage, Context::at(now), changes, silence)
                .await
        }
        .await;
        passage.finish(result)
    }

    async fn put_silence(
        &self,
        passage: &mut Passage<'_>,
        ctx: Context,
        changes: Changes,
        silence: Silenced,
    ) -> Result<Silence, ApiFailure> {
        let now = ctx.now.wall;
        passage.take(passage.store().record_alerts(ctx, changes).await)?;
        let mut book = self.alerts.book.lock();
        let shown = view(&book, &silence, now);
        let silence_id = silence.kept.silence_id.clone();
        book.silences.insert(silence_id, silence);
        self.alerts.touch(&mut book);
        Ok(shown)
    }

    /// Those that are over for days.
    fn forget_silences(&self, now: Timestamp) -> Changes {
        let mut book = self.alerts.book.lock();
        let is_old = |silence: &&Silenced| silence.kept.ends_at.0 < now.0 - SHOWN_MS;
        let old: Vec<String> = book
            .silences
            .values()
            .filter(is_old)
            .map(|silence| silence.kept.silence_id.clone())
            .collect();
        for silence_id in &old {
            book.silences.remove(silence_id);
        }
        Changes {
            remove: old.into_iter().map(|id| (Kind::Silence, id)).collect(),
            ..Changes::default()
        }
    }
}

fn view(book: &Book, silence: &Silenced, now: Timestamp) -> Silence {
    let firing = book
        .entries()
        .filter(|entry| entry.alert.state == paceline_analysis::alerts::AlertState::Firing);
    let held = firing.filter(|entry| silence.holds_back(&entry.alert.labels, now));
    silence.view(now, held.count() as u64)
}
