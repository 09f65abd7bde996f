//! `count_values`: how many series of a group have each value, the value in a label.

use std::collections::HashMap;

use super::groups::{Groups, group_labels};
use super::param;
use crate::error::QueryError;
use crate::eval::column::{Column, is_present, without};
use crate::eval::context::{Evaluator, Sink};
use crate::eval::label_functions::{label_name, with_label};
use crate::eval::steps::Steps;
use crate::format::format_value;
use crate::parse::Aggregate;

impl Evaluator<'_> {
    pub(super) fn count_values(
        &self,
        aggregate: &Aggregate,
        steps: Steps,
        sink: &mut Sink<'_>,
    ) -> Result<(), QueryError> {
        let target = label_name(param(aggregate)?, "label name")?;
        let mut groups = Groups::new(&aggregate.grouping);
        let mut places: HashMap<(usize, u64), usize> = HashMap::new();
        let mut counted: Vec<Column> = Vec::new();
        self.vector(&aggregate.inner, steps, &mut |column| {
            // The value replaces a label of that name before series are grouped.
            let others = without(&column.labels, &[&*target]);
            let (group, _) = groups.place(&others);
            for (step, value) in column.values.iter().enumerate() {
                if !is_present(*value) {
                    continue;
                }
                let key = (group, bits_of(*value));
                let place = match places.get(&key) {
                    Some(place) => *place,
                    None => {
                        let labels = group_labels(&aggregate.grouping, &others);
                        let labels = with_label(&labels, &target, &format_value(*value));
                        counted.push(self.column(labels, steps)?);
                        places.insert(key, counted.len() - 1);
                        counted.len() - 1
                    }
                };
                add_one(&mut counted[place].values[step]);
            }
            Ok(())
        })?;
        counted.into_iter().try_for_each(sink)
    }
}

/// All NaN are one.
fn bits_of(value: f64) -> u64 {
    match value.is_nan() {
        true => f64::NAN.to_bits(),
        false => value.to_bits(),
    }
}

fn add_one(count: &mut f64) {
    *count = match is_present(*count) {
        true => *count + 1.0,
        false => 1.0,
    };
}
