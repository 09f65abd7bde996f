//! Things found by name. Owns a lookup that allocates nothing for a known name, and a bound on how
//! many names are told apart: records may come from anywhere.

use std::collections::HashMap;

const NAMES_MAX: usize = 1_000;
const OTHER: &str = "(other)";

#[derive(Debug, Default)]
pub(super) struct Named<T> {
    places: HashMap<String, usize>,
    items: Vec<(String, T)>,
}

impl<T: Default> Named<T> {
    pub fn new() -> Self {
        Self {
            places: HashMap::new(),
            items: Vec::new(),
        }
    }

    /// The item of this name; of all further names together when there are too many.
    pub fn item(&mut self, name: &str) -> &mut T {
        let place = match self.places.get(name) {
            Some(place) => *place,
            None => self.add(name),
        };
        &mut self.items[place].1
    }

    fn add(&mut self, name: &str) -> usize {
        let name = if self.items.len() < NAMES_MAX {
            name
        } else {
            OTHER
        };
        let next = self.items.len();
        let place = *self.places.entry(name.to_owned()).or_insert(next);
        if place == next {
            self.items.push((name.to_owned(), T::default()));
        }
        place
    }

    /// By name, so that nothing depends on the order in which they came.
    pub fn into_sorted(mut self) -> Vec<(String, T)> {
        self.items.sort_by(|a, b| a.0.cmp(&b.0));
        self.items
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_beyond_the_bound_share_one_item() {
        let mut named = Named::<u32>::new();
        for round in 0..2 {
            for name in 0..2_000 {
                *named.item(&name.to_string()) += 1 + round;
            }
        }
        let items = named.into_sorted();
        assert_eq!(items.len(), NAMES_MAX + 1);
        assert_eq!(items[0], (OTHER.to_owned(), 3_000));
        assert_eq!(items[1], ("0".to_owned(), 3));
    }
}
