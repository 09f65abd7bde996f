//! Processor time by `/proc` (proc(5)). Owns adding up a process and all that it started; refuses to
//! guess what it cannot read: a process that has ended counts no more.

use std::collections::BTreeMap;

/// The kernel's unit, fixed by its interface (`USER_HZ`).
const TICKS_PER_SECOND: f64 = 100.0;

/// Of one process.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Usage {
    parent: u32,
    seconds: f64,
}

/// Every process at one moment.
pub struct Snapshot(BTreeMap<u32, Usage>);

impl Snapshot {
    pub fn take() -> Self {
        let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
        let ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        let usages = ids.filter_map(|id: u32| {
            let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
            Some((id, parse(&stat)?))
        });
        Self(usages.collect())
    }

    /// Seconds of the process alone.
    pub fn own(&self, id: u32) -> f64 {
        self.0.get(&id).map_or(0.0, |usage| usage.seconds)
    }

    /// Seconds of all that the process started, without its own.
    pub fn below(&self, id: u32) -> f64 {
        let children = self.0.iter().filter(|(_, usage)| usage.parent == id);
        children
            .map(|(child, usage)| usage.seconds + self.below(*child))
            .sum()
    }
}

/// The second field is the program's name in parentheses and may hold anything.
fn parse(stat: &str) -> Option<Usage> {
    let mut fields = stat.get(stat.rfind(')')? + 1..)?.split_whitespace().skip(1);
    let parent = fields.next()?.parse().ok()?;
    let mut ticks = fields.skip(9).take(2);
    let mut next = || ticks.next()?.parse::<f64>().ok();
    Some(Usage {
        parent,
        seconds: (next()? + next()?) / TICKS_PER_SECOND,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parent_and_time_are_read_past_a_hostile_name() {
        let stat = "7 (a) b (c) S 5 2 3 4 5 6 7 8 9 10 150 50 0 0";
        let usage = Usage {
            parent: 5,
            seconds: 2.0,
        };
        assert_eq!(parse(stat), Some(usage));
        assert_eq!(parse("7 (x"), None);
    }

    #[test]
    fn a_process_and_what_it_started_are_told_apart() {
        let usage = |parent, seconds| Usage { parent, seconds };
        let all = [
            (1, usage(0, 9.0)),
            (2, usage(1, 1.0)),
            (3, usage(2, 0.5)),
            (4, usage(2, 0.25)),
            (5, usage(3, 2.0)),
        ];
        let snapshot = Snapshot(BTreeMap::from(all));
        assert_eq!((snapshot.own(2), snapshot.below(2)), (1.0, 2.75));
        assert_eq!((snapshot.own(7), snapshot.below(7)), (0.0, 0.0));
    }

    #[test]
    fn this_process_is_among_all() {
        assert!(Snapshot::take().0.contains_key(&std::process::id()));
    }
}
