//! Annotations and labels with places to fill: `{{ $labels.agent }} waits {{ $value | humanizeDuration }}`.
//! Owns the part of Prometheus's templates that rules use: labels, the value, and functions in
//! pipelines, with the texts that they give there; refuses questions, loops and conditions, with the
//! name of what it refuses, so a template means the same in both or is not taken.
//!
//! "Template reference", Prometheus documentation, version 3.

mod action;
mod number;

use serde::{Deserialize, Serialize};

use super::Labels;
use action::Pipeline;

/// A filled text is cut off here: ten thousand alerts may each have one.
const FILLED_BYTES_MAX: usize = 4_096;

/// What a template is filled with.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    pub labels: &'a Labels,
    pub external_labels: &'a Labels,
    pub value: f64,
}

/// Why a text is no template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message} at byte {at} of `{text}`")]
pub struct TemplateError {
    pub message: String,
    pub at: usize,
    pub text: String,
}

/// A text that was read and checked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Template {
    text: String,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq)]
enum Part {
    Text(String),
    Action(Pipeline),
}

impl Template {
    /// # Errors
    /// [`TemplateError`] with the place of what cannot be read.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        let mut parts = Vec::new();
        let mut rest = text;
        let mut trims = false;
        while let Some(begin) = rest.find("{{") {
            let at = text.len() - rest.len() + begin;
            let end = rest[begin..]
                .find("}}")
                .ok_or_else(|| error(text, at, "`{{` without `}}`"))?;
            let inside = &rest[begin + 2..begin + end];
            let (trims_before, inside) = match inside.strip_prefix("- ") {
                Some(inside) => (true, inside),
                None => (false, inside),
            };
            let before = side(&rest[..begin], trims, trims_before);
            let (trims_after, inside) = match inside.strip_suffix(" -") {
                Some(inside) => (true, inside),
                None => (false, inside),
            };
            push_text(&mut parts, before);
            let pipeline = action::parse(inside).map_err(|message| error(text, at, &message))?;
            parts.push(Part::Action(pipeline));
            rest = &rest[begin + end + 2..];
            trims = trims_after;
        }
        push_text(&mut parts, side(rest, trims, false));
        Ok(Self {
            text: text.to_owned(),
            parts,
        })
    }

    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text with its places filled, at most four kilobytes of it; what cannot be filled with these
    /// facts (a text where a number is needed) says so at its place.
    #[must_use]
    pub fn fill(&self, facts: &Facts<'_>) -> String {
        let mut filled = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => filled.push_str(text),
                Part::Action(pipeline) => match pipeline.value(facts) {
                    Ok(value) => filled.push_str(&value.to_string()),
                    Err(message) => {
                        filled.push_str("<error: ");
                        filled.push_str(&message);
                        filled.push('>');
                    }
                },
            }
            if FILLED_BYTES_MAX < filled.len() {
                filled.truncate(filled.floor_char_boundary(FILLED_BYTES_MAX));
                filled.push('…');
                break;
            }
        }
        filled
    }
}

impl TryFrom<String> for Template {
    type Error = TemplateError;

    fn try_from(text: String) -> Result<Self, TemplateError> {
        Self::parse(&text)
    }
}

impl From<Template> for String {
    fn from(template: Template) -> Self {
        template.text
    }
}

fn side(text: &str, trims_start: bool, trims_end: bool) -> &str {
    let text = if trims_start { text.trim_start() } else { text };
    if trims_end { text.trim_end() } else { text }
}

fn push_text(parts: &mut Vec<Part>, text: &str) {
    if !text.is_empty() {
        parts.push(Part::Text(text.to_owned()));
    }
}

fn error(text: &str, at: usize, message: &str) -> TemplateError {
    TemplateError {
        message: message.to_owned(),
        at,
        text: text.chars().take(200).collect(),
    }
}

#[cfg(test)]
mod tests;
