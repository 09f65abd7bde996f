//! What an agent of the generated fleet measures. Owns the list of its series and how each one's
//! values move; refuses randomness that is not seeded: the same fleet makes the same samples, for
//! every subject and on every machine.

/// Series of one block: an agent has one or several of them.
pub const BLOCK_SERIES: usize = 100;
/// Upper bounds of both histograms, as Prometheus writes them.
pub const BOUNDS: [&str; 10] = [
    "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "30", "+Inf",
];
const BOUNDS_MS: [u32; 9] = [50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000];

/// A series without the labels of its agent.
#[derive(Clone, Debug)]
pub struct Spec {
    pub name: String,
    pub labels: Vec<(&'static str, String)>,
    pub model: Model,
}

/// How a value moves from one push to the next. Whole units divided by `scale`: real agents count
/// in whole things and round what they measure.
#[derive(Clone, Copy, Debug)]
pub enum Model {
    /// Grows by up to twice `mean` while the agent works, and stands still while it idles.
    Counter {
        mean: u32,
        scale: f64,
    },
    /// Grows by one, seldom.
    Rare {
        one_in: u32,
    },
    /// Moves by up to `step` between two bounds, in one push out of `one_in`.
    Walk {
        step: u32,
        low: i64,
        high: i64,
        one_in: u32,
        scale: f64,
    },
    Constant(i64),
    /// 0 or 1, changing seldom.
    Flag {
        one_in: u32,
    },
    Bucket {
        histogram: usize,
        bound: usize,
    },
    /// Of whole milliseconds, in seconds.
    RoundedSum {
        histogram: usize,
    },
    /// Of measured seconds with all their digits: the worst that a codec meets.
    RawSum {
        histogram: usize,
    },
    Count {
        histogram: usize,
    },
}

const TOOLS: [&str; 10] = [
    "bash", "edit", "read", "write", "grep", "glob", "fetch", "search", "task", "notebook",
];

/// The series of one agent; `blocks` times a hundred.
pub fn specs(blocks: usize) -> Vec<Spec> {
    let block = |number: usize| {
        let suffix = match number {
            0 => String::new(),
            _ => format!("_{number:02}"),
        };
        let mut specs = counters();
        specs.extend(gauges());
        specs.extend(states());
        specs.extend(histogram("tool_duration", 0, false));
        specs.extend(histogram("request_duration", 1, true));
        for spec in &mut specs {
            spec.name = rename(&spec.name, &suffix);
        }
        specs
    };
    (0..blocks).flat_map(block).collect()
}

/// Units and `_total` stay last.
fn rename(name: &str, suffix: &str) -> String {
    format!("agent{suffix}_{name}")
}

fn spec(name: &str, labels: &[(&'static str, &str)], model: Model) -> Spec {
    let labels = labels
        .iter()
        .map(|(name, value)| (*name, (*value).to_owned()));
    Spec {
        name: name.to_owned(),
        labels: labels.collect(),
        model,
    }
}

fn counters() -> Vec<Spec> {
    let mut specs = Vec::new();
    let count = |mean| Model::Counter { mean, scale: 1.0 };
    for tool in TOOLS {
        let ok = [("outcome", "ok"), ("tool", tool)];
        let failed = [("outcome", "error"), ("tool", tool)];
        specs.push(spec("tool_calls_total", &ok, count(2)));
        specs.push(spec(
            "tool_calls_total",
            &failed,
            Model::Rare { one_in: 90 },
        ));
    }
    for (kind, mean) in [
        ("input", 900),
        ("output", 250),
        ("cache_read", 4_000),
        ("cache_write", 700),
    ] {
        specs.push(spec("tokens_total", &[("kind", kind)], count(mean)));
    }
    for (model, mean) in [("large", 1), ("medium", 1), ("small", 2)] {
        specs.push(spec(
            "requests_total",
            &[("model", model), ("outcome", "ok")],
            count(mean),
        ));
        let failed = [("model", model), ("outcome", "error")];
        specs.push(spec("requests_total", &failed, Model::Rare { one_in: 400 }));
    }
    let cost = Model::Counter {
        mean: 180,
        scale: 10_000.0,
    };
    specs.push(spec("cost_dollars_total", &[], cost));
    for (direction, mean) in [
        ("read", 60_000),
        ("written", 9_000),
        ("received", 25_000),
        ("sent", 12_000),
    ] {
        specs.push(spec(
            "io_bytes_total",
            &[("direction", direction)],
            count(mean),
        ));
    }
    for kind in ["timeout", "refused", "conflict", "retry"] {
        specs.push(spec(
            "errors_total",
            &[("kind", kind)],
            Model::Rare { one_in: 250 },
        ));
    }
    let cpu = Model::Counter {
        mean: 300,
        scale: 100.0,
    };
    specs.push(spec("cpu_seconds_total", &[], cpu));
    specs
}

fn gauges() -> Vec<Spec> {
    let walk = |step, low, high, one_in, scale| Model::Walk {
        step,
        low,
        high,
        one_in,
        scale,
    };
    let mut specs = vec![
        spec("cpu_percent", &[], walk(80, 0, 1_000, 1, 10.0)),
        spec("context_used_ratio", &[], walk(12, 0, 1_000, 2, 1_000.0)),
        spec("context_tokens", &[], walk(2_500, 2_000, 200_000, 2, 1.0)),
        spec("queue_depth", &[], walk(2, 0, 40, 3, 1.0)),
        spec("open_files", &[], walk(3, 8, 250, 4, 1.0)),
        spec("threads", &[], walk(1, 4, 64, 12, 1.0)),
        spec("children", &[], walk(1, 0, 9, 8, 1.0)),
        spec(
            "last_latency_seconds",
            &[],
            walk(400, 20, 30_000, 2, 1_000.0),
        ),
        spec("quality_score", &[], walk(3, 0, 100, 30, 100.0)),
        spec(
            "disk_free_bytes",
            &[],
            walk(64, 1_000_000, 9_000_000, 1, 1.0 / 4_096.0),
        ),
    ];
    for kind in ["resident", "heap", "stack", "mapped"] {
        let pages = walk(40, 2_000, 400_000, 1, 1.0 / 4_096.0);
        specs.push(spec("memory_bytes", &[("kind", kind)], pages));
    }
    for window in ["1m", "5m", "15m"] {
        specs.push(spec(
            "load",
            &[("window", window)],
            walk(9, 0, 800, 1, 100.0),
        ));
    }
    for tool in TOOLS.iter().take(9) {
        let seconds = walk(15, 5, 9_000, 3, 1_000.0);
        specs.push(spec("tool_latency_seconds", &[("tool", tool)], seconds));
    }
    specs
}

fn states() -> Vec<Spec> {
    vec![
        spec("up", &[], Model::Constant(1)),
        spec("info", &[("version", "2.4.1")], Model::Constant(1)),
        spec("start_time_seconds", &[], Model::Constant(1_763_000_000)),
        spec("memory_limit_bytes", &[], Model::Constant(8 << 30)),
        spec("context_limit_tokens", &[], Model::Constant(200_000)),
        spec("is_working", &[], Model::Flag { one_in: 40 }),
        spec("is_waiting_for_human", &[], Model::Flag { one_in: 300 }),
        spec("is_rate_limited", &[], Model::Flag { one_in: 500 }),
        spec("is_degraded", &[], Model::Flag { one_in: 2_000 }),
        spec("config_generation", &[], Model::Rare { one_in: 3_000 }),
    ]
}

fn histogram(stem: &str, histogram: usize, is_raw: bool) -> Vec<Spec> {
    let buckets = BOUNDS.iter().enumerate().map(|(bound, le)| {
        let name = format!("{stem}_seconds_bucket");
        spec(&name, &[("le", le)], Model::Bucket { histogram, bound })
    });
    let sum = match is_raw {
        true => Model::RawSum { histogram },
        false => Model::RoundedSum { histogram },
    };
    let rest = [("sum", sum), ("count", Model::Count { histogram })];
    let rest = rest.map(|(part, model)| spec(&format!("{stem}_seconds_{part}"), &[], model));
    buckets.chain(rest).collect()
}

/// The bucket that an observation falls into.
pub fn bucket(millis: u32) -> usize {
    BOUNDS_MS.partition_point(|&bound| bound < millis)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_block_is_a_hundred_series_of_different_names_or_labels() {
        for blocks in [1, 10] {
            let specs = specs(blocks);
            assert_eq!(specs.len(), blocks * BLOCK_SERIES);
            let keys: HashSet<_> = specs.iter().map(|one| (&one.name, &one.labels)).collect();
            assert_eq!(keys.len(), specs.len());
        }
    }

    #[test]
    fn labels_are_in_the_order_of_their_names() {
        for spec in specs(2) {
            assert!(spec.labels.is_sorted_by_key(|(name, _)| *name), "{spec:?}");
        }
    }

    #[test]
    fn a_bound_is_within_its_bucket() {
        for (millis, expected) in [(0, 0), (50, 0), (51, 1), (30_000, 8), (30_001, 9)] {
            assert_eq!(bucket(millis), expected, "{millis}");
        }
    }
}
