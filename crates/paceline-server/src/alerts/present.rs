//! Series as of now. Owns that questions of rules see the server's own figures as they are this
//! second: these are recorded every few seconds only, because a second's resolution of them would
//! cost more disk than it is worth. Refuses to store anything.
//!
//! What the engine has is continued by the present value; a series of an own family that is not
//! there any more ends now.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

use paceline_metrics::{
    Engine, Labels, METRIC_NAME, MatchOp, Matcher, Metadata, Select, Selection, Series,
    SeriesSource, SourceError, TimeRange, stale_marker,
};
use parking_lot::Mutex;

use crate::metrics::own::OwnSeries;
use crate::operations::OWN_PREFIX;
use crate::recorder::Recorder;
use crate::recorder::family::Family;

pub struct Present<'p> {
    engine: &'p Engine,
    recorder: &'p Recorder,
    now_ms: i64,
    has_agents: bool,
    fleet: OnceLock<ByName>,
    agents: OnceLock<ByName>,
    names: &'p Mutex<OwnSeries>,
    /// What recording rules have found in this turn.
    recorded: Mutex<ByName>,
}

/// What is known now of one metric.
struct Known {
    samples: Arc<Vec<(Labels, f64)>>,
    /// A series that is not among them is not there any more.
    is_all: bool,
}

/// Present values by metric name.
type ByName = BTreeMap<String, Arc<Vec<(Labels, f64)>>>;

/// Own families that are of agents.
const OF_AGENTS: [&str; 2] = ["paceline_agent_", "paceline_tool_call"];

impl<'p> Present<'p> {
    pub fn new(
        engine: &'p Engine,
        recorder: &'p Recorder,
        names: &'p Mutex<OwnSeries>,
        has_agents: bool,
        now_ms: i64,
    ) -> Self {
        Self {
            engine,
            recorder,
            now_ms,
            has_agents,
            fleet: OnceLock::new(),
            agents: OnceLock::new(),
            names,
            recorded: Mutex::default(),
        }
    }

    /// Takes in what a recording rule has found.
    pub fn record(&self, name: &str, samples: Vec<(Labels, f64)>) {
        let mut recorded = self.recorded.lock();
        Arc::make_mut(recorded.entry(name.to_owned()).or_default()).extend(samples);
    }

    /// What is known now of the one metric that the selection names; None: nothing of ours.
    fn present(&self, select: &Select) -> Option<Known> {
        let is_now = select.range.from_ms <= self.now_ms && self.now_ms <= select.range.to_ms;
        let is_name =
            |matcher: &&Matcher| matcher.name == METRIC_NAME && matcher.op == MatchOp::Equal;
        let name = &select.matchers.iter().find(is_name)?.value;
        if !is_now {
            return None;
        }
        if let Some(found) = self.recorded.lock().get(name.as_str()) {
            return Some(Known {
                samples: Arc::clone(found),
                is_all: false,
            });
        }
        if !name.starts_with(OWN_PREFIX) {
            return None;
        }
        let is_of_agents = OF_AGENTS.iter().any(|prefix| name.starts_with(prefix));
        let known = if is_of_agents {
            self.agents.get_or_init(|| self.read_agents())
        } else {
            self.fleet
                .get_or_init(|| self.read(&self.recorder.families()))
        };
        let samples = Arc::clone(known.get(name.as_str())?);
        Some(Known {
            samples,
            is_all: true,
        })
    }

    fn read(&self, families: &[Family<'_>]) -> ByName {
        let rows = self.names.lock().rows(families, self.now_ms);
        // A family without points is known to have none: what was recorded of it ends.
        let mut all: ByName = families
            .iter()
            .map(|family| (family.about.name.to_owned(), Arc::default()))
            .collect();
        for value in rows.into_iter().flat_map(|row| row.values) {
            let name = value.key.metric_name().to_owned();
            Arc::make_mut(all.entry(name).or_default()).push((value.key, value.value));
        }
        all
    }

    fn read_agents(&self) -> ByName {
        if !self.has_agents {
            return ByName::new();
        }
        let rows = self
            .names
            .lock()
            .agent_rows(&self.recorder.agent_families(), self.now_ms);
        let mut all = ByName::new();
        for row in rows {
            for value in row.values {
                let name = value.key.metric_name().to_owned();
                let labels = Labels::new(value.key.iter().chain(row.labels.iter()).cloned());
                Arc::make_mut(all.entry(name).or_default()).push((labels, value.value));
            }
        }
        all
    }
}

impl SeriesSource for Present<'_> {
    fn select<'s>(&'s self, select: &Select) -> Result<Selection<'s>, SourceError> {
        let selection = self.engine.select(select)?;
        let Some(present) = self.present(select) else {
            return Ok(selection);
        };
        let matching = present.samples.iter().filter(|(labels, _)| {
            let mut matchers = select.matchers.iter();
            matchers.all(|matcher| matcher.matches_labels(labels))
        });
        let mut left: HashMap<&Labels, f64> =
            matching.map(|(labels, value)| (labels, *value)).collect();
        let mut all = Vec::new();
        for series in selection.series {
            let mut series = series?;
            match left.remove(&series.labels) {
                Some(value) => append(&mut series, self.now_ms, value),
                // The engine's own series that nobody counts any more end now.
                None if present.is_all => append(&mut series, self.now_ms, stale_marker()),
                None => {}
            }
            all.push(Ok(series));
        }
        all.extend(left.into_iter().map(|(labels, value)| {
            Ok(Series {
                labels: labels.clone(),
                timestamps: Arc::from([self.now_ms]),
                values: vec![value],
            })
        }));
        Ok(Selection {
            series: Box::new(all.into_iter()),
            ..selection
        })
    }

    fn series(
        &self,
        sets: &[Vec<Matcher>],
        range: TimeRange,
        limit: usize,
    ) -> Result<Vec<Labels>, SourceError> {
        self.engine.series(sets, range, limit)
    }

    fn label_names(
        &self,
        sets: &[Vec<Matcher>],
        range: TimeRange,
    ) -> Result<Vec<String>, SourceError> {
        self.engine.label_names(sets, range)
    }

    fn label_values(
        &self,
        name: &str,
        sets: &[Vec<Matcher>],
        range: TimeRange,
    ) -> Result<Vec<String>, SourceError> {
        self.engine.label_values(name, sets, range)
    }

    fn metadata(&self) -> Result<Vec<(String, Metadata)>, SourceError> {
        self.engine.metadata()
    }
}

fn append(series: &mut Series, now_ms: i64, value: f64) {
    if series.timestamps.last().is_some_and(|last| now_ms <= *last) {
        return;
    }
    let timestamps = series.timestamps.iter().copied().chain([now_ms]);
    series.timestamps = timestamps.collect();
    series.values.push(value);
}
