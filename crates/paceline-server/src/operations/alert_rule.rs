//! Alert rules: make one, change one, switch one, take one away, ask what it would have done. Owns who
//! may; refuses to read rule files (`alerts` does).

use std::collections::BTreeMap;
use std::sync::Arc;

use paceline_api::{
    AlertPreview, AlertPreviewRequest, AlertRule, AlertRuleList, AlertRuleQuery, AlertRuleRequest,
    AlertRuleSource, AlertRuleSwitch, ErrorCode, Operation,
};
use paceline_core::Timestamp;
use paceline_core::alert::{Changes, Kind, Noise};
use paceline_promql::Cancel;
use paceline_store::{Context, Span};

use super::caller::Identity;
use super::failure::invalid;
use super::gate::Passage;
use super::{ApiFailure, Caller, Operations, page};
use crate::alerts::{KeptRule, PREVIEW_HOURS_MAX, RULES_MAX, Rule, document};
use crate::ids::{keyed_id, new_id};

/// Noise is counted over so long.
const NOISE_MS: i64 = 30 * 86_400_000;
const PREVIEW_HOURS: u32 = 24;

impl Operations {
    /// Rules in force, Paceline's own first, and what is wrong with rule files.
    ///
    /// # Errors
    /// When the page is out of bounds or the store cannot be read.
    pub async fn alert_rule_list(
        &self,
        caller: &Caller,
        query: AlertRuleQuery,
    ) -> Result<AlertRuleList, ApiFailure> {
        let mut passage = self.gate.open(Operation::AlertRuleList, caller);
        let result = async {
            let page = page(query.limit, query.cursor)?;
            let noise = self.noise(&mut passage).await?;
            let book = self.alerts.book.lock();
            let is_asked = |rule: &&Arc<Rule>| {
                query.name.as_ref().is_none_or(|name| rule.name == *name)
                    && query.source.is_none_or(|source| rule.source == source)
            };
            let rules = book.rules.iter().filter(is_asked);
            let after = page.cursor.as_deref();
            let rules = rules.skip_while(|rule| after.is_some_and(|id| rule.rule_id != id));
            let rules = rules.skip(usize::from(after.is_some()));
            let limit = page.limit as usize;
            let mut items: Vec<AlertRule> = rules
                .take(limit + 1)
                .map(|rule| book.rule_shown(rule, &noise))
                .collect();
            let has_more = limit < items.len();
            items.truncate(limit);
            let last = items.last().filter(|_| has_more);
            Ok(AlertRuleList {
                next_cursor: last.map(|rule| rule.rule_id.clone()),
                items,
                file_errors: book.file_errors.clone(),
            })
        };
        let result = result.await;
        passage.finish(result)
    }

    /// # Errors
    /// When there is none.
    pub async fn alert_rule_get(
        &self,
        caller: &Caller,
        rule_id: String,
    ) -> Result<AlertRule, ApiFailure> {
        let mut passage = self.gate.open(Operation::AlertRuleList, caller);
        let result = self.shown(&mut passage, &rule_id).await;
        passage.finish(result)
    }

    /// # Errors
    /// When the rule makes no sense, or there are too many.
    pub async fn alert_rule_create(
        &self,
        caller: &Caller,
        request: AlertRuleRequest,
    ) -> Result<AlertRule, ApiFailure> {
        let mut passage = self.gate.open(Operation::AlertRuleCreate, caller);
        let result = async {
            caller.require_operator("make an alert rule")?;
            let ctx =
                caller.unguarded(Operation::AlertRuleCreate, "", &request, self.gate.now())?;
            let rule_id = match &ctx.key {
                Some(key) => keyed_id("rul", &key.key),
                None => new_id("rul"),
            };
            let count = |rule: &&Arc<Rule>| rule.source == AlertRuleSource::Api;
            if RULES_MAX <= self.alerts.book.lock().rules.iter().filter(count).count() {
                let message = format!("there are {RULES_MAX} rules, which is the most");
                return Err(ApiFailure::new(ErrorCode::LimitExceeded, message)
                    .hint("put them into a rule file, or delete some"));
            }
            self.put_rule(&mut passage, caller, ctx, rule_id, request)
                .await
        }
        .await;
        passage.finish(result)
    }

    /// The rule as it is said now; its alerts begin anew where their labels differ.
    ///
    /// # Errors
    /// When there is none, it is not a person's, or it makes no sense.
    pub async fn alert_rule_replace(
        &self,
        caller: &Caller,
        rule_id: String,
        request: AlertRuleRequest,
    ) -> Result<AlertRule, ApiFailure> {
        let mut passage = self.gate.open(Operation::AlertRuleCreate, caller);
        let result = async {
            caller.require_operator("change an alert rule")?;
            let known = self.known(&rule_id)?;
            of_a_person(&known, "changed")?;
            let ctx = Context::at(self.gate.now());
            self.put_rule(&mut passage, caller, ctx, rule_id, request)
                .await
        }
        .await;
        passage.finish(result)
    }

    async fn put_rule(
        &self,
        passage: &mut Passage<'_>,
        caller: &Caller,
        ctx: Context,
        rule_id: String,
        request: AlertRuleRequest,
    ) -> Result<AlertRule, ApiFailure> {
        passage.about(&request.name);
        let known = self.alerts.book.lock().rule(&rule_id).cloned();
        let kept = KeptRule {
            request: Some(request),
            created_at: known
                .as_ref()
                .and_then(|rule| rule.created_at)
                .unwrap_or(ctx.now.wall),
            created_by: who(caller),
            is_enabled: known.as_ref().is_none_or(|rule| rule.is_enabled),
        };
        let rule = Rule::of_person(&rule_id, &kept)?;
        self.keep_rule(passage, ctx, &rule_id, &kept).await?;
        self.in_force(rule);
        self.shown(passage, &rule_id).await
    }

    /// Switches a rule off or on; what fires under it is over when it is off.
    ///
    /// # Errors
    /// When there is none, or it is of a file.
    pub async fn alert_rule_switch(
        &self,
        caller: &Caller,
        rule_id: String,
        request: AlertRuleSwitch,
    ) -> Result<AlertRule, ApiFailure> {
        let mut passage = self.gate.open(Operation::AlertRuleCreate, caller);
        let result = async {
            caller.require_operator("switch an alert rule")?;
            let known = self.known(&rule_id)?;
            if known.source == AlertRuleSource::File {
                return Err(of_a_file(&known, "switched"));
            }
            passage.about(&known.name);
            let ctx = Context::at(self.gate.now());
            let kept = KeptRule {
                request: known.request.clone(),
                created_at: known.created_at.unwrap_or(ctx.now.wall),
                created_by: known.created_by.clone().unwrap_or_else(|| who(caller)),
                is_enabled: request.enabled,
            };
            self.keep_rule(&mut passage, ctx, &rule_id, &kept).await?;
            self.in_force(Rule {
                is_enabled: request.enabled,
                ..Rule::clone(&known)
            });
            self.shown(&mut passage, &rule_id).await
        }
        .await;
        passage.finish(result)
    }

    /// # Errors
    /// When there is none, or it is not a person's.
    pub async fn alert_rule_delete(
        &self,
        caller: &Caller,
        rule_id: String,
    ) -> Result<AlertRule, ApiFailure> {
        let mut passage = self.gate.open(Operation::AlertRuleDelete, caller);
        let result = async {
            caller.require_operator("delete an alert rule")?;
            let known = self.known(&rule_id)?;
            of_a_person(&known, "deleted")?;
            passage.about(&known.name);
            let shown = self.shown(&mut passage, &rule_id).await?;
            let changes = Changes {
                remove: vec![(Kind::Rule, rule_id.clone())],
                ..Changes::default()
            };
            let ctx = Context::at(self.gate.now());
            passage.take(passage.store().record_alerts(ctx, changes).await)?;
            let mut book = self.alerts.book.lock();
            book.take_away(|rule| rule.rule_id == rule_id);
            self.alerts.touch(&mut book);
            Ok(shown)
        }
        .await;
        passage.finish(result)
    }

    /// # Errors
    /// When the rule makes no sense, or its expression cannot be evaluated.
    pub async fn alert_rule_preview(
        &self,
        caller: &Caller,
        request: AlertPreviewRequest,
    ) -> Result<AlertPreview, ApiFailure> {
        let mut passage = self.gate.open(Operation::AlertRuleList, caller);
        let result = async {
            let hours = request.hours.unwrap_or(PREVIEW_HOURS);
            if !(1..=PREVIEW_HOURS_MAX).contains(&hours) {
                let problem = format!("must be 1 to {PREVIEW_HOURS_MAX}, got {hours}");
                return Err(invalid("hours", &problem));
            }
            let mut wanted = request.rule;
            if wanted.name.is_empty() {
                "preview".clone_into(&mut wanted.name);
            }
            passage.about(&wanted.name);
            let kept = KeptRule {
                request: Some(wanted),
                created_at: self.gate.now().wall,
                created_by: String::new(),
                is_enabled: true,
            };
            let rule = Rule::of_person("preview", &kept)?;
            let alerts = Arc::clone(&self.alerts);
            let work = move |cancel: &Cancel| alerts.preview(rule, hours, cancel);
            self.look_backs.run(work).await
        }
        .await;
        passage.finish(result)
    }

    async fn keep_rule(
        &self,
        passage: &mut Passage<'_>,
        ctx: Context,
        rule_id: &str,
        kept: &KeptRule,
    ) -> Result<(), ApiFailure> {
        let changes = Changes {
            put: document(Kind::Rule, rule_id.to_owned(), kept)
                .into_iter()
                .collect(),
            ..Changes::default()
        };
        passage.take(passage.store().record_alerts(ctx, changes).await)
    }

    fn in_force(&self, rule: Rule) {
        let rule = self.alerts.measured(rule);
        let mut book = self.alerts.book.lock();
        let rule = Arc::new(rule);
        let place = book
            .rules
            .iter_mut()
            .find(|one| one.rule_id == rule.rule_id);
        match place {
            Some(place) => *place = rule,
            None => book.rules.push(rule),
        }
        self.alerts.touch(&mut book);
    }

    fn known(&self, rule_id: &str) -> Result<Arc<Rule>, ApiFailure> {
        let known = self.alerts.book.lock().rule(rule_id).cloned();
        known.ok_or_else(|| {
            ApiFailure::new(ErrorCode::NotFound, format!("no alert rule `{rule_id}`"))
                .hint("`GET /api/alert-rules` lists them")
        })
    }

    async fn shown(
        &self,
        passage: &mut Passage<'_>,
        rule_id: &str,
    ) -> Result<AlertRule, ApiFailure> {
        let noise = self.noise(passage).await?;
        let rule = self.known(rule_id)?;
        Ok(self.alerts.book.lock().rule_shown(&rule, &noise))
    }

    async fn noise(
        &self,
        passage: &mut Passage<'_>,
    ) -> Result<BTreeMap<String, Noise>, ApiFailure> {
        let now = self.gate.now().wall;
        let span = Span {
            from: Timestamp(now.0 - NOISE_MS),
            to: Timestamp(now.0 + 1),
        };
        let noise = passage.take(passage.store().alert_noise(span).await)?;
        let by_rule = noise.into_iter().map(|one| (one.rule.clone(), one));
        Ok(by_rule.collect())
    }
}

fn of_a_person(rule: &Rule, done: &str) -> Result<(), ApiFailure> {
    match rule.source {
        AlertRuleSource::Api => Ok(()),
        AlertRuleSource::File => Err(of_a_file(rule, done)),
        AlertRuleSource::Default => {
            let message = format!(
                "`{}` is Paceline's own rule and cannot be {done}",
                rule.name
            );
            Err(ApiFailure::new(ErrorCode::InvalidState, message)
                .hint("switch it off with `PATCH`, and make one with your own limits"))
        }
    }
}

fn of_a_file(rule: &Rule, done: &str) -> ApiFailure {
    let file = rule.file.as_deref().unwrap_or("a rule file");
    let message = format!("`{}` is of `{file}` and cannot be {done} here", rule.name);
    ApiFailure::new(ErrorCode::InvalidState, message)
        .hint("change the file; it is read again within seconds")
}

/// Who is at work, for the record.
pub(super) fn who(caller: &Caller) -> String {
    match &caller.identity {
        Identity::Trusted => "operator".to_owned(),
        Identity::Agent(agent) => agent.to_string(),
        Identity::Operator { token_id } => token_id.clone(),
    }
}
