//! Size budgets. Owns the two limits and the list of exceptions, which may only shrink; refuses
//! to count tests.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};

use super::{House, functions};
use crate::shell;

const FUNCTION_LINES_MAX: usize = 70;
const FILE_LINES_MAX: usize = 500;
const EXCEPTIONS: &str = "xtask/budget-exceptions.txt";

pub fn check(house: &House) -> Result<Vec<String>> {
    let text = std::fs::read_to_string(shell::root().join(EXCEPTIONS))?;
    Ok(judge(&measure(house), &exceptions(&text)?))
}

/// Everything over its budget: a file's path, or `path::function`, and its lines.
fn measure(house: &House) -> BTreeMap<String, usize> {
    let mut over = BTreeMap::new();
    for source in house
        .sources
        .iter()
        .filter(|source| source.is_rust() && !source.is_test())
    {
        let text = source.without_tests();
        let lines = text.lines().count();
        if FILE_LINES_MAX < lines {
            over.insert(source.path.clone(), lines);
        }
        for function in functions::find(text) {
            if FUNCTION_LINES_MAX < function.lines {
                over.insert(
                    format!("{}::{}", source.path, function.name),
                    function.lines,
                );
            }
        }
    }
    over
}

/// An exception holds for exactly the size it names: whoever grows it is stopped, and whoever
/// shrinks it takes the smaller number, so that it cannot grow back.
fn judge(over: &BTreeMap<String, usize>, allowed: &BTreeMap<String, usize>) -> Vec<String> {
    let mut complaints = Vec::new();
    for (place, &lines) in over {
        match allowed.get(place) {
            Some(&listed) if lines == listed => {}
            Some(&listed) if lines < listed => complaints.push(format!(
                "{place} has shrunk to {lines} lines: write that instead of {listed} in {EXCEPTIONS}"
            )),
            Some(&listed) => complaints.push(format!(
                "{place} has {lines} lines, its exception allows {listed}: split it"
            )),
            None => complaints.push(format!(
                "{place} has {lines} lines, the budget is {FUNCTION_LINES_MAX} a function and \
                 {FILE_LINES_MAX} a file: split it"
            )),
        }
    }
    let gone = allowed.keys().filter(|place| !over.contains_key(*place));
    complaints.extend(gone.map(|place| format!("{place} fits now: take it out of {EXCEPTIONS}")));
    complaints
}

fn exceptions(text: &str) -> Result<BTreeMap<String, usize>> {
    let lines = text.lines().map(str::trim);
    let entries = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    entries
        .map(|line| {
            let (place, lines) = line
                .rsplit_once(' ')
                .with_context(|| format!("`{line}` in {EXCEPTIONS} is not `place lines`"))?;
            Ok((place.to_owned(), lines.parse()?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exception_may_only_shrink() {
        let sizes = |entries: &[(&str, usize)]| {
            let owned = entries
                .iter()
                .map(|(place, lines)| ((*place).to_owned(), *lines));
            owned.collect::<BTreeMap<_, _>>()
        };
        let check = |over: &[(&str, usize)], allowed: &[(&str, usize)], complaints: usize| {
            assert_eq!(judge(&sizes(over), &sizes(allowed)).len(), complaints);
        };
        check(&[], &[], 0);
        check(&[("a.rs::f", 80)], &[], 1);
        check(&[("a.rs::f", 80)], &[("a.rs::f", 80)], 0);
        check(&[("a.rs::f", 81)], &[("a.rs::f", 80)], 1);
        check(&[("a.rs::f", 79)], &[("a.rs::f", 80)], 1);
        check(&[], &[("a.rs::f", 80)], 1);
    }
}
