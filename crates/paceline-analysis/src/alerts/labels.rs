//! What tells one alert from another. Owns label sets and their fingerprint; refuses to know which
//! label means what.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// Names and values, in the order of names.
pub type Labels = BTreeMap<String, String>;

const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;
/// Stands between names and values; no UTF-8 text holds it.
const SEPARATOR: u8 = 0xff;

/// The same for the same labels, in every process: FNV-1a over names and values in order, as
/// Prometheus and Alertmanager number a label set (`prometheus/common`, `model.LabelSet.Fingerprint`).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Fingerprint(pub u64);

impl Fingerprint {
    #[must_use]
    pub fn of(labels: &Labels) -> Self {
        let mut hash = OFFSET;
        let mut add = |text: &str| {
            for byte in text.bytes().chain([SEPARATOR]) {
                hash = (hash ^ u64::from(byte)).wrapping_mul(PRIME);
            }
        };
        for (name, value) in labels {
            add(name);
            add(value);
        }
        Self(hash)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:016x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(&str, &str)]) -> String {
        let labels = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        Fingerprint::of(&labels).to_string()
    }

    #[test]
    fn the_order_of_naming_does_not_count_and_borders_do() {
        let pairs = [("alertname", "a"), ("agent", "b")];
        let back = [pairs[1], pairs[0]];
        assert_eq!(of(&pairs), of(&back));
        assert_ne!(of(&[("a", "bc")]), of(&[("ab", "c")]));
        // Nothing hashed is FNV's offset.
        assert_eq!(of(&[]), "cbf29ce484222325");
    }
}
