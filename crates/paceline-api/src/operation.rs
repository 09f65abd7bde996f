//! THE list of operations: their names, routes and one-line descriptions.
//!
//! Owns what HTTP, MCP, the command line, the record and the metrics call an operation. Refuses to
//! know what an operation does.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where an operation lives: method and path, with the path's fields in braces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    pub method: &'static str,
    pub path: &'static str,
}

macro_rules! operations {
    ($($variant:ident $name:literal $kind:ident $route:expr, $title:literal, $summary:literal;)+) => {
        /// Something that a fleet can ask for, or that Paceline measures as if it had been asked.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
            JsonSchema,
        )]
        pub enum Operation {
            $(#[serde(rename = $name)] $variant,)+
        }

        impl Operation {
            /// In the order in which lists show them.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// A few words, for menus.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)+ }
            }

            /// One sentence, for documentation and tool lists.
            pub const fn summary(self) -> &'static str {
                match self { $(Self::$variant => $summary,)+ }
            }

            /// Whether it changes what others see.
            pub const fn is_write(self) -> bool {
                match self { $(Self::$variant => is_write!($kind),)+ }
            }

            /// None for the two that nobody calls.
            pub const fn route(self) -> Option<Route> {
                match self { $(Self::$variant => route($route),)+ }
            }
        }
    };
}

macro_rules! is_write {
    (write) => {
        true
    };
    (read) => {
        false
    };
}

const fn route(parts: (&'static str, &'static str)) -> Option<Route> {
    let (method, path) = parts;
    if path.is_empty() {
        None
    } else {
        Some(Route { method, path })
    }
}

operations! {
    AgentRegister "agent_register" write ("POST", "/api/agents"),
        "Register agent", "Join the fleet; answers an agent_id and its token.";
    AgentDeregister "agent_deregister" write ("DELETE", "/api/agents/{agent_id}"),
        "Deregister agent", "Leave the fleet; running tasks are released at once.";
    AgentHeartbeat "agent_heartbeat" write ("POST", "/api/agents/{agent_id}/heartbeat"),
        "Heartbeat", "Say that an agent is alive; any other call does too.";
    AgentUpdateStatus "agent_update_status" write ("PATCH", "/api/agents/{agent_id}"),
        "Update agent status", "Say what an agent is doing.";
    AgentStatus "agent_status" read ("GET", "/api/agents"),
        "Agent status", "List agents with health and current task, and the leaders.";
    TaskEnqueue "task_enqueue" write ("POST", "/api/tasks"),
        "Enqueue task", "Add one task, or `tasks` as an all-or-nothing batch.";
    TaskClaim "task_claim" write ("POST", "/api/tasks/claim"),
        "Claim task", "Take the most urgent ready task, or `task_id`, under a lease and a fence.";
    TaskRenew "task_renew" write ("POST", "/api/tasks/{task_id}/renew"),
        "Renew lease", "Extend the lease of a running task.";
    TaskRelease "task_release" write ("POST", "/api/tasks/{task_id}/release"),
        "Release task", "Give a running task back to the queue.";
    TaskComplete "task_complete" write ("POST", "/api/tasks/{task_id}/complete"),
        "Complete task", "Finish a claimed task; its dependents may become ready.";
    TaskFail "task_fail" write ("POST", "/api/tasks/{task_id}/fail"),
        "Fail task", "Report a failed attempt; it is retried while retries are left.";
    TaskUpdate "task_update" write ("PATCH", "/api/tasks/{task_id}"),
        "Update task", "Add a note or prerequisites, change priority or deadline.";
    TaskCancel "task_cancel" write ("POST", "/api/tasks/{task_id}/cancel"),
        "Cancel task", "Cancel a task and all that depend on it.";
    TaskGet "task_get" read ("GET", "/api/tasks/{task_id}"),
        "Get task", "One task with everything known about it.";
    TaskList "task_list" read ("GET", "/api/tasks"),
        "List tasks", "Tasks by status, source, agent type or assignee.";
    TaskQueueStatus "task_queue_status" read ("GET", "/api/tasks/queue"),
        "Queue status", "Counts by status, average priority, depth, oldest and newest.";
    TaskExecutionPlan "task_execution_plan" read ("POST", "/api/tasks/plan"),
        "Execution plan", "Batches in which tasks can run side by side.";
    MessageSend "message_send" write ("POST", "/api/messages"),
        "Send message", "Send to an agent, a role, a topic or all.";
    MessageRead "message_read" read ("GET", "/api/agents/{agent_id}/messages"),
        "Read messages", "Messages for an agent, in order; can wait for the next.";
    MessageAck "message_ack" write ("POST", "/api/agents/{agent_id}/messages/ack"),
        "Acknowledge messages", "Move an agent's read cursor.";
    MessageList "message_list" read ("GET", "/api/messages"),
        "List messages", "The fleet's messages, newest first, with who has them; for operators.";
    MemorySet "memory_set" write ("PUT", "/api/memory/{namespace}/{key}"),
        "Set memory", "Store a shared value, optionally only over `expected_version`.";
    MemoryGet "memory_get" read ("GET", "/api/memory/{namespace}/{key}"),
        "Get memory", "Read a shared value and its version.";
    MemorySearch "memory_search" read ("GET", "/api/memory"),
        "Search memory", "Full-text search of shared values.";
    MemoryDelete "memory_delete" write ("DELETE", "/api/memory/{namespace}/{key}"),
        "Delete memory", "Remove a shared value.";
    LeaderCampaign "leader_campaign" write ("POST", "/api/elections/{election}/campaign"),
        "Campaign", "Become leader if there is none; also renews an own lead.";
    LeaderRenew "leader_renew" write ("POST", "/api/elections/{election}/renew"),
        "Renew lead", "Extend an own lead.";
    LeaderResign "leader_resign" write ("POST", "/api/elections/{election}/resign"),
        "Resign", "Give up an own lead.";
    LeaderGet "leader_get" read ("GET", "/api/elections/{election}"),
        "Get leader", "Who leads an election, and who did.";
    QualityAssess "quality_assess" write ("POST", "/api/quality"),
        "Assess quality", "Score a task's work, each criterion 0 to 10.";
    QualityList "quality_list" read ("GET", "/api/quality"),
        "List assessments", "Quality assessments by task or agent.";
    MetricDefine "metric_define" write ("POST", "/api/metrics/definitions"),
        "Define metric", "Name a custom metric with kind and unit.";
    MetricRecord "metric_record" write ("POST", "/api/metrics/samples"),
        "Record metrics", "Record values of any metrics; a new name starts a new series.";
    MetricList "metric_list" read ("GET", "/api/metrics/definitions"),
        "List metrics", "Defined metrics by name.";
    ToolCallRecord "tool_call_record" write ("POST", "/api/tool-calls"),
        "Record tool calls", "Record timed tool calls; a call_id counts once.";
    AlertList "alert_list" read ("GET", "/api/alerts"),
        "List alerts", "What is pending and firing, or over, the most severe first.";
    AlertAcknowledge "alert_acknowledge" write ("POST", "/api/alerts/{fingerprint}/acknowledge"),
        "Acknowledge alert", "Say that somebody looks after an alert; nothing more is told of it.";
    AlertRuleList "alert_rule_list" read ("GET", "/api/alert-rules"),
        "List alert rules", "Rules in force with their state, and what is wrong with rule files.";
    AlertRuleCreate "alert_rule_create" write ("POST", "/api/alert-rules"),
        "Create alert rule", "Set a threshold, or a rule in PromQL.";
    AlertRuleDelete "alert_rule_delete" write ("DELETE", "/api/alert-rules/{rule_id}"),
        "Delete alert rule", "Take a rule away; what fires under it is over.";
    SilenceCreate "silence_create" write ("POST", "/api/silences"),
        "Silence alerts", "Hold matching alerts back from every channel for a while.";
    AnomalyList "anomaly_list" read ("GET", "/api/anomalies"),
        "List anomalies", "What series did that is unlikely for them, the newest first.";
    AnomalyDismiss "anomaly_dismiss" write ("POST", "/api/anomalies/{anomaly_id}/dismiss"),
        "Dismiss anomaly", "Say that it was none; the like of it is not told again.";
    PerfReport "perf_report" read ("GET", "/api/report"),
        "Performance report", "Operations, agents and bottlenecks over a period.";
    MessageDeliver "message_deliver" write ("", ""),
        "Message delivery", "Measured from send to read.";
    LeaderFailover "leader_failover" write ("", ""),
        "Leader failover", "Measured from leader lost to leader known.";
}

impl Operation {
    /// Names of the fields in the route's path, in order.
    pub fn path_fields(self) -> impl Iterator<Item = &'static str> {
        let path = self.route().map_or("", |route| route.path);
        path.split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownOperation(pub String);

impl fmt::Display for UnknownOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not an operation", self.0)
    }
}

impl std::error::Error for UnknownOperation {}

impl FromStr for Operation {
    type Err = UnknownOperation;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL
            .iter()
            .find(|operation| operation.as_str() == name);
        found
            .copied()
            .ok_or_else(|| UnknownOperation(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_operation_reads_back_by_its_name() {
        for &operation in Operation::ALL {
            assert_eq!(operation.as_str().parse(), Ok(operation));
            let json = serde_json::to_string(&operation).unwrap();
            assert_eq!(json, format!("\"{operation}\""));
            assert!(!operation.title().is_empty() && operation.summary().ends_with('.'));
        }
        assert!("agent_send".parse::<Operation>().is_err());
    }

    #[test]
    fn names_and_routes_are_unique_and_only_two_have_no_route() {
        let names: BTreeSet<_> = Operation::ALL.iter().map(|one| one.as_str()).collect();
        assert_eq!(names.len(), Operation::ALL.len());
        let routes: Vec<_> = Operation::ALL
            .iter()
            .filter_map(|one| one.route())
            .collect();
        let unique: BTreeSet<_> = routes.iter().map(|one| (one.method, one.path)).collect();
        assert_eq!(unique.len(), routes.len());
        assert_eq!(routes.len() + 2, Operation::ALL.len());
    }

    #[test]
    fn path_fields_are_those_in_braces() {
        let fields: Vec<_> = Operation::MemorySet.path_fields().collect();
        assert_eq!(fields, ["namespace", "key"]);
        assert_eq!(Operation::TaskList.path_fields().count(), 0);
        assert_eq!(Operation::LeaderFailover.path_fields().count(), 0);
    }
}
