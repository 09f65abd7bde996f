//! What an import did, row by row. Owns the numbers and their sentence; every row that was read is
//! in exactly one of them.

use serde::Serialize;

use crate::record_format::BadLines;

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Account {
    /// In the order in which they were read.
    pub files: Vec<FileAccount>,
    /// Names that import does not know and did not open.
    pub ignored: Vec<String>,
}

/// `rows_read = added + present + repeated + not_stored + dropped.total`
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct FileAccount {
    pub file: String,
    /// Such as `tool calls`.
    pub what: &'static str,
    pub rows_read: u64,
    pub added: u64,
    /// Were here before this import.
    pub present: u64,
    /// Further rows about a record that this import had already met.
    pub repeated: u64,
    /// Understood, and of a kind that has no place here; the notes say which.
    pub not_stored: u64,
    /// Could not be used: where, and why. In a JSON document the line is the item's number.
    pub dropped: BadLines,
    pub notes: Vec<String>,
}

impl FileAccount {
    /// Distinct records that the file holds.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.added + self.present
    }

    /// One line, such as ``5822 tool calls of 15128 rows in `tool-timing.jsonl`: 5822 added``.
    #[must_use]
    pub fn sentence(&self) -> String {
        let mut text = format!(
            "{} {} of {} rows in `{}`: {} added",
            self.records(),
            self.what,
            self.rows_read,
            self.file,
            self.added
        );
        let parts = [
            (self.present, "already here"),
            (self.repeated, "repeated"),
            (self.not_stored, "not stored"),
            (self.dropped.total, "dropped"),
        ];
        for (count, words) in parts {
            if 0 < count {
                text.push_str(&format!(", {count} {words}"));
            }
        }
        text
    }
}

impl Account {
    /// Distinct records of one kind over all files.
    #[must_use]
    pub fn records(&self, what: &str) -> u64 {
        self.of(what).map(FileAccount::records).sum()
    }

    /// Rows of one kind over all files, repeated ones included.
    #[must_use]
    pub fn rows(&self, what: &str) -> u64 {
        self.of(what).map(|file| file.rows_read).sum()
    }

    #[must_use]
    pub fn added(&self) -> u64 {
        self.files.iter().map(|file| file.added).sum()
    }

    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.files.iter().map(|file| file.dropped.total).sum()
    }

    /// One line a kind of record, files of a kind taken together.
    #[must_use]
    pub fn summary(&self) -> Vec<String> {
        let mut kinds: Vec<&'static str> = Vec::new();
        for file in &self.files {
            if !kinds.contains(&file.what) {
                kinds.push(file.what);
            }
        }
        let line = |kind: &'static str| {
            let added: u64 = self.of(kind).map(|file| file.added).sum();
            let (records, rows) = (self.records(kind), self.rows(kind));
            if records == rows {
                return format!("{records} {kind} ({added} added)");
            }
            format!("{records} {kind} of {rows} rows ({added} added)")
        };
        kinds.into_iter().map(line).collect()
    }

    fn of(&self, what: &str) -> impl Iterator<Item = &FileAccount> {
        self.files.iter().filter(move |file| file.what == what)
    }
}
