//! What names a series. Owns the sorted list of label pairs; refuses duplicate names and empty
//! values, which mean "no such label".

use std::fmt;
use std::sync::Arc;

/// The label that holds the metric's name.
pub const METRIC_NAME: &str = "__name__";

/// One pair. Texts are shared: an agent's name is stored once, however many series carry it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label {
    pub name: Arc<str>,
    pub value: Arc<str>,
}

/// A series' labels, sorted by name, each name once, no empty value.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Labels(Arc<[Label]>);

impl Labels {
    /// Sorts; of two labels with one name the last wins; an empty value removes the label.
    #[must_use]
    pub fn new(labels: impl IntoIterator<Item = Label>) -> Self {
        let mut sorted: Vec<Label> = labels.into_iter().collect();
        sorted.sort_by(|one, other| one.name.cmp(&other.name));
        let mut kept: Vec<Label> = Vec::with_capacity(sorted.len());
        for label in sorted {
            if kept.last().is_some_and(|last| last.name == label.name) {
                kept.pop();
            }
            kept.push(label);
        }
        kept.retain(|label| !label.value.is_empty());
        Self(kept.into())
    }

    #[must_use]
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self::new(pairs.into_iter().map(|(name, value)| Label {
            name: name.into(),
            value: value.into(),
        }))
    }

    /// Both together; they have no name in common.
    pub(crate) fn joined(&self, other: &Self) -> Self {
        let mut all = Vec::with_capacity(self.len() + other.len());
        let (mut left, mut right) = (self.0.iter().peekable(), other.0.iter().peekable());
        while let (Some(one), Some(another)) = (left.peek(), right.peek()) {
            let is_left = one.name < another.name;
            all.extend(if is_left { left.next() } else { right.next() }.cloned());
        }
        all.extend(left.chain(right).cloned());
        Self(all.into())
    }

    /// The value of a label, empty when it is absent: PromQL makes no difference.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|label| &*label.name == name)
            .map_or("", |label| &label.value)
    }

    #[must_use]
    pub fn metric_name(&self) -> &str {
        self.get(METRIC_NAME)
    }

    pub fn iter(&self) -> std::slice::Iter<'_, Label> {
        self.0.iter()
    }

    /// Equal, and cheap to see when both are one shared list.
    pub(crate) fn same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self == other
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'a> IntoIterator for &'a Labels {
    type Item = &'a Label;
    type IntoIter = std::slice::Iter<'a, Label>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// As in PromQL: `name{a="b"}`.
impl fmt::Display for Labels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.metric_name();
        f.write_str(name)?;
        let rest: Vec<String> = self
            .iter()
            .filter(|label| &*label.name != METRIC_NAME)
            .map(|label| format!("{}={:?}", label.name, label.value))
            .collect();
        if rest.is_empty() && !name.is_empty() {
            return Ok(());
        }
        write!(f, "{{{}}}", rest.join(", "))
    }
}

impl fmt::Debug for Labels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::Labels;

    #[test]
    fn labels_are_sorted_and_an_empty_value_is_no_label() {
        let check = |pairs: &[(&str, &str)], expected| {
            assert_eq!(
                Labels::from_pairs(pairs.iter().copied()).to_string(),
                expected
            );
        };
        check(
            &[("b", "2"), ("__name__", "m"), ("a", "1")],
            r#"m{a="1", b="2"}"#,
        );
        check(&[("a", "1"), ("a", "2")], r#"{a="2"}"#);
        check(&[("a", "")], "{}");
        check(&[("__name__", "m")], "m");
    }

    #[test]
    fn joined_labels_are_sorted() {
        let check = |one: &[(&str, &str)], other: &[(&str, &str)]| {
            let of = |pairs: &[(&str, &str)]| Labels::from_pairs(pairs.iter().copied());
            assert_eq!(of(one).joined(&of(other)), of(&[one, other].concat()));
        };
        check(&[("a", "1"), ("d", "4")], &[("__name__", "m"), ("b", "2")]);
        check(&[], &[("b", "2")]);
        check(&[("b", "2")], &[]);
    }
}
