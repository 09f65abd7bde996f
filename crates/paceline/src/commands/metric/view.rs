//! Metrics as people see them. Owns the columns; refuses JSON, which is the API's.

use paceline_api::{MetricDefinition, MetricRecorded, Page, RejectedItem};

use crate::terminal::words::{count, short};
use crate::terminal::{Part, Present, Table, View};

const HEAD: &[&str] = &["!metric", "kind", "unit", "description"];
const DESCRIPTION_SHOWN: usize = 80;

impl Present for Page<MetricDefinition> {
    fn view(&self) -> View {
        let rows = self.items.iter().map(row).collect();
        View::list(
            HEAD,
            rows,
            "no metrics are defined; samples need no definition",
        )
        .and_more(self.next_cursor.as_deref())
    }
}

impl Present for MetricDefinition {
    fn view(&self) -> View {
        View::table(HEAD, vec![row(self)])
    }
}

fn row(one: &MetricDefinition) -> Vec<String> {
    vec![
        one.name.clone(),
        one.kind.as_str().to_owned(),
        one.unit.clone(),
        short(&one.description, DESCRIPTION_SHOWN),
    ]
}

impl Present for MetricRecorded {
    fn view(&self) -> View {
        let view = View::sentence(format!(
            "{} recorded, {} refused.",
            count(self.accepted, "value"),
            self.rejected.len()
        ));
        let row = |item: &RejectedItem| {
            vec![
                item.index.to_string(),
                item.code.to_string(),
                item.message.clone(),
            ]
        };
        let rows: Vec<_> = self.rejected.iter().map(row).collect();
        if rows.is_empty() {
            return view;
        }
        view.and(Part::Table(Table::new(&["#index", "code", "why"], rows)))
    }
}
