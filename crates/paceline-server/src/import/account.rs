//! What an import did, row by row. Owns the numbers and their sentence; every row that was read is
//! in exactly one of them.

use serde::Serialize;

use crate::record_format::BadLines;

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Account {
    /// One entry a kind of record, files of a kind taken together.
    pub totals: Vec<Total>,
    /// In the order in which they were read.
    pub files: Vec<FileAccount>,
    /// Names that import does not know and did not open.
    pub ignored: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Total {
    /// Such as `tool calls`.
    pub what: &'static str,
    pub rows_read: u64,
    /// Distinct ones; those that were here before included.
    pub records: u64,
    pub added: u64,
    pub present: u64,
    pub repeated: u64,
    pub not_stored: u64,
    pub dropped: u64,
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
    #[must_use]
    pub fn new(files: Vec<FileAccount>, ignored: Vec<String>) -> Self {
        let mut totals: Vec<Total> = Vec::new();
        for file in &files {
            let known = totals.iter().position(|total| total.what == file.what);
            let place = known.unwrap_or_else(|| {
                totals.push(Total {
                    what: file.what,
                    ..Total::default()
                });
                totals.len() - 1
            });
            totals[place].add(file);
        }
        Self {
            totals,
            files,
            ignored,
        }
    }

    /// Distinct records of one kind over all files.
    #[must_use]
    pub fn records(&self, what: &str) -> u64 {
        self.of(what).map_or(0, |total| total.records)
    }

    /// Rows of one kind over all files, repeated ones included.
    #[must_use]
    pub fn rows(&self, what: &str) -> u64 {
        self.of(what).map_or(0, |total| total.rows_read)
    }

    #[must_use]
    pub fn added(&self) -> u64 {
        self.files.iter().map(|file| file.added).sum()
    }

    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.files.iter().map(|file| file.dropped.total).sum()
    }

    /// One line a kind of record.
    #[must_use]
    pub fn summary(&self) -> Vec<String> {
        self.totals.iter().map(Total::sentence).collect()
    }

    fn of(&self, what: &str) -> Option<&Total> {
        self.totals.iter().find(|total| total.what == what)
    }
}

impl Total {
    fn add(&mut self, file: &FileAccount) {
        self.rows_read += file.rows_read;
        self.records += file.records();
        self.added += file.added;
        self.present += file.present;
        self.repeated += file.repeated;
        self.not_stored += file.not_stored;
        self.dropped += file.dropped.total;
    }

    fn sentence(&self) -> String {
        let Self {
            what,
            rows_read,
            records,
            added,
            ..
        } = self;
        if records == rows_read {
            return format!("{records} {what} ({added} added)");
        }
        format!("{records} {what} of {rows_read} rows ({added} added)")
    }
}
