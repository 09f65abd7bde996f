//! Anomalies as people see them. Owns the columns and the words; refuses JSON, which is the API's.

use paceline_api::{Anomaly, AnomalyKind, AnomalyList, AnomalyPreview};

use crate::terminal::words::{duration_ms, time};
use crate::terminal::{Part, Present, Table, View};

pub const TOLD: &[&str] = &["!began", "lasted", "kind", "what"];
const LISTED: &[&str] = &["!began", "lasted", "kind", "what", "!anomaly_id"];

fn kind(kind: AnomalyKind) -> &'static str {
    match kind {
        AnomalyKind::Spike => "spike",
        AnomalyKind::LevelShift => "new level",
        AnomalyKind::Drift => "slow drift",
        AnomalyKind::LostPeriodicity => "lost its rhythm",
        AnomalyKind::FlatLine => "flat line",
        AnomalyKind::Gone => "gone",
        AnomalyKind::UnusualShape => "unusual shape",
        AnomalyKind::PeerOutOfLine => "unlike its peers",
    }
}

fn lasted(anomaly: &Anomaly) -> String {
    match anomaly.ended_at {
        _ if anomaly.is_dismissed => "dismissed".to_owned(),
        None => "goes on".to_owned(),
        Some(end) if end == anomaly.started_at => "a moment".to_owned(),
        Some(end) => duration_ms((end.0 - anomaly.started_at.0) as f64),
    }
}

pub fn told(anomaly: &Anomaly) -> Vec<String> {
    vec![
        time(anomaly.started_at),
        lasted(anomaly),
        kind(anomaly.kind).to_owned(),
        anomaly.sentence.clone(),
    ]
}

fn listed(anomaly: &Anomaly) -> Vec<String> {
    let mut row = told(anomaly);
    row.push(anomaly.anomaly_id.clone());
    row
}

impl Present for AnomalyList {
    fn view(&self) -> View {
        let rows = self.items.iter().map(listed).collect();
        let rate = match self.rate.watched {
            0 => "no series is watched yet: detectors need some minutes of values".to_owned(),
            _ => self.rate.sentence.clone(),
        };
        View::list(LISTED, rows, "no anomaly")
            .and_more(self.next_cursor.as_deref())
            .and_say(rate)
    }
}

impl Present for Anomaly {
    fn view(&self) -> View {
        View::table(LISTED, vec![listed(self)])
    }
}

impl Present for AnomalyPreview {
    fn view(&self) -> View {
        let mut view = View::sentence(format!("{}.", self.sentence));
        if !self.items.is_empty() {
            let rows = self.items.iter().map(told).collect();
            view = view.and(Part::Table(Table::new(TOLD, rows)));
        }
        if 0 < self.left_out {
            view = view.and_say(format!("older ones that are not listed: {}", self.left_out));
        }
        view.and_say(format!(
            "judged from {} to {}, a value every {}, learnt from {}",
            time(self.from),
            time(self.to),
            duration_ms(self.step_seconds * 1_000.0),
            time(self.learnt_from),
        ))
    }
}
