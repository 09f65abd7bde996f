//! Where an answer may differ from a Prometheus, and why. Owns the list; refuses a class without a
//! reason that can be read in Prometheus's own code or release notes.

use serde_json::Value;

pub struct Case<'a> {
    pub promql: &'a str,
    /// Of the Prometheus that was asked.
    pub version: &'a str,
    pub our: &'a (u16, Value),
    pub their: &'a (u16, Value),
}

struct Class {
    reason: &'static str,
    holds: fn(&Case<'_>) -> bool,
}

const CLASSES: &[Class] = &[];

pub fn explanation(case: &Case<'_>) -> Option<&'static str> {
    let class = CLASSES.iter().find(|class| (class.holds)(case))?;
    Some(class.reason)
}
