//! What agents did, for whoever counts. Owns the ways through the log of tasks' events and through
//! what came from elsewhere; refuses unbounded reads: a page looks at so many rows and no more.

pub(crate) mod calls;
pub(crate) mod events;
pub(crate) mod holds;
pub(crate) mod tasks;

use paceline_core::{Rejection, limits};

use super::fault::Outcome;
use crate::PageRequest;

/// Rows that are counted are smaller than those that are shown.
fn limit(page: &PageRequest) -> i64 {
    i64::from(page.limit.clamp(1, limits::FIGURES_PAGE_MAX))
}

/// A place in an order of time, then number: `time.number`.
#[derive(Clone, Copy)]
struct Place {
    at: i64,
    number: i64,
}

impl Place {
    fn of(page: &PageRequest, end: i64) -> Outcome<Self> {
        let Some(text) = &page.cursor else {
            // Before the end, whatever the number.
            let number = i64::MIN;
            return Ok(Self { at: end, number });
        };
        Self::parse(text)
    }

    fn parse(text: &str) -> Outcome<Self> {
        let problem = || Rejection::invalid("cursor", "is none that this list has given");
        let (at, number) = text.split_once('.').ok_or_else(problem)?;
        let parse = |part: &str| part.parse::<i64>().map_err(|_| problem());
        Ok(Self {
            at: parse(at)?,
            number: parse(number)?,
        })
    }

    fn text(self) -> String {
        format!("{}.{}", self.at, self.number)
    }
}

/// Cuts a list of one row more than was asked for.
fn cut<T>(rows: Vec<(Place, T)>, limit: i64) -> crate::Page<T> {
    let limit = usize::try_from(limit).unwrap_or(1);
    let more = limit < rows.len();
    let mut next_cursor = None;
    let mut items = Vec::with_capacity(limit.min(rows.len()));
    for (place, item) in rows.into_iter().take(limit) {
        next_cursor = more.then(|| place.text());
        items.push(item);
    }
    crate::Page { items, next_cursor }
}
