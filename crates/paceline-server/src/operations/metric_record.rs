//! Samples as JSON: each is judged on its own, those of one agent and time become one row, and what
//! the engine refuses finds its way back to its place in the request.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use paceline_api::{
    ErrorCode, MetricRecordRequest, MetricRecorded, MetricRow, MetricSample, Operation,
    RejectedItem,
};
use paceline_core::AgentId;
use paceline_core::limits::METRIC_VALUES_PER_BATCH_MAX;
use paceline_metrics::{Label, Labels, METRIC_NAME, Refusal, Row, RowValue};

use super::failure::invalid;
use super::metric::{OWN_PREFIX, agent_label, refused, the_servers_own};
use super::metric_name::{check_labels, check_name};
use super::{ApiFailure, Caller, Operations, wire};

impl Operations {
    /// # Errors
    /// When the feature is off, the batch is empty or too large, or nothing could be kept; a bad
    /// sample is in `rejected`.
    pub async fn metric_record(
        &self,
        caller: &Caller,
        request: MetricRecordRequest,
    ) -> Result<MetricRecorded, ApiFailure> {
        let mut passage = self.gate.open(Operation::MetricRecord, caller);
        let result = async {
            self.require_agent_metrics()?;
            check_size(&request)?;
            let mut batch = Batch::new(caller, self.gate.now().wall.0);
            batch.take(request);
            for agent in &batch.agents {
                self.note_author(&mut passage, Some(agent));
            }
            let (rows, places, mut rejected) = (batch.rows, batch.places, batch.rejected);
            self.metrics.count_refused("invalid", rejected.len() as u64);
            let appended = passage.push(|| self.metrics.hand_over(rows)).await?;
            let refused = appended.refused.iter();
            rejected.extend(refused.filter_map(|refusal| located(refusal, &places)));
            rejected.sort_by_key(|item| item.index);
            Ok(MetricRecorded {
                accepted: appended.accepted,
                rejected,
            })
        }
        .await;
        passage.finish(result)
    }
}

fn check_size(request: &MetricRecordRequest) -> Result<(), ApiFailure> {
    if request.samples.is_empty() && request.rows.is_empty() {
        return Err(invalid("samples", "or `rows` must hold something"));
    }
    let in_rows: usize = request.rows.iter().map(|row| row.values.len()).sum();
    let values = request.samples.len() + in_rows;
    if values.max(request.rows.len()) <= METRIC_VALUES_PER_BATCH_MAX {
        return Ok(());
    }
    let message =
        format!("{values} values at once, at most {METRIC_VALUES_PER_BATCH_MAX} are taken");
    Err(ApiFailure::new(ErrorCode::PayloadTooLarge, message).hint("send less at a time"))
}

/// Where a value of a row came from: the item's index in the request, and the metric's name.
type Place = (usize, Arc<str>);

/// A request on its way to rows.
struct Batch<'c> {
    caller: &'c Caller,
    now_ms: i64,
    name_label: Arc<str>,
    rows: Vec<Row>,
    /// As `rows` and their values.
    places: Vec<Vec<Place>>,
    rejected: Vec<RejectedItem>,
    /// The row of an agent and a time, for samples; those given as rows stay as they are.
    row_of: HashMap<(Option<AgentId>, i64), usize>,
    agents: BTreeSet<AgentId>,
}

impl<'c> Batch<'c> {
    fn new(caller: &'c Caller, now_ms: i64) -> Self {
        Self {
            caller,
            now_ms,
            name_label: METRIC_NAME.into(),
            rows: Vec::new(),
            places: Vec::new(),
            rejected: Vec::new(),
            row_of: HashMap::new(),
            agents: BTreeSet::new(),
        }
    }

    fn take(&mut self, request: MetricRecordRequest) {
        let samples = request.samples.len();
        for (index, sample) in request.samples.into_iter().enumerate() {
            let taken = self.sample(index, sample);
            self.keep_refusal(index, taken);
        }
        for (at, row) in request.rows.into_iter().enumerate() {
            let taken = self.row(samples + at, row);
            self.keep_refusal(samples + at, taken);
        }
    }

    fn keep_refusal(&mut self, index: usize, taken: Result<(), ApiFailure>) {
        if let Err(failure) = taken {
            let error = failure.body.error;
            self.rejected.push(RejectedItem {
                index,
                code: error.code,
                message: error.message,
            });
        }
    }

    fn sample(&mut self, index: usize, sample: MetricSample) -> Result<(), ApiFailure> {
        check_labels(&sample.labels)?;
        check_value(&sample.name, sample.value)?;
        let agent = self.agent(sample.agent_id)?;
        let at_ms = sample.at.map_or(self.now_ms, |at| wire::from_time(at).0);
        let row = match self.row_of.get(&(agent.clone(), at_ms)) {
            Some(row) => *row,
            None => {
                let row = self.open_row(agent.as_ref(), BTreeMap::new(), at_ms);
                self.row_of.insert((agent, at_ms), row);
                row
            }
        };
        self.add(row, index, &sample.name, sample.labels, sample.value);
        Ok(())
    }

    fn row(&mut self, index: usize, row: MetricRow) -> Result<(), ApiFailure> {
        check_labels(&row.labels)?;
        let agent = self.agent(row.agent_id)?;
        let at_ms = row.at.map_or(self.now_ms, |at| wire::from_time(at).0);
        let to = self.open_row(agent.as_ref(), row.labels, at_ms);
        for (name, value) in row.values {
            match check_value(&name, value) {
                Ok(()) => self.add(to, index, &name, BTreeMap::new(), value),
                refusal => self.keep_refusal(index, refusal),
            }
        }
        Ok(())
    }

    /// Checked against the caller's token; remembered as heard of.
    fn agent(&mut self, agent_id: Option<String>) -> Result<Option<AgentId>, ApiFailure> {
        let agent = self.caller.author(agent_id)?;
        if let Some(agent) = &agent
            && !self.agents.contains(agent)
        {
            self.agents.insert(agent.clone());
        }
        Ok(agent)
    }

    fn open_row(
        &mut self,
        agent: Option<&AgentId>,
        labels: BTreeMap<String, String>,
        at_ms: i64,
    ) -> usize {
        let labels = labels.into_iter().map(label).chain(agent.map(agent_label));
        self.rows.push(Row {
            labels: Labels::new(labels),
            at_ms,
            values: Vec::new(),
        });
        self.places.push(Vec::new());
        self.rows.len() - 1
    }

    fn add(
        &mut self,
        row: usize,
        index: usize,
        name: &str,
        labels: BTreeMap<String, String>,
        value: f64,
    ) {
        let name: Arc<str> = name.into();
        let own = Label {
            name: Arc::clone(&self.name_label),
            value: Arc::clone(&name),
        };
        let key = Labels::new(labels.into_iter().map(label).chain([own]));
        self.rows[row].values.push(RowValue { key, value });
        self.places[row].push((index, name));
    }
}

fn label((name, value): (String, String)) -> Label {
    Label {
        name: name.into(),
        value: value.into(),
    }
}

fn check_value(name: &str, value: f64) -> Result<(), ApiFailure> {
    check_name(name)?;
    if name.starts_with(OWN_PREFIX) {
        return Err(the_servers_own(name));
    }
    if value.is_finite() {
        return Ok(());
    }
    Err(invalid("value", &format!("of `{name}` must be finite")))
}

fn located(refusal: &Refusal, places: &[Vec<Place>]) -> Option<RejectedItem> {
    let (index, name) = places.get(refusal.row)?.get(refusal.value)?;
    let (code, problem) = refused(refusal.reason);
    Some(RejectedItem {
        index: *index,
        code,
        message: format!("record `{name}`: {problem}"),
    })
}
