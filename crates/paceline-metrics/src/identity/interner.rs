//! Each text once. Owns the shared copies of label names and values; forgets a text when nobody
//! else holds it any more.

use std::sync::Arc;

use hashbrown::HashSet;

use crate::{Label, Labels};

#[derive(Default)]
pub(super) struct Interner {
    texts: HashSet<Arc<str>>,
}

impl Interner {
    /// The same labels, made of shared texts.
    pub(super) fn share(&mut self, labels: &Labels) -> Labels {
        Labels::new(labels.iter().map(|label| Label {
            name: self.text(&label.name),
            value: self.text(&label.value),
        }))
    }

    fn text(&mut self, text: &Arc<str>) -> Arc<str> {
        self.texts.get_or_insert_with(text, Arc::clone).clone()
    }

    pub(super) fn sweep(&mut self) {
        self.texts.retain(|text| Arc::strong_count(text) > 1);
        self.texts.shrink_to_fit();
    }
}
