//! What makes two results hard to compare. Owns the list of conditions that should be equal; refuses
//! to forbid the comparison: who moved to a new machine may want to see it all the same.

use paceline_analysis::benchmark::Kept;

/// Half a core of other work is visible in every figure.
const OTHERS_LOAD_MAX: f64 = 0.5;

pub fn between(old: &Kept, new: &Kept, gate: f64) -> Vec<String> {
    let mut warnings = differences(old, new);
    for (kept, which) in [(old, "first"), (new, "second")] {
        if kept.partial {
            warnings.push(format!(
                "the {which} was interrupted, so some of its runs are missing or shorter"
            ));
        }
        let before = kept.conditions.load_average_before;
        if let Some(load) = before.filter(|&load| OTHERS_LOAD_MAX < load) {
            warnings.push(format!(
                "others were busy when the {which} began: load average {load:.1}"
            ));
        }
    }
    warnings.extend(ceilings(old, new, gate));
    warnings
}

fn differences(old: &Kept, new: &Kept) -> Vec<String> {
    let memory = |kept: &Kept| kept.machine.memory_bytes.map(|bytes| bytes >> 30);
    let texts = [
        (
            "processors",
            old.machine.cpu.clone(),
            new.machine.cpu.clone(),
        ),
        (
            "numbers of cores",
            old.machine.cores.to_string(),
            new.machine.cores.to_string(),
        ),
        (
            "sizes of memory",
            memory(old).map_or_else(String::new, |size| format!("{size} GiB")),
            memory(new).map_or_else(String::new, |size| format!("{size} GiB")),
        ),
        (
            "kernels",
            old.machine.kernel.clone(),
            new.machine.kernel.clone(),
        ),
        (
            "file systems",
            old.machine.filesystem.clone(),
            new.machine.filesystem.clone(),
        ),
        (
            "builds",
            old.conditions.build.clone(),
            new.conditions.build.clone(),
        ),
        (
            "durability",
            old.conditions.durability.clone(),
            new.conditions.durability.clone(),
        ),
        (
            "sizes of the fleet",
            old.conditions.fleet_size.to_string(),
            new.conditions.fleet_size.to_string(),
        ),
        (
            "durations of a run",
            format!("{} s", old.conditions.duration_seconds),
            format!("{} s", new.conditions.duration_seconds),
        ),
        (
            "versions of the suite",
            old.suite_version.to_string(),
            new.suite_version.to_string(),
        ),
    ];
    let differ = texts.into_iter().filter(|(_, old, new)| old != new);
    differ
        .map(|(what, old, new)| format!("different {what}: `{old}` and `{new}`"))
        .collect()
}

/// The bare handler stores nothing and did not change: where it did, the machine was another one.
fn ceilings(old: &Kept, new: &Kept, gate: f64) -> Vec<String> {
    let changed = old.ceilings().filter_map(|(name, before)| {
        let after = new.ceilings().find(|(other, _)| *other == name)?.1;
        let ratio = after / before;
        let is_far = ratio < 1.0 / (1.0 + gate) || 1.0 + gate < ratio;
        let percent = 100.0 * (ratio - 1.0);
        (0.0 < before && is_far).then(|| {
            format!(
                "the bare handler (`{name}`) itself made {percent:+.0} % answers a second: \
                 the machine was not equally free"
            )
        })
    });
    changed.collect()
}
