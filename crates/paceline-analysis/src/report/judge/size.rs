//! How large the store was. Owns the choice of its measure: the server's own series of rows, or,
//! where there is none, what the record says was created; refuses to mix them.

use crate::report::age::{Age, ROWS};
use crate::report::history::{Grid, History};

/// Operations that leave a row behind.
const CREATE: [&str; 6] = [
    "agent_register",
    "memory_set",
    "message_send",
    "quality_assess",
    "task_enqueue",
    "tool_call_record",
];
/// Counting begins at nought where the store did not: until this part of the final count is
/// reached, the count says little about the size.
const BEGIN_SHARE: f64 = 0.2;
const CREATED: &str = "tasks, messages, entries and others created, as recorded";

/// One figure a cell, where it is known.
#[derive(Clone, Debug, Default)]
pub(in crate::report) struct Size {
    pub name: Option<String>,
    cells: Vec<Option<f64>>,
}

impl Size {
    pub fn of(age: &Age, operations: &[(&str, &History)], grid: &Grid) -> Self {
        if age.has_rows() {
            let rows = |cell: usize| age.rows_at(grid.at_ms(cell));
            return Self {
                name: Some(ROWS.to_owned()),
                cells: (0..grid.cells).map(rows).collect(),
            };
        }
        let created = operations.iter().filter(|one| CREATE.contains(&one.0));
        let created: Vec<&History> = created.map(|one| one.1).collect();
        let mut sum = 0.0;
        let sums = (0..grid.cells).map(|cell| {
            sum += created
                .iter()
                .map(|history| history.weight(cell))
                .sum::<f64>();
            sum
        });
        let sums: Vec<f64> = sums.collect();
        let least = (sums.last().copied().unwrap_or(0.0) * BEGIN_SHARE).max(1.0);
        Self {
            name: (!created.is_empty()).then(|| CREATED.to_owned()),
            cells: sums
                .into_iter()
                .map(|sum| Some(sum).filter(|sum| least <= *sum))
                .collect(),
        }
    }

    pub fn at(&self, grid: &Grid, cell: usize) -> Option<f64> {
        let middle = cell + grid.cells_a_day() / 2;
        *self.cells.get(middle.min(grid.cells.saturating_sub(1)))?
    }

    /// Largest over smallest.
    pub fn ratio(&self) -> Option<f64> {
        let known = || self.cells.iter().flatten().copied();
        let (least, most) = (known().reduce(f64::min)?, known().reduce(f64::max)?);
        (0.0 < least).then(|| most / least)
    }
}
