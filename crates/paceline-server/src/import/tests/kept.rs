//! A model in place of the store: what is known by its id is not added again.

use std::collections::HashSet;
use std::path::Path;

use paceline_core::{election, message, quality, task, tool_call};
use paceline_store::import::Batch;

use super::NOW;
use crate::import::feed::Event;
use crate::import::{Account, read_all, sources};

/// Keeps what a store would keep.
#[derive(Default)]
pub(super) struct Kept {
    ids: HashSet<String>,
    batches: Vec<Batch>,
}

impl Kept {
    pub(super) fn import(&mut self, path: &Path, data_dir: &Path) -> Account {
        let (found, ignored) = sources::discover(path).unwrap();
        let mut files = Vec::new();
        let (mut added, mut present) = (0, 0);
        let total: u64 = found.iter().map(|source| source.bytes).sum();
        let mut advanced = 0;
        read_all(&found, data_dir, NOW, &mut |event| {
            match event {
                Event::Batch(batch) => {
                    for id in ids(&batch) {
                        *(if self.ids.insert(id) {
                            &mut added
                        } else {
                            &mut present
                        }) += 1;
                    }
                    self.batches.push(batch);
                }
                Event::Advanced(bytes) => advanced += bytes,
                Event::Finished(mut account) => {
                    account.added += std::mem::take(&mut added);
                    account.present += std::mem::take(&mut present);
                    files.push(*account);
                }
            }
            true
        })
        .unwrap();
        assert_eq!(advanced, total, "the bar ends where it should");
        Account::new(files, ignored)
    }

    pub(super) fn all<T: Clone>(&self, of: fn(&Batch) -> Option<&Vec<T>>) -> Vec<T> {
        self.batches
            .iter()
            .filter_map(of)
            .flatten()
            .cloned()
            .collect()
    }

    pub(super) fn tasks(&self) -> Vec<task::Task> {
        self.all(|batch| {
            if let Batch::Tasks(rows) = batch {
                Some(rows)
            } else {
                None
            }
        })
    }

    pub(super) fn calls(&self) -> Vec<tool_call::ToolCall> {
        self.all(|batch| {
            if let Batch::ToolCalls(rows) = batch {
                Some(rows)
            } else {
                None
            }
        })
    }

    pub(super) fn assessments(&self) -> Vec<quality::Assessment> {
        self.all(|batch| {
            if let Batch::Assessments(rows) = batch {
                Some(rows)
            } else {
                None
            }
        })
    }

    pub(super) fn messages(&self) -> Vec<message::Message> {
        self.all(|batch| {
            if let Batch::Messages(rows) = batch {
                Some(rows)
            } else {
                None
            }
        })
    }

    pub(super) fn terms(&self) -> Vec<(election::State, Vec<election::Term>)> {
        let of = |batch: &Batch| match batch {
            Batch::Terms(state, terms) => Some((state.clone(), terms.clone())),
            _ => None,
        };
        self.batches.iter().filter_map(of).collect()
    }

    pub(super) fn task(&self, id: &str) -> task::Task {
        self.tasks()
            .into_iter()
            .find(|task| task.task_id.as_str() == id)
            .unwrap()
    }
}

fn ids(batch: &Batch) -> Vec<String> {
    match batch {
        Batch::Agents(rows) => rows.iter().map(|row| row.agent_id.to_string()).collect(),
        Batch::Tasks(rows) => rows.iter().map(|row| row.task_id.to_string()).collect(),
        Batch::Messages(rows) => rows.iter().map(|row| row.message_id.to_string()).collect(),
        Batch::Assessments(rows) => rows
            .iter()
            .map(|row| row.assessment_id.to_string())
            .collect(),
        Batch::ToolCalls(rows) => rows.iter().map(|row| row.call_id.clone()).collect(),
        Batch::Figures(rows) => rows
            .iter()
            .map(|row| format!("figures of {}", row.0))
            .collect(),
        Batch::Terms(_, rows) => rows
            .iter()
            .map(|row| format!("{} {}", row.epoch, row.from.0))
            .collect(),
        Batch::Sessions(rows) => rows.iter().map(|row| row.session_id.clone()).collect(),
    }
}
