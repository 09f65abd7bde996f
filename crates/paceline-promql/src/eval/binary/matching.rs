//! Two vectors, series by series. Owns the rules of one-to-one, many-to-one and one-to-many and
//! the labels of the result. Keys are made once a series; only what depends on a step is looked
//! at there.

use std::sync::Arc;

use paceline_metrics::{Label, Labels, METRIC_NAME};

use super::operation::{filtered, scalar_operation};
use super::signature::{Grouped, is_listed, presence};
use crate::error::QueryError;
use crate::eval::column::{Column, is_present, without_name};
use crate::eval::context::{Evaluator, Sink};
use crate::eval::merge::Merger;
use crate::eval::steps::Steps;
use crate::parse::{Binary, Cardinality};

impl Evaluator<'_> {
    pub(super) fn matched(
        &self,
        binary: &Binary,
        steps: Steps,
        sink: &mut Sink<'_>,
    ) -> Result<(), QueryError> {
        let left = Grouped::new(&binary.matching, self.columns(&binary.left, steps)?);
        let right = Grouped::new(&binary.matching, self.columns(&binary.right, steps)?);
        let is_swapped = binary.matching.cardinality == Cardinality::OneToMany;
        let (many, one) = match is_swapped {
            true => (right, left),
            false => (left, right),
        };
        let many_presence = presence(many.columns(), steps.count);
        for (key, columns) in &one.groups {
            self.check()?;
            check_unique(key, columns, &many_presence, is_swapped)?;
        }
        let mut merger = Merger::default();
        for (key, columns) in many.groups {
            self.check()?;
            let partners = one.get(&key);
            if binary.matching.cardinality == Cardinality::OneToOne {
                check_one_to_one(&columns, partners, steps)?;
            }
            for many in &columns {
                for one in partners {
                    if let Some(column) = self.operated(binary, many, one, steps)? {
                        merger
                            .add(column)
                            .map_err(|error| of_grouping(binary, error))?;
                    }
                }
            }
        }
        merger.drain(sink)
    }

    fn operated(
        &self,
        binary: &Binary,
        many: &Column,
        one: &Column,
        steps: Steps,
    ) -> Result<Option<Column>, QueryError> {
        let operate = scalar_operation(binary.op);
        let is_swapped = binary.matching.cardinality == Cardinality::OneToMany;
        let is_filter = binary.op.is_comparison() && !binary.return_bool;
        let mut result = self.column(Labels::default(), steps)?;
        let pairs = many.values.iter().zip(&one.values);
        for (out, (many, one)) in result.values.iter_mut().zip(pairs) {
            if !is_present(*many) || !is_present(*one) {
                continue;
            }
            let (left, right) = if is_swapped {
                (*one, *many)
            } else {
                (*many, *one)
            };
            let found = operate(left, right);
            *out = if is_filter {
                filtered(found, left)
            } else {
                found
            };
        }
        if !result.has_values() {
            return Ok(None);
        }
        result.drop_name = many.drop_name && is_filter;
        result.labels = result_labels(binary, &many.labels, &one.labels);
        if binary.return_bool {
            self.drop_name(&mut result);
        }
        Ok(Some(result))
    }
}

/// Two series of the "one" side with one key at one step, while the other side has any.
fn check_unique(
    key: &Labels,
    columns: &[Column],
    many_presence: &[bool],
    is_swapped: bool,
) -> Result<(), QueryError> {
    if columns.len() < 2 {
        return Ok(());
    }
    for (step, _) in many_presence
        .iter()
        .enumerate()
        .filter(|(_, there)| **there)
    {
        let mut found = columns
            .iter()
            .filter(|column| is_present(column.values[step]))
            .map(|column| &column.labels);
        if let (Some(first), Some(second)) = (found.next(), found.next()) {
            let side = if is_swapped { "left" } else { "right" };
            let (first, second) = (first.min(second), first.max(second));
            return Err(QueryError::Execution(format!(
                "found duplicate series for the match group {} on the {side} hand-side of the operation: [{}, {}];many-to-many matching not allowed: matching labels must be unique on one side",
                as_go(key),
                as_go(first),
                as_go(second)
            )));
        }
    }
    Ok(())
}

/// Whether or not a comparison keeps them, two series must not match one.
fn check_one_to_one(many: &[Column], partners: &[Column], steps: Steps) -> Result<(), QueryError> {
    if many.len() < 2 || partners.is_empty() {
        return Ok(());
    }
    let partner_presence = presence(partners.iter(), steps.count);
    let is_double = |step: &usize| {
        partner_presence[*step]
            && many
                .iter()
                .filter(|column| is_present(column.values[*step]))
                .nth(1)
                .is_some()
    };
    match (0..steps.count).find(is_double) {
        None => Ok(()),
        Some(_) => Err(QueryError::Execution(
            "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)"
                .to_owned(),
        )),
    }
}

fn of_grouping(binary: &Binary, error: QueryError) -> QueryError {
    match binary.matching.cardinality {
        Cardinality::OneToOne => error,
        _ => QueryError::Execution(
            "multiple matches for labels: grouping labels must ensure unique matches".to_owned(),
        ),
    }
}

fn result_labels(binary: &Binary, many: &Labels, one: &Labels) -> Labels {
    let matching = &binary.matching;
    if matching.cardinality != Cardinality::OneToOne {
        let kept = match binary.op.is_comparison() {
            true => many.clone(),
            false => without_name(many),
        };
        return with_included(&kept, one, &matching.include);
    }
    let kept = many.iter().filter(|label| {
        let keeps_name = binary.op.is_comparison() || &*label.name != METRIC_NAME;
        keeps_name && matching.on == is_listed(matching, &label.name)
    });
    Labels::new(kept.cloned())
}

/// An included label that the "one" side does not have is removed.
fn with_included(many: &Labels, one: &Labels, include: &[String]) -> Labels {
    if include.is_empty() {
        return many.clone();
    }
    let added = include.iter().map(|name| {
        let found = one.iter().find(|label| *label.name == **name);
        found.cloned().unwrap_or_else(|| Label {
            name: Arc::from(name.as_str()),
            value: Arc::from(""),
        })
    });
    Labels::new(many.iter().cloned().chain(added))
}

/// With the name as a label like the others.
fn as_go(labels: &Labels) -> String {
    let pairs: Vec<String> = labels
        .iter()
        .map(|label| format!("{}={:?}", label.name, label.value))
        .collect();
    format!("{{{}}}", pairs.join(", "))
}
