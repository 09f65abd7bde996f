//! Units of rules. Owns that a rule's number is what the metric's definition says, whenever that comes; refuses
//! rules by expression, whose number can be anything.

use std::sync::Arc;

use super::rule::Rule;
use super::{Alerts, threshold};

impl Alerts {
    /// A definition may come after the rule, and be reworded.
    pub(super) fn learn_units(&self) {
        let rules = self.book.lock().rules.clone();
        let units = rules.iter().map(|rule| (rule, self.unit(rule)));
        let news: Vec<_> = units.filter(|(rule, unit)| *unit != rule.unit).collect();
        if news.is_empty() {
            return;
        }
        let mut book = self.book.lock();
        for (rule, unit) in news {
            let mut all = book.rules.iter_mut();
            // One that was said anew meanwhile has its unit with the next turn.
            if let Some(known) = all.find(|known| Arc::ptr_eq(known, rule)) {
                Arc::make_mut(known).unit = unit;
            }
        }
        self.touch(&mut book);
    }

    /// The same with the unit of its number as it is known now.
    #[must_use]
    pub(crate) fn measured(&self, rule: Rule) -> Rule {
        Rule {
            unit: self.unit(&rule),
            ..rule
        }
    }

    fn unit(&self, rule: &Rule) -> paceline_analysis::anomaly::Unit {
        let definition = |name: &str| self.metrics.definition(name);
        let said = rule.threshold.as_ref();
        let of_metric = said.and_then(|threshold| threshold::unit(threshold, definition));
        of_metric.unwrap_or(rule.unit)
    }
}
