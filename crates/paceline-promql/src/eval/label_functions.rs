//! `label_replace` and `label_join`. Owns Go's replacement templates; refuses invalid label names.

use std::sync::Arc;

use paceline_metrics::{Label, Labels, METRIC_NAME};
use regex::Regex;

use super::column::Column;
use super::context::{Evaluator, Sink};
use super::merge::Merger;
use super::steps::Steps;
use super::unexpected;
use crate::error::QueryError;
use crate::parse::{Expr, Node};

impl Evaluator<'_> {
    pub(crate) fn label_replace(
        &self,
        args: &[Node],
        steps: Steps,
        sink: &mut Sink<'_>,
    ) -> Result<(), QueryError> {
        let target = label_name(&args[1], "destination label name in label_replace():")?;
        let template = text(&args[2])?;
        let source = text(&args[3])?;
        let pattern = text(&args[4])?;
        let regex = Regex::new(&format!("^(?s:{pattern})$")).map_err(|_| {
            QueryError::Execution(format!(
                "invalid regular expression in label_replace(): {pattern}"
            ))
        })?;
        let template = Template::parse(&template);
        self.relabeled(&args[0], steps, sink, &target, &mut |labels| {
            let captures = regex.captures(labels.get(&source))?;
            Some(template.expand(&captures))
        })
    }

    pub(crate) fn label_join(
        &self,
        args: &[Node],
        steps: Steps,
        sink: &mut Sink<'_>,
    ) -> Result<(), QueryError> {
        let target = label_name(&args[1], "destination label name in label_join():")?;
        let separator = text(&args[2])?;
        let sources = args[3..]
            .iter()
            .map(|arg| label_name(arg, "source label name in label_join():"))
            .collect::<Result<Vec<_>, _>>()?;
        self.relabeled(&args[0], steps, sink, &target, &mut |labels| {
            let values: Vec<&str> = sources.iter().map(|source| labels.get(source)).collect();
            Some(values.join(&separator))
        })
    }

    /// Sets one label to what `value` says, or leaves it.
    fn relabeled(
        &self,
        arg: &Node,
        steps: Steps,
        sink: &mut Sink<'_>,
        target: &Arc<str>,
        value: &mut dyn FnMut(&Labels) -> Option<String>,
    ) -> Result<(), QueryError> {
        let mut merger = Merger::default();
        self.vector(arg, steps, &mut |mut column: Column| {
            if let Some(value) = value(&column.labels) {
                column.labels = with_label(&column.labels, target, &value);
                if **target == *METRIC_NAME {
                    column.drop_name = false;
                }
            }
            merger.add(column)
        })?;
        merger.drain(sink)
    }
}

/// An empty value removes the label.
pub(crate) fn with_label(labels: &Labels, name: &Arc<str>, value: &str) -> Labels {
    let added = Label {
        name: Arc::clone(name),
        value: value.into(),
    };
    Labels::new(labels.iter().cloned().chain([added]))
}

pub(crate) fn text(node: &Node) -> Result<Arc<str>, QueryError> {
    match &node.without_parens().expr {
        Expr::Text(text) => Ok(Arc::clone(text)),
        Expr::InvalidText(quoted) => Err(QueryError::Execution(format!(
            "string {quoted} is not UTF-8"
        ))),
        _ => Err(unexpected("string")),
    }
}

/// Any text but the empty one is a label's name; `what` is only told when it is not.
pub(crate) fn label_name(node: &Node, what: &str) -> Result<Arc<str>, QueryError> {
    let invalid = |quoted: String| QueryError::Execution(format!("invalid {what} {quoted}"));
    match &node.without_parens().expr {
        Expr::InvalidText(quoted) => Err(invalid(quoted.clone())),
        _ => {
            let name = text(node)?;
            match name.is_empty() {
                true => Err(invalid("\"\"".to_owned())),
                false => Ok(name),
            }
        }
    }
}

enum Part {
    Literal(String),
    Group(usize),
    Named(String),
}

/// `$1`, `${1}`, `$name`, `${name}` and `$$`; what is none of these stands for itself, and a
/// group that does not exist for nothing.
struct Template(Vec<Part>);

impl Template {
    fn parse(text: &str) -> Self {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(dollar) = rest.find('$') {
            parts.push(Part::Literal(rest[..dollar].to_owned()));
            rest = &rest[dollar + 1..];
            if let Some(after) = rest.strip_prefix('$') {
                parts.push(Part::Literal("$".to_owned()));
                rest = after;
            } else if let Some((name, after)) = group_name(rest) {
                parts.push(match name.parse() {
                    Ok(number) => Part::Group(number),
                    Err(_) => Part::Named(name.to_owned()),
                });
                rest = after;
            } else {
                parts.push(Part::Literal("$".to_owned()));
            }
        }
        parts.push(Part::Literal(rest.to_owned()));
        Self(parts)
    }

    fn expand(&self, captures: &regex::Captures<'_>) -> String {
        let mut expanded = String::new();
        for part in &self.0 {
            let group = match part {
                Part::Literal(text) => {
                    expanded.push_str(text);
                    continue;
                }
                Part::Group(number) => captures.get(*number),
                Part::Named(name) => captures.name(name),
            };
            expanded.push_str(group.map_or("", |group| group.as_str()));
        }
        expanded
    }
}

/// The name after a dollar, and what follows.
fn group_name(text: &str) -> Option<(&str, &str)> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    if let Some(inner) = text.strip_prefix('{') {
        let (name, after) = inner.split_once('}')?;
        return (!name.is_empty() && name.chars().all(is_name)).then_some((name, after));
    }
    let end = text.find(|c| !is_name(c)).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::Template;

    #[test]
    fn templates_are_gos() {
        let regex = Regex::new("^(?P<word>[a-z]+)-(.*)$").expect("valid");
        let captures = regex.captures("abc-12").expect("matches");
        let check = |template: &str, expected: &str| {
            assert_eq!(Template::parse(template).expand(&captures), expected);
        };
        check("x-$1", "x-abc");
        check("$1x", "");
        check("${1}x$2", "abcx12");
        check("$word $$ $", "abc $ $");
        check("$9${", "${");
    }
}
