//! Cursors. Owns their text: the number after which the next page begins.

use paceline_core::{Rejection, limits};

use super::fault::Outcome;
use crate::PageRequest;

/// The number in the cursor, where there is one.
pub(crate) fn number(page: &PageRequest) -> Outcome<Option<i64>> {
    let parse = |text: &String| {
        let problem = || Rejection::invalid("cursor", "is none that this list has given");
        text.parse().map_err(|_| problem().into())
    };
    page.cursor.as_ref().map(parse).transpose()
}

pub(crate) fn limit(page: &PageRequest) -> i64 {
    i64::from(page.limit.clamp(1, limits::PAGE_MAX))
}

/// Cuts a list of one row more than was asked for, and answers the number of the last that stays
/// if more follow.
pub(crate) fn cut<T>(rows: Vec<(i64, T)>, limit: i64) -> crate::Page<T> {
    let limit = usize::try_from(limit).unwrap_or(1);
    let more = limit < rows.len();
    let mut next_cursor = None;
    let mut items = Vec::with_capacity(limit.min(rows.len()));
    for (number, item) in rows.into_iter().take(limit) {
        next_cursor = more.then(|| number.to_string());
        items.push(item);
    }
    crate::Page { items, next_cursor }
}
