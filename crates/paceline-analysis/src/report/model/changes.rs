//! What changed in a period and what should be done about it, as data. Owns the fields; refuses to
//! compute or to phrase them.

use serde::{Deserialize, Serialize};

use super::Interval;
use crate::instant::Instant;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// From one moment on.
    Step,
    /// A step that went away again.
    Spell,
    /// Little by little.
    Drift,
    /// One agent takes longer than the others for the same work.
    SlowAgent,
}

/// Something that changed, with all operations that changed with it: one cause is told once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    pub kind: FindingKind,
    /// Or faster.
    pub slower: bool,
    /// Of a drift: where it begins.
    pub since: Instant,
    /// Of a spell: when it was over.
    pub until: Option<Instant>,
    /// The one that lost most first; empty for an agent.
    pub operations: Vec<Moved>,
    /// `queue`, `execute`, `commit` or `elsewhere`, where most of the difference is.
    pub stage: Option<String>,
    pub agent: Option<SlowAgent>,
    pub meanwhile: Meanwhile,
    /// Milliseconds in this period beyond what there would have been; negative: saved.
    pub lost_ms: f64,
    /// All of it in words.
    pub sentence: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Moved {
    pub operation: String,
    /// Medians, without what repeats daily and weekly. Of a drift: at its ends.
    pub before_ms: f64,
    pub after_ms: f64,
    /// 0.2 is a fifth slower; with the interval that covers it 19 times in 20.
    pub change: f64,
    pub change_low: f64,
    pub change_high: f64,
    /// Of the difference, in the finding's stage.
    pub stage_share: Option<f64>,
    pub lost_ms: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SlowAgent {
    pub agent_id: String,
    pub name: Option<String>,
    /// `operations`, `tasks` or `tool calls`.
    pub measured: String,
    /// What most of the time was lost on.
    pub kind: String,
    pub slower: f64,
    pub slower_low: f64,
    pub slower_high: f64,
    pub count: u64,
    pub compared_agents: u64,
    pub lost_ms: f64,
}

/// What else changed at that time. `None`: not known.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Meanwhile {
    /// 0.5 is half as many operations again.
    pub load_change: Option<f64>,
    /// By how much the load's change alone would have slowed the operation, as it otherwise did.
    pub load_explains: Option<f64>,
    /// Most of the change is what the load explains.
    pub follows_load: bool,
    pub version_before: Option<String>,
    pub version_after: Option<String>,
    /// Of the store's rows, over a drift.
    pub rows_change: Option<f64>,
    /// Time grows as this power of the store's rows.
    pub rows_exponent: Option<Exponent>,
    pub restarted: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exponent {
    pub estimate: f64,
    pub low: f64,
    pub high: f64,
}

/// One of the documented rules that does not hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BrokenRule {
    /// `mean_up`, `p95_over_twice_mean` or `errors_over_1_percent`.
    pub rule: String,
    pub operation: String,
    pub value: f64,
    pub threshold: f64,
    pub sentence: String,
}

/// Where the time goes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bottleneck {
    pub operation: String,
    /// Absent where records do not tell stages.
    pub stage: Option<String>,
    pub total_ms: f64,
    /// Of all time, 0 to 1.
    pub share: f64,
    /// Against the period before, of the share.
    pub share_before: Option<f64>,
    /// Of the queue stage, from the period's begin to its end along the slope: 1 is twice as long.
    pub queue_growth: Option<f64>,
    #[serde(default)]
    pub queue_growth_interval: Option<Interval>,
    /// The wait in the queue rises, beyond what chance would show among so many queues.
    #[serde(default)]
    pub queue_grows: bool,
}

/// A stage's time over all operations whose records tell stages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StageTime {
    pub stage: String,
    pub total_ms: f64,
    /// Of all time, 0 to 1.
    pub share: f64,
}

/// Operations whose times rise and fall together, beside rhythm, steps and drifts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SlowTogether {
    /// With values enough in common.
    pub pairs_compared: u64,
    pub pairs_linked: u64,
    /// Operations that are linked, directly or through others; the largest group first.
    pub groups: Vec<TogetherGroup>,
    /// The strongest, strongest first.
    pub pairs: Vec<TogetherPair>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TogetherGroup {
    pub operations: Vec<String>,
    /// Of the ranks of linked pairs.
    pub correlation_min: f64,
    pub correlation_max: f64,
    /// All of it in words.
    pub sentence: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TogetherPair {
    pub first: String,
    pub second: String,
    pub correlation: f64,
}

/// What should be done, what it would save and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recommendation {
    /// The same for the same advice in another month.
    pub id: String,
    pub action: String,
    pub evidence: String,
    /// Milliseconds a period.
    pub saves_ms: f64,
    /// What the next report looks at.
    pub watched: Option<Watched>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Watched {
    /// An operation, or an agent's id.
    pub subject: String,
    /// `p50_ms`, `p95_ms`, `error_rate` or `slower_than_others`.
    pub figure: String,
    pub was: f64,
    pub target: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Became {
    Done,
    Better,
    Unchanged,
    Worse,
    Unknown,
}

/// What became of an earlier report's recommendation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Followed {
    pub id: String,
    /// The name of the period in which it was given.
    pub given_in: String,
    pub action: String,
    pub became: Became,
    pub now: Option<f64>,
    pub sentence: String,
}

/// One number of the report and how to get it again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reproduction {
    pub what: String,
    /// A shell command.
    pub command: String,
}
