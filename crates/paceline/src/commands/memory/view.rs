//! Shared memory as people see it. Owns the columns; refuses JSON, which is the API's.

use paceline_api::{MemoryDeleted, MemoryEntry, MemoryHit, Page};

use crate::terminal::words::{short, time, time_or_nothing};
use crate::terminal::{Present, View};

const SNIPPET_SHOWN: usize = 80;

impl Present for Page<MemoryHit> {
    fn view(&self) -> View {
        let head = &[
            "namespace",
            "key",
            "#version",
            "!updated",
            "author",
            "tags",
            "value",
        ];
        let rows = self.items.iter().map(row).collect();
        let empty = "nothing found; `paceline memory set NAMESPACE KEY VALUE` adds a value";
        View::list(head, rows, empty).and_more(self.next_cursor.as_deref())
    }
}

fn row(hit: &MemoryHit) -> Vec<String> {
    let entry = &hit.entry;
    let shown = if hit.snippet.is_empty() {
        entry.value.as_str()
    } else {
        &hit.snippet
    };
    vec![
        entry.namespace.clone(),
        entry.key.clone(),
        entry.version.to_string(),
        time(entry.updated_at),
        entry.author.clone().unwrap_or_default(),
        entry.tags.join(", "),
        short(shown, SNIPPET_SHOWN),
    ]
}

impl Present for MemoryEntry {
    fn view(&self) -> View {
        View::facts([
            ("namespace", self.namespace.clone()),
            ("key", self.key.clone()),
            ("version", self.version.to_string()),
            ("tags", self.tags.join(", ")),
            ("author", self.author.clone().unwrap_or_default()),
            ("created", time(self.created_at)),
            ("updated", time(self.updated_at)),
            ("expires", time_or_nothing(self.expires_at)),
            ("value", self.value.to_string()),
        ])
    }
}

impl Present for MemoryDeleted {
    fn view(&self) -> View {
        let Self {
            namespace,
            key,
            version,
        } = self;
        View::sentence(format!(
            "{namespace}/{key} is gone; it was at version {version}."
        ))
    }
}
