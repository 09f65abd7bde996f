//! Cursors. Owns their text: the number, or the name, after which the next page begins.

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

/// The name in the cursor of a list by name; everything comes after no name.
pub(crate) fn name(page: &PageRequest) -> &str {
    page.cursor.as_deref().unwrap_or_default()
}

/// Cuts a list by name of one row more than was asked for.
pub(crate) fn cut_by_name<T>(
    mut items: Vec<T>,
    limit: i64,
    name: impl Fn(&T) -> &str,
) -> crate::Page<T> {
    let limit = usize::try_from(limit).unwrap_or(1);
    let more = limit < items.len();
    items.truncate(limit);
    let last = items.last().filter(|_| more);
    let next_cursor = last.map(|item| name(item).to_owned());
    crate::Page { items, next_cursor }
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
