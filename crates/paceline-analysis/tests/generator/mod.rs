//! Two months of a fleet that never was. Owns load with daily and weekly rhythm and bursts,
//! log-normal durations with heavy tails, noise that neighbouring hours share, stages, agents and
//! their tasks, and at most one planted change; refuses any randomness but its seed's.

use paceline_analysis::report::{OperationSample, TaskSample};
use paceline_analysis::{Period, Report, ReportBuilder};

const HOUR_MS: i64 = 3_600_000;
pub const DAY_MS: i64 = 24 * HOUR_MS;
const HOURS: usize = 61 * 24;
const AGENTS: usize = 14;
const KINDS: [(&str, f64); 3] = [
    ("code", 240_000.0),
    ("review", 90_000.0),
    ("research", 600_000.0),
];

/// Name, typical time in milliseconds, scatter, share of the calls, shares of queue, execute and
/// commit.
type Shape = (&'static str, f64, f64, f64, [f64; 3]);
const OPERATIONS: [Shape; 30] = [
    ("task_claim", 1.2, 0.45, 9.0, [0.15, 0.35, 0.40]),
    ("task_complete", 1.1, 0.40, 8.0, [0.15, 0.30, 0.45]),
    ("task_enqueue", 0.9, 0.40, 8.0, [0.15, 0.30, 0.45]),
    ("message_send", 0.8, 0.40, 7.0, [0.15, 0.25, 0.50]),
    ("message_read", 0.3, 0.50, 9.0, [0.10, 0.70, 0.00]),
    ("memory_get", 0.15, 0.50, 9.0, [0.10, 0.70, 0.00]),
    ("memory_set", 0.8, 0.40, 5.0, [0.15, 0.25, 0.50]),
    ("memory_search", 4.0, 0.60, 3.0, [0.05, 0.90, 0.00]),
    ("agent_heartbeat", 0.2, 0.35, 12.0, [0.10, 0.60, 0.00]),
    ("task_renew", 0.7, 0.35, 4.0, [0.15, 0.25, 0.50]),
    ("task_get", 0.2, 0.45, 5.0, [0.10, 0.70, 0.00]),
    ("task_list", 2.5, 0.50, 2.0, [0.05, 0.85, 0.00]),
    ("task_queue_status", 0.4, 0.40, 2.0, [0.10, 0.70, 0.00]),
    ("leader_campaign", 0.8, 0.35, 2.0, [0.15, 0.25, 0.50]),
    ("leader_renew", 0.7, 0.35, 3.0, [0.15, 0.25, 0.50]),
    ("metric_record", 1.5, 0.45, 5.0, [0.10, 0.40, 0.40]),
    ("tool_call_record", 1.0, 0.40, 3.0, [0.15, 0.30, 0.45]),
    ("quality_assess", 0.9, 0.40, 0.5, [0.15, 0.30, 0.45]),
    ("agent_register", 1.3, 0.40, 0.5, [0.15, 0.35, 0.40]),
    ("agent_status", 0.5, 0.45, 1.0, [0.10, 0.75, 0.00]),
    ("task_update", 0.9, 0.40, 1.0, [0.15, 0.30, 0.45]),
    ("task_fail", 0.9, 0.40, 0.5, [0.15, 0.30, 0.45]),
    ("task_release", 0.9, 0.40, 0.4, [0.15, 0.30, 0.45]),
    ("task_cancel", 1.8, 0.50, 0.3, [0.10, 0.50, 0.30]),
    ("task_execution_plan", 3.0, 0.60, 0.3, [0.05, 0.90, 0.00]),
    ("message_ack", 0.7, 0.40, 3.0, [0.15, 0.25, 0.50]),
    ("memory_delete", 0.8, 0.40, 0.4, [0.15, 0.25, 0.50]),
    ("leader_get", 0.2, 0.40, 1.0, [0.10, 0.70, 0.00]),
    ("agent_update_status", 0.8, 0.40, 1.0, [0.15, 0.25, 0.50]),
    ("leader_resign", 0.8, 0.40, 0.2, [0.15, 0.25, 0.50]),
];

/// What is hidden in the second month, from a day on that is counted from 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Planted {
    Nothing,
    /// One operation's execute stage grows so that all of it takes a fifth longer.
    Fifth {
        operation: &'static str,
        day: usize,
    },
    /// A claim looks at every row: its time grows with the store all month.
    Scan,
    /// Every commit takes twice as long.
    Commit {
        day: usize,
    },
    /// One agent takes half as long again for its tasks.
    SlowAgent {
        agent: usize,
    },
    /// So many times the load; only queues feel it.
    Load {
        day: usize,
        times: f64,
    },
}

/// Small and the same everywhere (G. L. Steele, D. Lea, C. H. Flood, SplitMix64).
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5DEE_CE66)
    }

    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.unit() * limit as f64) as usize
    }

    /// G. E. P. Box and M. E. Muller, 1958.
    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }
}

/// Of the two months, the second of which is October 2026.
pub struct Months {
    pub seed: u64,
    pub records: usize,
    pub planted: Planted,
}

impl Months {
    pub fn report(&self) -> Report {
        let period = Period::month("2026-10").expect("a month");
        let from_ms = period.previous_from.0;
        let mut builder = ReportBuilder::new(period);
        self.operations(|sample| builder.operation(sample), from_ms);
        self.tasks(|sample| builder.task(sample), from_ms);
        builder.finish()
    }

    fn operations(&self, mut give: impl FnMut(&OperationSample<'_>), from_ms: i64) {
        let mut random = Random::new(self.seed);
        let load = self.load(&mut random);
        let all: f64 = load.iter().sum();
        let shares: f64 = OPERATIONS.iter().map(|one| one.3).sum();
        let shared = noise(&mut random, 0.025, 0.7);
        let agents: Vec<String> = (0..AGENTS).map(|agent| format!("agt_{agent:02}")).collect();
        for shape in &OPERATIONS {
            let own = noise(&mut random, 0.025, 0.5);
            for hour in 0..HOURS {
                let expected = self.records as f64 * load[hour] / all * shape.3 / shares;
                let count = (expected + expected.sqrt() * random.normal())
                    .round()
                    .max(0.0);
                for _ in 0..count as usize {
                    let noise = shared[hour] + own[hour];
                    let stages = self.stages(shape, hour, load[hour], noise, &mut random);
                    let inside: f64 = stages[..3].iter().sum();
                    let at_ms = from_ms + hour as i64 * HOUR_MS + (random.unit() * 3.6e6) as i64;
                    give(&OperationSample {
                        at_ms,
                        operation: shape.0,
                        duration_ms: inside + stages[3],
                        success: 0.002 < random.unit(),
                        weight: 1.0,
                        error: Some("it failed"),
                        session_id: None,
                        agent_id: Some(&agents[random.below(AGENTS)]),
                        context: None,
                        stages_ms: Some([stages[0], stages[1], stages[2]]),
                    });
                }
            }
        }
    }

    /// Queue, execute, commit, elsewhere.
    fn stages(
        &self,
        shape: &Shape,
        hour: usize,
        load: f64,
        noise: f64,
        random: &mut Random,
    ) -> [f64; 4] {
        let (_, typical, scatter, _, parts) = *shape;
        let tail = if random.unit() < 0.01 { 8.0 } else { 1.0 };
        let each = typical * tail * (noise + scatter * random.normal()).exp();
        let elsewhere = 1.0 - parts.iter().sum::<f64>();
        let [mut queue, mut execute, mut commit] = parts.map(|part| part * each);
        // Who comes when much is going on waits longer.
        queue *= 0.5 + 0.5 * load;
        let day = (hour / 24) as i64 - 30;
        match self.planted {
            Planted::Fifth {
                operation,
                day: from,
            } if operation == shape.0 && from as i64 <= day => {
                execute += 0.2 * each;
            }
            Planted::Scan if shape.0 == "task_claim" => {
                execute *= 1.0 + 1.5 * (hour as f64 / 24.0 - 30.0).max(0.0) / 31.0;
            }
            Planted::Commit { day: from } if from as i64 <= day => commit *= 2.0,
            _ => {}
        }
        [queue, execute, commit, elsewhere * each]
    }

    /// 1 on average.
    fn load(&self, random: &mut Random) -> Vec<f64> {
        let mut load = Vec::with_capacity(HOURS);
        for hour in 0..HOURS {
            let angle = (hour % 24) as f64 / 24.0 * std::f64::consts::TAU;
            let daily = 1.0 - 0.6 * angle.cos();
            let weekly = if hour / 24 % 7 < 2 { 0.5 } else { 1.15 };
            let burst = if random.unit() < 0.01 { 4.0 } else { 1.0 };
            let times = match self.planted {
                Planted::Load { day, times } if 30 + day <= hour / 24 => times,
                _ => 1.0,
            };
            load.push(daily * weekly * burst * times * (0.1 * random.normal()).exp());
        }
        load
    }

    fn tasks(&self, mut give: impl FnMut(&TaskSample<'_>), from_ms: i64) {
        let mut random = Random::new(self.seed ^ 0xA6E7);
        for (agent, day) in (0..AGENTS).flat_map(|agent| (0..61).map(move |day| (agent, day))) {
            let agent_id = format!("agt_{agent:02}");
            for _ in 0..6 {
                let (kind, typical) = KINDS[random.below(KINDS.len())];
                let slow = self.planted == Planted::SlowAgent { agent };
                let factor = if slow { 1.5 } else { 1.0 };
                let took_ms = typical * factor * (0.5 * random.normal()).exp();
                give(&TaskSample {
                    at_ms: from_ms + day * DAY_MS + (random.unit() * 8.6e7) as i64,
                    agent_id: &agent_id,
                    kind: Some(kind),
                    took_ms: Some(took_ms),
                    completed: 0.03 < random.unit(),
                });
            }
        }
    }
}

/// A level for each hour that remembers the one before.
fn noise(random: &mut Random, scatter: f64, memory: f64) -> Vec<f64> {
    let fresh = scatter * (1.0 - memory * memory).sqrt();
    let mut level = 0.0;
    let levels = (0..HOURS).map(|_| {
        level = memory * level + fresh * random.normal();
        level
    });
    levels.collect()
}
