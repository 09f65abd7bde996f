//! THE list of scenarios: their names, loads and targets. Owns what the suite measures; refuses to
//! know how a run is repeated or reported.

pub mod agent;
mod batch;
mod caller;
mod claim_complete;
mod delivery;
pub mod dependents;
pub mod election;
mod enqueue;
mod group;
mod health;
mod lifecycle;
mod mcp;
pub mod memory;
pub mod message;
mod plan;
pub mod sample;
mod task;
mod workload;

use anyhow::Result;

pub use group::Group;

use crate::stage::{Measured, Stage};
use crate::target::Target;

/// What a scenario is, apart from its code.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    pub name: &'static str,
    pub load: Load,
    /// What the rate counts.
    pub unit: &'static str,
    /// Units in one operation.
    pub weight: u64,
    pub targets: &'static [Target],
}

/// How a scenario's clients behave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Load {
    /// As many clients as the user asks for, each as fast as it is answered.
    Closed,
    /// So many clients, each as fast as it is answered.
    Few(usize),
    /// Arrivals a second, whatever the answers do.
    Open(u64),
}

impl Load {
    /// With the rate of arrivals that the user wants instead, where it has one.
    pub fn at(self, rate: Option<u64>) -> Self {
        match self {
            Self::Open(per_second) => Self::Open(rate.unwrap_or(per_second)),
            Self::Closed | Self::Few(_) => self,
        }
    }

    pub fn is_open(self) -> bool {
        matches!(self, Self::Open(_))
    }

    /// How many clients there are, each an agent of its own, where the user asks for `concurrency`.
    pub fn clients(self, concurrency: usize) -> usize {
        match self {
            Self::Few(clients) => clients,
            Self::Closed | Self::Open(_) => concurrency,
        }
    }

    pub fn describe(self, concurrency: usize) -> String {
        match self {
            Self::Closed => format!("closed {concurrency}"),
            Self::Few(clients) => format!("closed {clients}"),
            Self::Open(per_second) => format!("open {per_second}/s"),
        }
    }
}

macro_rules! scenarios {
    ($($variant:ident $name:literal $load:expr, $weight:literal $unit:literal, $targets:expr, $run:path;)+) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Scenario {
            $($variant,)+
        }

        impl Scenario {
            /// In the order in which they run and are shown.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            pub const fn spec(self) -> Spec {
                match self {
                    $(Self::$variant => Spec {
                        name: $name,
                        load: $load,
                        unit: $unit,
                        weight: $weight,
                        targets: $targets,
                    },)+
                }
            }

            pub async fn run(self, stage: &Stage<'_>) -> Result<Measured> {
                match self {
                    $(Self::$variant => $run(stage).await,)+
                }
            }
        }
    };
}

use Load::{Closed, Few, Open};
use Target::{P50UnderMs, P99UnderMs, RateAtLeast, ShareOfCeilingAtLeast};

scenarios! {
    Ceiling "ceiling" Closed, 1 "answers", &[], enqueue::many;
    CeilingOne "ceiling_one" Few(1), 1 "answers", &[], enqueue::one;
    Health "http_healthz" Closed, 1 "answers", &[], health::many;
    Enqueue "enqueue" Closed, 1 "tasks", &[ShareOfCeilingAtLeast(0.5)], enqueue::many;
    EnqueueOpen "enqueue_open" Open(5_000), 1 "tasks", &[], enqueue::many;
    EnqueueOne "enqueue_one" Few(1), 1 "tasks", &[P50UnderMs(0.5)], enqueue::one;
    Batch "batch_1000" Few(1), 1_000 "tasks", &[P50UnderMs(20.0)], batch::one;
    Claim "claim_one" Few(1), 1 "claims", &[], claim_complete::claim;
    Complete "complete_one" Few(1), 1 "tasks", &[], claim_complete::complete;
    ClaimComplete "claim_complete" Closed, 1 "pairs", &[RateAtLeast(12_000.0)],
        claim_complete::both;
    Lifecycle "lifecycle" Closed, 1 "tasks", &[RateAtLeast(8_000.0), P99UnderMs(20.0)],
        lifecycle::many;
    LifecycleOpen "lifecycle_open" Open(2_000), 1 "tasks", &[], lifecycle::many;
    TaskUpdate "task_update" Closed, 1 "updates", &[], task::update;
    TaskGet "task_get" Closed, 1 "reads", &[], task::get;
    QueueStatus "queue_status" Closed, 1 "reads", &[], task::queue_status;
    CompleteDependents "complete_50_dependents" Few(1), 1 "tasks", &[P50UnderMs(2.0)],
        dependents::complete;
    CancelDependents "cancel_50_dependents" Few(1), 51 "tasks", &[], dependents::cancel_all;
    Plan100 "plan_100" Few(1), 100 "tasks", &[], plan::hundred;
    Plan10000 "plan_10000" Few(1), 10_000 "tasks", &[], plan::ten_thousand;
    Chains "chains_10x100" Few(10), 1_000 "tasks", &[RateAtLeast(3_000.0)], workload::chained;
    Layers "dag_10x20" Few(10), 200 "tasks", &[], workload::layered;
    EnqueueMcp2025 "enqueue_mcp_2025" Few(1), 1 "tasks", &[P50UnderMs(1.0)], mcp::one_2025;
    EnqueueMcp2026 "enqueue_mcp_2026" Few(1), 1 "tasks", &[P50UnderMs(1.0)], mcp::one_2026;
    EnqueueMcpMany "enqueue_mcp" Closed, 1 "tasks", &[], mcp::many_2026;
    McpTools "mcp_tools_list" Few(1), 1 "lists", &[], mcp::list_tools;
    MessageSend "message_send" Closed, 1 "messages", &[], message::send;
    MessageSendOpen "message_send_open" Open(2_000), 1 "messages", &[], message::send;
    MessageRead "message_read" Closed, 1 "reads", &[], message::read;
    MessageThroughput "message_throughput" Closed, 10 "messages", &[], message::throughput;
    SendToRead "message_send_to_read" Few(2), 1 "messages", &[], delivery::to_one;
    Broadcast "broadcast_32" Few(33), 32 "deliveries", &[], delivery::to_all;
    MemorySet "memory_set" Closed, 1 "writes", &[], memory::set;
    MemorySetOpen "memory_set_open" Open(2_000), 1 "writes", &[], memory::set;
    MemoryGet "memory_get" Closed, 1 "reads", &[], memory::get;
    MemorySearch "memory_search" Closed, 1 "searches", &[], memory::search;
    Campaign "leader_campaign" Closed, 1 "calls", &[], election::campaign;
    Renew "leader_renew" Closed, 1 "calls", &[], election::renew;
    Failover "leader_failover" Few(2), 1 "failovers", &[], election::failover;
    Register "agent_register" Closed, 1 "agents", &[], agent::register;
    Deregister "agent_deregister" Few(1), 1 "agents", &[], agent::deregister;
    Heartbeat "agent_heartbeat" Closed, 1 "calls", &[], agent::heartbeat;
    HeartbeatOpen "agent_heartbeat_open" Open(5_000), 1 "calls", &[], agent::heartbeat;
}

impl Scenario {
    /// Whether it measures the bare handler and not the server.
    pub fn is_ceiling(self) -> bool {
        matches!(self, Self::Ceiling | Self::CeilingOne)
    }

    /// The ceiling that its rate is compared with: the one with as many clients.
    pub fn ceiling(self) -> Option<Self> {
        match self.spec().load {
            _ if self.is_ceiling() => None,
            Load::Closed => Some(Self::Ceiling),
            Load::Few(1) if self.spec().weight == 1 => Some(Self::CeilingOne),
            Load::Few(_) | Load::Open(_) => None,
        }
    }
}

pub fn by_name(name: &str) -> Option<Scenario> {
    let mut all = Scenario::ALL.iter().copied();
    all.find(|one| one.spec().name == name)
}

/// All names, for those who mistyped one.
pub fn names() -> String {
    let names: Vec<_> = Scenario::ALL.iter().map(|one| one.spec().name).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scenario_is_found_by_its_own_name() {
        for &scenario in Scenario::ALL {
            assert_eq!(by_name(scenario.spec().name), Some(scenario));
        }
    }

    #[test]
    fn a_rate_is_compared_with_the_ceiling_of_as_many_clients() {
        let check = |scenario: Scenario, expected| assert_eq!(scenario.ceiling(), expected);
        check(Scenario::Enqueue, Some(Scenario::Ceiling));
        check(Scenario::EnqueueMcp2026, Some(Scenario::CeilingOne));
        check(Scenario::EnqueueOpen, None);
        check(Scenario::Batch, None);
        check(Scenario::Ceiling, None);
    }
}
