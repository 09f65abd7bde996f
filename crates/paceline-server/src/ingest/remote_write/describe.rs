//! What senders say of metrics' names. Owns the bounds of these texts and the memory of what was
//! said already; refuses to hold samples up: a text that is too long is cut.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use paceline_metrics::Metadata;
use parking_lot::Mutex;

use super::message::{Described, Message, Unreadable};

const NAME_BYTES_MAX: usize = 1_024;
const UNIT_BYTES_MAX: usize = 256;
const HELP_BYTES_MAX: usize = 4_096;
/// Names that are remembered; those beyond are told to the engine each time.
const REMEMBERED_MAX: usize = 50_000;

/// # Errors
/// Where the message is malformed.
pub fn of_message(message: &Message<'_>) -> Result<Vec<(String, Metadata)>, Unreadable> {
    let all = message.descriptions()?;
    Ok(all.into_iter().filter_map(checked).collect())
}

/// None for a name that cannot be one.
pub fn checked(described: Described<'_>) -> Option<(String, Metadata)> {
    let name = std::str::from_utf8(described.name).ok()?;
    if name.is_empty() || NAME_BYTES_MAX < name.len() {
        return None;
    }
    let metadata = Metadata {
        kind: described.kind,
        unit: cut(described.unit, UNIT_BYTES_MAX),
        description: cut(described.help, HELP_BYTES_MAX),
    };
    Some((name.to_owned(), metadata))
}

fn cut(bytes: &[u8], bytes_max: usize) -> String {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(bytes_max)]);
    text.trim_end_matches('\u{fffd}').to_owned()
}

/// What was said of each name last: senders repeat it every minute.
#[derive(Default)]
pub struct Known {
    state: RandomState,
    last: Mutex<HashMap<u64, u64>>,
}

impl Known {
    /// Keeps what is news. It stays news until [`Self::remember`].
    pub fn news(&self, all: Vec<(String, Metadata)>) -> Vec<(String, Metadata)> {
        if all.is_empty() {
            return all;
        }
        let mut latest: HashMap<String, Metadata> = all.into_iter().collect();
        let last = self.last.lock();
        latest.retain(|name, metadata| {
            last.get(&self.state.hash_one(name)) != Some(&self.fingerprint(metadata))
        });
        latest.into_iter().collect()
    }

    /// These are on disk.
    pub fn remember(&self, all: &[(String, Metadata)]) {
        let mut last = self.last.lock();
        for (name, metadata) in all {
            let name = self.state.hash_one(name);
            if last.len() < REMEMBERED_MAX || last.contains_key(&name) {
                last.insert(name, self.fingerprint(metadata));
            }
        }
    }

    fn fingerprint(&self, metadata: &Metadata) -> u64 {
        let Metadata {
            kind,
            unit,
            description,
        } = metadata;
        self.state.hash_one((*kind as u8, unit, description))
    }
}

#[cfg(test)]
mod tests {
    use paceline_metrics::MetricKind;

    use super::*;

    fn described<'b>(name: &'b [u8], help: &'b [u8]) -> Option<(String, Metadata)> {
        checked(Described {
            name,
            kind: MetricKind::Gauge,
            unit: b"",
            help,
        })
    }

    #[test]
    fn texts_are_bounded_and_names_must_be_names() {
        assert_eq!(described(b"", b"x"), None);
        assert_eq!(described(b"\xff", b"x"), None);
        assert_eq!(described(&[b'a'; 1_025], b"x"), None);
        let long = "é".repeat(HELP_BYTES_MAX);
        let (_, metadata) = described(b"m", &long.as_bytes()[1..]).unwrap();
        assert!(metadata.description.len() <= HELP_BYTES_MAX + 2);
        assert!(metadata.description.ends_with('é'));
    }

    #[test]
    fn what_was_said_already_is_no_news() {
        let known = Known::default();
        let say = |help: &str| vec![described(b"m", help.as_bytes()).unwrap()];
        assert_eq!(known.news(say("one")).len(), 1);
        assert_eq!(known.news(say("one")).len(), 1, "it was not remembered yet");
        known.remember(&say("one"));
        assert!(known.news(say("one")).is_empty());
        assert_eq!(known.news(say("two")), say("two"));
        assert_eq!(known.news([say("one"), say("two")].concat()), say("two"));
    }
}
