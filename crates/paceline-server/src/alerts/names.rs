//! Names of agents that alerts are about. Owns which are known, and when the store is asked; refuses to change a
//! label: an alert is found by its agent's id.

use std::collections::{BTreeMap, BTreeSet};

use paceline_analysis::alerts::Labels;
use paceline_core::{AgentId, Rejection};
use paceline_store::StoreError;
use tokio::runtime::Handle;

use super::Alerts;
use crate::notify::one_line;
use crate::operations::AGENT_LABEL;

/// In one turn; more fire at once only when something has happened that is not about one agent.
const ASKED_AT_ONCE: usize = 1_000;

/// By id, of alerts that are held; none where the store knows no name.
#[derive(Default)]
pub struct Names(BTreeMap<String, Option<String>>);

impl Names {
    /// Of the agent that these labels are of.
    #[must_use]
    pub fn of(&self, labels: &Labels) -> Option<&str> {
        self.0.get(labels.get(AGENT_LABEL)?)?.as_deref()
    }
}

impl Alerts {
    /// Blocks, before anything is said of alerts that are new.
    pub(super) fn learn_names(&self) {
        if let Ok(runtime) = Handle::try_current() {
            runtime.block_on(self.ask_names());
        }
    }

    pub(super) async fn ask_names(&self) {
        for id in self.nameless() {
            let name = match self.store.agent(id.clone()).await {
                Ok(done) => done.value.name.map(|name| clean(&name)),
                Err(failure) if is_unknown(&failure.error) => None,
                // The next alert asks again.
                Err(_) => return,
            };
            self.book.lock().names.0.insert(id.into_string(), name);
        }
    }

    /// Whom alerts are about that were not asked for; those that no alert is about any more are forgotten.
    fn nameless(&self) -> Vec<AgentId> {
        let mut book = self.book.lock();
        let held = book.states.values().flat_map(|state| state.held.values());
        let meant = held.filter_map(|alert| alert.labels.get(AGENT_LABEL).cloned());
        let meant: BTreeSet<String> = meant.collect();
        let names = &mut book.names.0;
        names.retain(|id, _| meant.contains(id));
        let unknown = meant.into_iter().filter(|id| !names.contains_key(id));
        let unknown = unknown.filter_map(|id| AgentId::parse(id).ok());
        unknown.take(ASKED_AT_ONCE).collect()
    }
}

/// A name is what an agent calls itself: it stays between its quotes.
fn clean(name: &str) -> String {
    one_line(name).replace('`', "'")
}

fn is_unknown(error: &StoreError) -> bool {
    matches!(error, StoreError::Rejected(Rejection::NotFound { .. }))
}
