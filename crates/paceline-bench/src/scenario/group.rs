//! Scenarios by what they are about. Owns which belongs where; one may belong to several groups, as
//! an enqueue over MCP is about tasks to one reader and about MCP to another.

use super::Scenario;

/// A name for several scenarios.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Agents,
    Tasks,
    Memory,
    Messages,
    Election,
    Mcp,
    Http,
}

impl Group {
    pub const ALL: &[Self] = &[
        Self::Agents,
        Self::Tasks,
        Self::Memory,
        Self::Messages,
        Self::Election,
        Self::Mcp,
        Self::Http,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Agents => "agents",
            Self::Tasks => "tasks",
            Self::Memory => "memory",
            Self::Messages => "messages",
            Self::Election => "election",
            Self::Mcp => "mcp",
            Self::Http => "http",
        }
    }

    pub const fn scenarios(self) -> &'static [Scenario] {
        use Scenario as S;
        match self {
            Self::Agents => &[S::Register, S::Deregister, S::Heartbeat, S::HeartbeatOpen],
            Self::Tasks => &[
                S::Enqueue,
                S::EnqueueOpen,
                S::EnqueueOne,
                S::Batch,
                S::Claim,
                S::Complete,
                S::ClaimComplete,
                S::Lifecycle,
                S::LifecycleOpen,
                S::TaskUpdate,
                S::TaskGet,
                S::QueueStatus,
                S::CompleteDependents,
                S::CancelDependents,
                S::Plan100,
                S::Plan10000,
                S::Chains,
                S::Layers,
            ],
            Self::Memory => &[
                S::MemorySet,
                S::MemorySetOpen,
                S::MemoryGet,
                S::MemorySearch,
            ],
            Self::Messages => &[
                S::MessageSend,
                S::MessageSendOpen,
                S::MessageRead,
                S::MessageThroughput,
                S::SendToRead,
                S::Broadcast,
            ],
            Self::Election => &[S::Campaign, S::Renew, S::Failover],
            Self::Mcp => &[
                S::EnqueueMcp2025,
                S::EnqueueMcp2026,
                S::EnqueueMcpMany,
                S::McpTools,
            ],
            Self::Http => &[
                S::Ceiling,
                S::CeilingOne,
                S::Health,
                S::EnqueueOne,
                S::TaskGet,
            ],
        }
    }

    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|group| group.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scenario_is_in_a_group() {
        for scenario in Scenario::ALL {
            let mut groups = Group::ALL.iter();
            let name = scenario.spec().name;
            assert!(
                groups.any(|group| group.scenarios().contains(scenario)),
                "{name}"
            );
        }
    }

    #[test]
    fn no_group_is_called_like_a_scenario() {
        for group in Group::ALL {
            assert_eq!(super::super::by_name(group.name()), None);
            assert_eq!(Group::by_name(group.name()), Some(*group));
        }
    }
}
