//! What is told beside an answer. Owns Prometheus's prefixes, the place at the end and how many
//! are kept.

use std::cell::RefCell;
use std::collections::HashSet;

use crate::parse::line_and_column;

/// As many as Prometheus's HTTP API shows.
const SHOWN_MAX: usize = 10;

/// Beyond, further ones are not told from each other.
const COUNTED_MAX: usize = 1_000;

#[derive(Default)]
struct List {
    shown: Vec<String>,
    seen: HashSet<String>,
}

impl List {
    fn add(&mut self, text: String) {
        if COUNTED_MAX <= self.seen.len() || self.seen.contains(&text) {
            return;
        }
        if self.shown.len() < SHOWN_MAX {
            self.shown.push(text.clone());
        }
        self.seen.insert(text);
    }

    fn into_texts(self, kind: &str) -> Vec<String> {
        let omitted = self.seen.len() - self.shown.len();
        let mut texts = self.shown;
        if omitted > 0 {
            texts.push(format!("{omitted} more {kind} annotations omitted"));
        }
        texts
    }
}

pub(crate) struct Notes<'q> {
    question: &'q str,
    warnings: RefCell<List>,
    infos: RefCell<List>,
}

impl<'q> Notes<'q> {
    pub(crate) fn new(question: &'q str) -> Self {
        Self {
            question,
            warnings: RefCell::default(),
            infos: RefCell::default(),
        }
    }

    /// About the expression that starts at byte `at`.
    pub(crate) fn warn(&self, at: usize, text: &str) {
        let (line, column) = line_and_column(self.question, at);
        let text = format!("PromQL warning: {text} ({line}:{column})");
        self.warnings.borrow_mut().add(text);
    }

    /// About the expression that starts at byte `at`.
    pub(crate) fn info(&self, at: usize, text: &str) {
        let (line, column) = line_and_column(self.question, at);
        let text = format!("PromQL info: {text} ({line}:{column})");
        self.infos.borrow_mut().add(text);
    }

    /// From the source, about no expression.
    pub(crate) fn warn_of_source(&self, text: String) {
        self.warnings.borrow_mut().add(text);
    }

    pub(crate) fn into_lists(self) -> (Vec<String>, Vec<String>) {
        (
            self.warnings.into_inner().into_texts("warning"),
            self.infos.into_inner().into_texts("info"),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Notes;

    #[test]
    fn a_note_is_told_once_and_only_some_are_shown() {
        let notes = Notes::new("rate(m[5m])");
        for number in 0..12 {
            notes.warn(5, &format!("number {number}"));
            notes.warn(5, &format!("number {number}"));
        }
        notes.info(0, "once");
        let (warnings, infos) = notes.into_lists();
        assert_eq!(warnings.len(), 11);
        assert_eq!(warnings[0], "PromQL warning: number 0 (1:6)");
        assert_eq!(warnings[10], "2 more warning annotations omitted");
        assert_eq!(infos, ["PromQL info: once (1:1)"]);
    }
}
