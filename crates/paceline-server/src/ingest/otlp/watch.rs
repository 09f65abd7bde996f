//! Attributes that used to come and stopped: programs rename or drop them between versions, and a
//! series that stays empty does not say why. Owns the bounded table of what came with which event;
//! refuses events that no rule reads, which bounds the table.

use std::collections::BTreeMap;

use parking_lot::Mutex;

use super::limits::{EXPECTED_AFTER, MISSING_AFTER, WATCHED_ATTRIBUTES_MAX};

#[derive(Default)]
pub struct Watch(Mutex<BTreeMap<Event, Seen>>);

/// The source and name of a rule.
type Event = (&'static str, &'static str);

#[derive(Default)]
struct Seen {
    events: u64,
    attributes: BTreeMap<String, Attribute>,
}

#[derive(Default)]
struct Attribute {
    /// The number of the last event that it came with, from 1.
    last: u64,
    /// How many events it came with in a row, up to `last`.
    row: u64,
    is_expected: bool,
    /// It was missing once and is shown, even when it came back.
    is_told: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    pub source: &'static str,
    pub event: &'static str,
    pub attribute: String,
    /// False when it came back.
    pub is_missing: bool,
}

impl Watch {
    /// True when the event made an attribute missing, or brought one back.
    pub fn see<'a>(&self, event: Event, names: impl Iterator<Item = &'a str>) -> bool {
        let mut all = self.0.lock();
        let seen = all.entry(event).or_default();
        seen.events += 1;
        let number = seen.events;
        let mut is_news = false;
        for name in names {
            if let Some(attribute) = seen.attributes.get_mut(name) {
                is_news |= attribute.is_told && MISSING_AFTER < number - attribute.last;
                attribute.row = if attribute.last + 1 == number {
                    attribute.row + 1
                } else {
                    1
                };
                attribute.last = number;
                attribute.is_expected |= EXPECTED_AFTER <= attribute.row;
            } else if seen.attributes.len() < WATCHED_ATTRIBUTES_MAX {
                let attribute = Attribute {
                    last: number,
                    row: 1,
                    ..Attribute::default()
                };
                seen.attributes.insert(name.to_owned(), attribute);
            }
        }
        for attribute in seen.attributes.values_mut() {
            if attribute.is_expected && number - attribute.last == MISSING_AFTER {
                attribute.is_told = true;
                is_news = true;
            }
        }
        is_news
    }

    /// What is missing, and what was and came back.
    pub fn told(&self) -> Vec<Missing> {
        let all = self.0.lock();
        let mut told = Vec::new();
        for ((source, event), seen) in &*all {
            for (name, attribute) in seen.attributes.iter().filter(|(_, one)| one.is_told) {
                told.push(Missing {
                    source,
                    event,
                    attribute: name.clone(),
                    is_missing: MISSING_AFTER <= seen.events - attribute.last,
                });
            }
        }
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: Event = ("claude_code", "claude_code.tool_result");

    fn see(watch: &Watch, times: u64, names: &[&str]) -> u64 {
        (0..times)
            .map(|_| u64::from(watch.see(EVENT, names.iter().copied())))
            .sum()
    }

    #[test]
    fn an_attribute_that_stopped_coming_is_told_once_and_its_return_too() {
        let watch = Watch::default();
        assert_eq!(see(&watch, 20, &["tool_name", "duration_ms"]), 0);
        assert_eq!(see(&watch, 19, &["tool_name"]), 0);
        assert_eq!(watch.told(), []);
        assert_eq!(see(&watch, 1, &["tool_name"]), 1);
        let told = |is_missing| Missing {
            source: EVENT.0,
            event: EVENT.1,
            attribute: "duration_ms".into(),
            is_missing,
        };
        assert_eq!(watch.told(), [told(true)]);
        assert_eq!(see(&watch, 50, &["tool_name"]), 0);
        assert_eq!(see(&watch, 5, &["tool_name", "duration_ms"]), 1);
        assert_eq!(watch.told(), [told(false)]);
    }

    #[test]
    fn an_attribute_that_comes_now_and_then_is_not_expected() {
        let watch = Watch::default();
        for _ in 0..40 {
            see(&watch, 1, &["tool_name", "error"]);
            see(&watch, 30, &["tool_name"]);
        }
        assert_eq!(watch.told(), []);
    }

    #[test]
    fn ever_new_attributes_stay_within_the_bound() {
        let watch = Watch::default();
        for at in 0..10_000 {
            see(&watch, 1, &[&format!("attribute_{at}")]);
        }
        assert_eq!(
            watch.0.lock()[&EVENT].attributes.len(),
            WATCHED_ATTRIBUTES_MAX
        );
    }
}
