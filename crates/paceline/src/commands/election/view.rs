//! Elections as people see them. Owns the columns; refuses JSON, which is the API's.

use paceline_api::{LeaderGet, LeaderState, LeaderTerm, Timestamp};

use crate::terminal::words::{time, time_or_nothing};
use crate::terminal::{Part, Present, Table, View};

impl Present for LeaderState {
    fn view(&self) -> View {
        let Self {
            election,
            leader,
            epoch,
            is_leader,
            expires_at,
        } = self;
        let facts = facts(election, leader.as_deref(), *epoch, *expires_at);
        let own = (
            "led by the caller",
            if *is_leader { "yes" } else { "no" }.to_owned(),
        );
        View::facts(facts.into_iter().chain([own]))
    }
}

impl Present for LeaderGet {
    fn view(&self) -> View {
        let view = View::facts(facts(
            &self.election,
            self.leader.as_deref(),
            self.epoch,
            self.expires_at,
        ));
        let rows: Vec<_> = self.history.iter().map(row).collect();
        if rows.is_empty() {
            return view
                .and_say("Nobody has led it yet; `paceline election campaign` runs for it.");
        }
        view.and(Part::Table(Table::new(
            &["#epoch", "!leader", "!from", "!to", "ended by"],
            rows,
        )))
    }
}

fn facts(
    election: &str,
    leader: Option<&str>,
    epoch: u64,
    expires_at: Option<Timestamp>,
) -> [(&'static str, String); 4] {
    [
        ("election", election.to_owned()),
        ("leader", leader.unwrap_or("none").to_owned()),
        ("epoch", epoch.to_string()),
        ("expires", time_or_nothing(expires_at)),
    ]
}

fn row(term: &LeaderTerm) -> Vec<String> {
    vec![
        term.epoch.to_string(),
        term.leader.clone(),
        time(term.from),
        time_or_nothing(term.to),
        term.ended_by.clone().unwrap_or_default(),
    ]
}
