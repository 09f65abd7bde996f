//! THE list of routes. Owns which operation each route calls, with which input and which status;
//! refuses anything else: documentation, OpenAPI and the router are made from it.
//!
//! Paths and methods of operations come from `paceline_api::Operation`, which clients and the
//! command line read too.

use paceline_api::Operation::{self, *};
use paceline_api::{AgentStatusQuery, ErrorCode};

use super::about::{docs, front, health, openapi_document};
use super::alert_routes;
use super::anomaly_routes;
use super::answer::Maybe;
use super::input::{FromQuery, Json, JsonOrArray, LargeJson, Nothing, OneOrBatch, OptionalJson};
use super::prometheus;
use super::report;
use super::route::{About, Route};
use crate::ingest::{otlp, remote_write};
use crate::live;
use crate::operations::ApiFailure;

/// Every route but `/mcp`, which is a protocol of its own.
pub fn routes() -> Vec<Route> {
    let mut routes = agents();
    routes.extend(tasks());
    routes.extend(task_changes());
    routes.extend(messages());
    routes.extend(memory());
    routes.extend(elections());
    routes.extend(quality_and_tools());
    routes.extend(metrics());
    routes.extend(performance());
    routes.extend(kept());
    routes.extend(alert_routes::routes());
    routes.extend(anomaly_routes::routes());
    routes.extend(report::routes());
    routes.extend(remote_write::routes());
    routes.extend(otlp::routes());
    routes.extend(prometheus::routes());
    routes.push(live::route::route());
    routes.extend(features());
    routes.extend(server());
    routes
}

fn to(operation: Operation) -> About {
    About::operation(operation)
}

fn agents() -> Vec<Route> {
    let timeline = "The tasks that an agent held, the newest first.";
    vec![
        to(AgentRegister)
            .created()
            .calls(|ops, caller, [], OptionalJson(request)| async move {
                ops.agent_register(&caller, request).await
            }),
        to(AgentStatus).calls(|ops, caller, [], FromQuery(query)| async move {
            ops.agent_status(&caller, query).await
        }),
        About::new("GET", "/api/agents/{agent_id}", "agent_get", "One agent.").calls(
            |ops, caller, [agent_id], Nothing| async move {
                let query = AgentStatusQuery {
                    agent_id: Some(agent_id.clone()),
                    ..<_>::default()
                };
                let mut found = ops.agent_status(&caller, query).await?;
                found.items.pop().ok_or_else(|| {
                    ApiFailure::new(ErrorCode::NotFound, format!("no agent `{agent_id}`"))
                })
            },
        ),
        About::new(
            "GET",
            "/api/agents/{agent_id}/timeline",
            "agent_timeline",
            timeline,
        )
        .calls(|ops, caller, [agent_id], FromQuery(query)| async move {
            ops.agent_timeline(&caller, agent_id, query).await
        }),
        to(AgentUpdateStatus).calls(
            |ops, caller, [agent_id], OptionalJson(request)| async move {
                ops.agent_update_status(&caller, agent_id, request).await
            },
        ),
        to(AgentHeartbeat).calls(
            |ops, caller, [agent_id], OptionalJson(request)| async move {
                ops.agent_heartbeat(&caller, agent_id, request).await
            },
        ),
        to(AgentDeregister).calls(|ops, caller, [agent_id], FromQuery(query)| async move {
            ops.agent_deregister(&caller, agent_id, query).await
        }),
    ]
}

fn tasks() -> Vec<Route> {
    let story = "What happened to a task, the oldest first.";
    let graph = "A task, what it waits for and what waits for it.";
    vec![
        to(TaskEnqueue)
            .created()
            .calls(|ops, caller, [], input| async move {
                match input {
                    OneOrBatch::One(task) => {
                        ops.task_enqueue(&caller, *task).await.map(Enqueued::One)
                    }
                    OneOrBatch::Batch(tasks) => ops
                        .task_enqueue_batch(&caller, tasks)
                        .await
                        .map(Enqueued::Batch),
                }
            }),
        to(TaskList).calls(|ops, caller, [], FromQuery(query)| async move {
            ops.task_list(&caller, query).await
        }),
        to(TaskGet).calls(|ops, caller, [task_id], Nothing| async move {
            ops.task_get(&caller, task_id).await
        }),
        About::new("GET", "/api/tasks/{task_id}/story", "task_story", story).calls(
            |ops, caller, [task_id], FromQuery(query)| async move {
                ops.task_story(&caller, task_id, query).await
            },
        ),
        About::new("GET", "/api/tasks/{task_id}/graph", "task_graph", graph).calls(
            |ops, caller, [task_id], FromQuery(query)| async move {
                ops.task_graph(&caller, task_id, query).await
            },
        ),
        to(TaskQueueStatus)
            .calls(|ops, caller, [], Nothing| async move { ops.task_queue_status(&caller).await }),
        to(TaskExecutionPlan).calls(|ops, caller, [], Json(request)| async move {
            ops.task_execution_plan(&caller, request).await
        }),
        to(TaskClaim)
            .long_poll()
            .calls(|ops, caller, [], Json(request)| async move {
                ops.task_claim(&caller, request).await.map(Maybe)
            }),
    ]
}

fn task_changes() -> Vec<Route> {
    vec![
        to(TaskRenew).calls(|ops, caller, [task_id], Json(request)| async move {
            ops.task_renew(&caller, task_id, request).await
        }),
        to(TaskComplete).calls(|ops, caller, [task_id], Json(request)| async move {
            ops.task_complete(&caller, task_id, request).await
        }),
        to(TaskFail).calls(|ops, caller, [task_id], Json(request)| async move {
            ops.task_fail(&caller, task_id, request).await
        }),
        to(TaskRelease).calls(|ops, caller, [task_id], Json(request)| async move {
            ops.task_release(&caller, task_id, request).await
        }),
        to(TaskUpdate).calls(|ops, caller, [task_id], Json(request)| async move {
            ops.task_update(&caller, task_id, request).await
        }),
        to(TaskCancel).calls(|ops, caller, [task_id], OptionalJson(request)| async move {
            ops.task_cancel(&caller, task_id, request).await
        }),
    ]
}

fn messages() -> Vec<Route> {
    let one = "One message, and who has it; for operators.";
    vec![
        to(MessageSend)
            .created()
            .calls(|ops, caller, [], Json(request)| async move {
                ops.message_send(&caller, request).await
            }),
        to(MessageRead)
            .long_poll()
            .calls(|ops, caller, [agent_id], FromQuery(query)| async move {
                ops.message_read(&caller, agent_id, query).await
            }),
        to(MessageList).calls(|ops, caller, [], FromQuery(query)| async move {
            ops.message_list(&caller, query).await
        }),
        About::new("GET", "/api/messages/{message_id}", "message_get", one).calls(
            |ops, caller, [message_id], Nothing| async move {
                ops.message_get(&caller, message_id).await
            },
        ),
        to(MessageAck).calls(|ops, caller, [agent_id], Json(request)| async move {
            ops.message_ack(&caller, agent_id, request).await
        }),
    ]
}

fn memory() -> Vec<Route> {
    vec![
        to(MemorySet).calls(|ops, caller, [namespace, key], Json(request)| async move {
            ops.memory_set(&caller, namespace, key, request).await
        }),
        to(MemoryGet).calls(|ops, caller, [namespace, key], Nothing| async move {
            ops.memory_get(&caller, namespace, key).await
        }),
        to(MemoryDelete).calls(
            |ops, caller, [namespace, key], FromQuery(query)| async move {
                ops.memory_delete(&caller, namespace, key, query).await
            },
        ),
        to(MemorySearch).calls(|ops, caller, [], FromQuery(query)| async move {
            ops.memory_search(&caller, query).await
        }),
        About::new(
            "GET",
            "/api/memory/namespaces",
            "memory_namespaces",
            "Namespaces of shared memory with their entries; for operators.",
        )
        .calls(|ops, caller, [], FromQuery(query)| async move {
            ops.memory_namespaces(&caller, query).await
        }),
    ]
}

fn elections() -> Vec<Route> {
    vec![
        to(LeaderCampaign).calls(|ops, caller, [election], Json(request)| async move {
            ops.leader_campaign(&caller, election, request).await
        }),
        to(LeaderRenew).calls(|ops, caller, [election], Json(request)| async move {
            ops.leader_renew(&caller, election, request).await
        }),
        to(LeaderResign).calls(|ops, caller, [election], Json(request)| async move {
            ops.leader_resign(&caller, election, request).await
        }),
        About::new(
            "GET",
            "/api/elections",
            "leader_list",
            "Every election and its leader.",
        )
        .calls(|ops, caller, [], FromQuery(query)| async move {
            ops.leader_list(&caller, query).await
        }),
        to(LeaderGet).calls(|ops, caller, [election], Nothing| async move {
            ops.leader_get(&caller, election).await
        }),
    ]
}

fn quality_and_tools() -> Vec<Route> {
    let calls = "Recorded tool calls, the newest first.";
    vec![
        to(QualityAssess)
            .created()
            .calls(|ops, caller, [], Json(request)| async move {
                ops.quality_assess(&caller, request).await
            }),
        to(QualityList).calls(|ops, caller, [], FromQuery(query)| async move {
            ops.quality_list(&caller, query).await
        }),
        About::new("GET", "/api/tool-calls", "tool_call_list", calls).calls(
            |ops, caller, [], FromQuery(query)| async move {
                ops.tool_call_list(&caller, query).await
            },
        ),
        to(ToolCallRecord).calls(|ops, caller, [], JsonOrArray(request)| async move {
            ops.tool_call_record(&caller, request).await
        }),
    ]
}

fn metrics() -> Vec<Route> {
    vec![
        to(MetricDefine)
            .created()
            .calls(|ops, caller, [], Json(request)| async move {
                ops.metric_define(&caller, request).await
            }),
        to(MetricList).calls(|ops, caller, [], FromQuery(query)| async move {
            ops.metric_list(&caller, query).await
        }),
        to(MetricRecord).calls(|ops, caller, [], LargeJson(request)| async move {
            ops.metric_record(&caller, request).await
        }),
    ]
}

fn performance() -> Vec<Route> {
    let ranking = "Agents ranked by what they did, with evidence.";
    let operations = "Operations, stages, bottlenecks and tools over a period.";
    vec![
        to(PerfReport).calls(|ops, caller, [], FromQuery(query)| async move {
            ops.perf_report(&caller, query).await
        }),
        About::new("GET", "/api/performance", "performance", operations).calls(
            |ops, caller, [], FromQuery(query)| async move {
                ops.performance(&caller, query).await
            },
        ),
        About::new("GET", "/api/agent-performance", "agent_performance", ranking).calls(
            |ops, caller, [], FromQuery(query)| async move {
                ops.agent_performance(&caller, query).await
            },
        ),
    ]
}

fn kept() -> Vec<Route> {
    let reports = "Monthly reports that are kept, the newest first.";
    let report = "A month's report as it was written.";
    let benchmarks = "Results of benchmarks that are kept, the newest first.";
    let benchmark = "A benchmark's whole result.";
    vec![
        About::new("GET", "/api/reports", "report_list", reports).calls(
            |ops, caller, [], FromQuery(query)| async move {
                ops.report_list(&caller, query).await
            },
        ),
        About::new("GET", "/api/reports/{month}", "report_get", report).calls(
            |ops, caller, [month], Nothing| async move { ops.report_get(&caller, month).await },
        ),
        About::new("GET", "/api/benchmarks", "benchmark_list", benchmarks).calls(
            |ops, caller, [], FromQuery(query)| async move {
                ops.benchmark_list(&caller, query).await
            },
        ),
        About::new("GET", "/api/benchmarks/{name}", "benchmark_get", benchmark).calls(
            |ops, caller, [name], Nothing| async move { ops.benchmark_get(&caller, name).await },
        ),
    ]
}

fn features() -> Vec<Route> {
    let list = "Feature flags and their state.";
    let set = "Switch a feature flag until the next start.";
    vec![
        About::new("GET", "/api/features", "feature_list", list)
            .calls(|ops, _, [], Nothing| async move { Ok(ops.feature_list()) }),
        About::new("PUT", "/api/features/{feature}", "feature_set", set).calls(
            |ops, caller, [feature], Json(request)| async move {
                ops.feature_set(&caller, &feature, &request)
            },
        ),
    ]
}

fn server() -> Vec<Route> {
    vec![
        health::alive(),
        health::ready(),
        health::metrics(),
        openapi_document::route(),
        docs::route(),
        docs::style(),
        front::route(),
    ]
}

/// The answer in the shape of the question.
#[derive(serde::Serialize, schemars::JsonSchema)]
#[serde(untagged)]
enum Enqueued {
    One(paceline_api::TaskEnqueued),
    Batch(paceline_api::TaskBatchEnqueued),
}
