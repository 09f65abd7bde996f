//! The server's own series on their way into its own engine. Owns how families become rows: one for
//! the server, one for each agent, all of one time.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use paceline_metrics::{Label, Labels, METRIC_NAME, Metadata, Row, RowValue, stale_marker};

use crate::operations::AGENT_LABEL;
use crate::recorder::family::{Family, Point};

/// What was recorded last, so that what is gone is told to be gone.
#[derive(Debug, Default)]
pub struct OwnSeries {
    names: HashMap<&'static str, Arc<str>>,
    /// Keys of each agent's series.
    agents: BTreeMap<Arc<str>, Vec<Labels>>,
}

impl OwnSeries {
    /// Rows of the server's own families.
    pub fn rows(&mut self, families: &[Family<'_>], at_ms: i64) -> Vec<Row> {
        let points = families
            .iter()
            .flat_map(|family| family.points.iter().map(move |point| (family, point)));
        let values = points.map(|(family, point)| RowValue {
            key: self.key(family.about.name, point, None),
            value: point.value,
        });
        let values: Vec<_> = values.collect();
        if values.is_empty() {
            return Vec::new();
        }
        vec![Row {
            labels: Labels::default(),
            at_ms,
            values,
        }]
    }

    /// A row an agent; an agent that is not there any more gets a last one, of staleness markers.
    pub fn agent_rows(&mut self, families: &[Family<'_>], at_ms: i64) -> Vec<Row> {
        let mut by_agent: BTreeMap<Arc<str>, Vec<RowValue>> = BTreeMap::new();
        for family in families {
            for point in &family.points {
                let Some(agent) = point.labels.iter().find(|label| label.0 == AGENT_LABEL) else {
                    continue;
                };
                let key = self.key(family.about.name, point, Some(AGENT_LABEL));
                let value = RowValue {
                    key,
                    value: point.value,
                };
                match by_agent.get_mut(&*agent.1) {
                    Some(values) => values.push(value),
                    None => {
                        by_agent.insert((&*agent.1).into(), vec![value]);
                    }
                }
            }
        }
        let gone = self.gone(&by_agent);
        by_agent
            .into_iter()
            .chain(gone)
            .map(|(agent, values)| Row {
                labels: self.target(agent),
                at_ms,
                values,
            })
            .collect()
    }

    /// Staleness markers for agents that are not in `present`, which is remembered instead.
    fn gone(
        &mut self,
        present: &BTreeMap<Arc<str>, Vec<RowValue>>,
    ) -> Vec<(Arc<str>, Vec<RowValue>)> {
        let keys = |values: &Vec<RowValue>| values.iter().map(|value| value.key.clone()).collect();
        let now = present
            .iter()
            .map(|(agent, values)| (Arc::clone(agent), keys(values)))
            .collect();
        let before = std::mem::replace(&mut self.agents, now);
        let gone = before
            .into_iter()
            .filter(|(agent, _)| !present.contains_key(agent));
        let ended = |key| RowValue {
            key,
            value: stale_marker(),
        };
        gone.map(|(agent, keys)| (agent, keys.into_iter().map(ended).collect()))
            .collect()
    }

    fn target(&mut self, agent: Arc<str>) -> Labels {
        let name = self.interned(AGENT_LABEL);
        Labels::new([Label { name, value: agent }])
    }

    fn key(&mut self, name: &str, point: &Point<'_>, except: Option<&str>) -> Labels {
        let mut labels = Vec::with_capacity(point.labels.len() + 1);
        labels.push(Label {
            name: self.interned(METRIC_NAME),
            value: match point.suffix {
                "" => name.into(),
                suffix => format!("{name}{suffix}").into(),
            },
        });
        for (name, value) in &point.labels {
            if except != Some(name) {
                labels.push(Label {
                    name: self.interned(name),
                    value: (&**value).into(),
                });
            }
        }
        Labels::new(labels)
    }

    fn interned(&mut self, name: &'static str) -> Arc<str> {
        Arc::clone(self.names.entry(name).or_insert_with(|| name.into()))
    }
}

/// What is said of the families' names.
pub fn definitions(families: &[Family<'_>]) -> Vec<(String, Metadata)> {
    let about = families.iter().map(|family| family.about);
    about
        .map(|about| {
            let metadata = Metadata {
                kind: about.kind,
                unit: about.unit.to_owned(),
                description: about.help.to_owned(),
            };
            (about.name.to_owned(), metadata)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use paceline_metrics::{MetricKind, is_stale};

    use super::*;
    use crate::recorder::family::About;

    fn family(agents: &[&str]) -> Family<'static> {
        let mut family = Family::of(About {
            name: "paceline_agent_tasks_total",
            kind: MetricKind::Counter,
            unit: "",
            help: "Tasks.",
        });
        for agent in agents {
            let labels = vec![
                ("agent", (*agent).to_owned().into()),
                ("outcome", "completed".into()),
            ];
            family.add(labels, 1.0);
        }
        family
    }

    #[test]
    fn an_agent_that_is_gone_gets_one_row_that_says_so() {
        let mut own = OwnSeries::default();
        let first = own.agent_rows(&[family(&["a", "b"])], 1);
        assert_eq!(first.len(), 2);
        assert_eq!(first[0].labels.to_string(), r#"{agent="a"}"#);
        let key = r#"paceline_agent_tasks_total{outcome="completed"}"#;
        assert_eq!(first[0].values[0].key.to_string(), key);
        let second = own.agent_rows(&[family(&["b"])], 2);
        let ended: Vec<_> = second
            .iter()
            .map(|row| (row.labels.get("agent"), is_stale(row.values[0].value)))
            .collect();
        assert_eq!(ended, [("b", false), ("a", true)]);
        assert_eq!(own.agent_rows(&[family(&["b"])], 3).len(), 1);
        assert!(own.rows(&[], 4).is_empty());
    }
}
