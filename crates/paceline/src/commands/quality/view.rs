//! Assessments as people see them. Owns the columns; refuses JSON, which is the API's.

use paceline_api::{Page, QualityAssessment};

use crate::terminal::words::{short, time};
use crate::terminal::{Present, View};

const HEAD: &[&str] = &[
    "!task",
    "#overall",
    "#complete",
    "#code",
    "#docs",
    "#efficient",
    "#impact",
    "by",
    "!assessed",
    "notes",
];
const NOTES_SHOWN: usize = 60;

impl Present for Page<QualityAssessment> {
    fn view(&self) -> View {
        let rows = self.items.iter().map(row).collect();
        View::list(
            HEAD,
            rows,
            "no assessments; `paceline quality assess` adds one",
        )
        .and_more(self.next_cursor.as_deref())
    }
}

impl Present for QualityAssessment {
    fn view(&self) -> View {
        View::table(HEAD, vec![row(self)])
    }
}

fn row(one: &QualityAssessment) -> Vec<String> {
    let assessor = if one.automatic { " (automatic)" } else { "" };
    vec![
        one.task_id.clone(),
        format!("{:.2}", one.overall_score),
        format!("{:.1}", one.completeness),
        format!("{:.1}", one.code_quality),
        format!("{:.1}", one.documentation),
        format!("{:.1}", one.efficiency),
        format!("{:.1}", one.impact),
        format!("{}{assessor}", one.assessed_by),
        time(one.assessed_at),
        short(one.notes.as_deref().unwrap_or_default(), NOTES_SHOWN),
    ]
}
