//! What is told beside an answer. Owns Prometheus's prefixes, the place at the end and how many
//! are kept.

use std::cell::RefCell;

use crate::parse::line_and_column;

/// As many as Prometheus's HTTP API shows.
const SHOWN_MAX: usize = 10;

/// Beyond, further ones are not told from each other.
const COUNTED_MAX: usize = 1_000;

#[derive(Default)]
struct List {
    texts: Vec<String>,
}

impl List {
    fn add(&mut self, text: String) {
        if self.texts.len() < COUNTED_MAX && !self.texts.contains(&text) {
            self.texts.push(text);
        }
    }

    fn shown(self, kind: &str) -> Vec<String> {
        let mut texts = self.texts;
        let omitted = texts.len().saturating_sub(SHOWN_MAX);
        texts.truncate(SHOWN_MAX);
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
            self.warnings.into_inner().shown("warning"),
            self.infos.into_inner().shown("info"),
        )
    }
}
