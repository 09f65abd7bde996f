//! The newest so many values. Owns their order; refuses to grow, and to trust what it is restored
//! from: any state can be read without a panic.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What is missing is `NaN` in memory and `null` outside.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Ring {
    capacity: u32,
    next: u32,
    #[serde(serialize_with = "write", deserialize_with = "read")]
    values: Vec<f32>,
}

impl Ring {
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity: capacity as u32,
            next: 0,
            values: Vec::new(),
        }
    }

    pub fn push(&mut self, value: f64) {
        let (len, capacity) = (self.values.len(), self.capacity as usize);
        if len < capacity {
            if len == self.values.capacity() {
                // Doubled, but never beyond what will be used.
                self.values.reserve_exact(len.max(8).min(capacity - len));
            }
            self.values.push(value as f32);
            self.next = 0;
        } else if let Some(at) = (self.next as usize).checked_rem(len) {
            self.values[at] = value as f32;
            self.next = (at as u32 + 1) % self.capacity.max(1);
        }
    }

    pub fn len(&self) -> usize {
        self.values.len()
    }

    pub fn is_full(&self) -> bool {
        self.capacity as usize <= self.values.len()
    }

    /// `ago` 0 is the newest.
    pub fn back(&self, ago: usize) -> Option<f64> {
        let len = self.values.len();
        let offset = len.checked_sub(ago + 1)?;
        let start = if self.is_full() {
            self.next as usize
        } else {
            0
        };
        Some(f64::from(self.values[(start + offset) % len]))
    }

    /// Newest first.
    pub fn iter(&self) -> impl Iterator<Item = f64> {
        (0..self.len()).filter_map(|ago| self.back(ago))
    }

    pub fn in_order(&self) -> Vec<f64> {
        let mut values: Vec<f64> = self.iter().collect();
        values.reverse();
        values
    }

    pub fn shift(&mut self, by: f64) {
        for value in &mut self.values {
            *value = (f64::from(*value) + by) as f32;
        }
    }

    pub fn clear(&mut self) {
        self.values.clear();
        self.next = 0;
    }

    pub fn bytes(&self) -> usize {
        self.values.capacity() * size_of::<f32>()
    }
}

pub(super) fn write<S: Serializer>(values: &[f32], serializer: S) -> Result<S::Ok, S::Error> {
    let finite = |value: &f32| value.is_finite().then_some(*value);
    serializer.collect_seq(values.iter().map(finite))
}

pub(super) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<f32>, D::Error> {
    let values = Vec::<Option<f32>>::deserialize(deserializer)?;
    Ok(values.into_iter().map(|v| v.unwrap_or(f32::NAN)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_values_are_kept_in_their_order_and_through_text() {
        let mut ring = Ring::new(3);
        (1..=5).for_each(|value| ring.push(f64::from(value)));
        assert_eq!(ring.in_order(), [3.0, 4.0, 5.0]);
        assert_eq!(
            (ring.back(0), ring.back(2), ring.back(3)),
            (Some(5.0), Some(3.0), None)
        );
        ring.push(f64::NAN);
        let text = serde_json::to_string(&ring).unwrap();
        let mut again: Ring = serde_json::from_str(&text).unwrap();
        assert!(again.back(0).unwrap().is_nan());
        again.push(7.0);
        assert_eq!((again.back(0), again.back(2)), (Some(7.0), Some(5.0)));
        again.clear();
        assert_eq!(again.back(0), None);
        let mut torn: Ring =
            serde_json::from_str(r#"{"capacity":2,"next":9,"values":[1,2,3]}"#).unwrap();
        torn.push(4.0);
        assert_eq!(torn.iter().count(), 3);
        Ring::new(0).push(1.0);
    }
}
