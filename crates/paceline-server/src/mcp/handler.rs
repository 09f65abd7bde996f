//! What Paceline says to an MCP client. Owns the way of a tool call: its tool, its caller, its
//! arguments, its answer, and its end when nobody waits for it any more.
//!
//! Refuses sessions: a caller is who its token says, in every call anew.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::Poll;

use http::request::Parts;
use paceline_api::Operation;
use rmcp::model::{
    CacheScope, CallToolRequestParams, CallToolResponse, CompleteRequestMethod,
    CompleteRequestParams, CompleteResult, ConstString, Implementation, ListPromptsRequestMethod,
    ListPromptsResult, ListResourceTemplatesRequestMethod, ListResourceTemplatesResult,
    ListResourcesRequestMethod, ListResourcesResult, ListToolsResult, PaginatedRequestParams,
    ServerCapabilities, ServerConfig, Tool,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer, ServerHandler};

use super::answer::{Answer, refusal};
use super::arguments::Arguments;
use super::cancel::Cancelled;
use super::envelope::RawArguments;
use super::toolbox::{Toolbox, Tooled};
use crate::auth::Authenticator;
use crate::http::caller;
use crate::http::failure::internal;
use crate::operations::{ApiFailure, Caller, Operations, Surface};

/// Tools change with the program alone; the shorter this is, the sooner a client sees a new one.
const TOOLS_TTL_MS: u64 = 3_600_000;
/// JSON-RPC's neighbourhood has no code for it; this is the one that language servers use.
const REQUEST_CANCELLED: i32 = -32_800;

const INSTRUCTIONS: &str = "\
Paceline coordinates a fleet of agents: tasks, messages, shared memory, elections.
1. Register once (`agent_register`), keep `agent_id` and `token`; send the token as `token` or bearer where tokens are on.
2. Claim work with `task_claim` and `wait_seconds` instead of polling; ask for `lease_seconds` that cover the work, for when the lease ends the task goes to another agent.
3. In long work call `agent_heartbeat` with `task_id` and `fence` before the lease ends: it renews the lease. Any other call is a heartbeat too.
4. End with `task_complete` or `task_fail` and the `fence` of your claim; `stale_fence` means that another agent has the task: drop it.
5. Read with `message_read` and `wait_seconds`; give the last position you handled as `ack_through` the next time.";

#[derive(Clone)]
pub struct Handler {
    operations: Arc<Operations>,
    authenticator: Arc<Authenticator>,
    toolbox: Arc<Toolbox>,
}

impl Handler {
    pub fn new(operations: Arc<Operations>, authenticator: Arc<Authenticator>) -> Self {
        Self {
            operations,
            authenticator,
            toolbox: Arc::new(Toolbox::new()),
        }
    }

    async fn call(
        &self,
        tooled: &Tooled,
        arguments: &str,
        parts: Option<&Parts>,
    ) -> Result<Answer, ApiFailure> {
        let path_fields = tooled.entry.operation.path_fields();
        let arguments = Arguments::parse(arguments, path_fields, &tooled.tool.input_schema)?;
        let caller = self.caller(&arguments, parts).await?;
        (tooled.entry.call)(&self.operations, &caller, arguments).await
    }

    /// An argument stands before a header: several agents may share one client.
    async fn caller(
        &self,
        arguments: &Arguments<'_>,
        parts: Option<&Parts>,
    ) -> Result<Caller, ApiFailure> {
        let claimed = parts
            .map(|parts| caller::read(&parts.headers))
            .transpose()?;
        let header_token = claimed.as_ref().and_then(|claimed| claimed.token);
        let token = arguments.token.as_deref().or(header_token);
        let identity = self.authenticator.authenticate(token).await?;
        let (key, session_id) = claimed.map_or((None, None), |claimed| {
            (claimed.idempotency_key, claimed.session_id)
        });
        Ok(Caller {
            identity,
            surface: Surface::Mcp,
            idempotency_key: arguments.idempotency_key.clone().or(key),
            session_id,
        })
    }
}

impl ServerHandler for Handler {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder().enable_tools().build();
        let mut info = ServerConfig::new(capabilities);
        info.server_info = Implementation::new("paceline", env!("CARGO_PKG_VERSION"));
        info.server_info.title = Some("Paceline".to_owned());
        info.instructions = Some(INSTRUCTIONS.to_owned());
        info
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let tools = ListToolsResult::with_all_items(self.toolbox.tools());
        Ok(tools
            .with_ttl_ms(TOOLS_TTL_MS)
            .with_cache_scope(CacheScope::Public))
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        self.toolbox.find(name).map(|tooled| tooled.tool.clone())
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let Some(tooled) = self.toolbox.find(&request.name) else {
            return Err(unknown_tool(&request.name));
        };
        let parts = context.extensions.get::<Parts>();
        let arguments = arguments_of(request, parts)?;
        let called = caught(self.call(tooled, &arguments, parts));
        // An answer that is there is given, whoever left in the same moment.
        tokio::select! {
            biased;
            answer = called => Ok(answer.map_or_else(|failure| refusal(&failure.body), Answer::into_result).into()),
            () = context.ct.cancelled() => Err(cancelled()),
            () = cancelled_by_name(parts) => Err(cancelled()),
        }
    }

    async fn complete(
        &self,
        _: CompleteRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CompleteResult, ErrorData> {
        absent::<CompleteRequestMethod, _>()
    }

    async fn list_prompts(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        absent::<ListPromptsRequestMethod, _>()
    }

    async fn list_resources(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        absent::<ListResourcesRequestMethod, _>()
    }

    async fn list_resource_templates(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        absent::<ListResourceTemplatesRequestMethod, _>()
    }
}

/// What is not declared is not answered either; the library would answer an empty list.
fn absent<M: ConstString, T>() -> Result<T, ErrorData> {
    Err(ErrorData::method_not_found::<M>())
}

/// As they were sent, where the transport kept them.
fn arguments_of(
    request: CallToolRequestParams,
    parts: Option<&Parts>,
) -> Result<String, ErrorData> {
    let raw = parts.and_then(|parts| parts.extensions.get::<RawArguments>());
    if let Some(raw) = raw {
        return Ok(raw.as_str().to_owned());
    }
    let arguments = request.arguments.unwrap_or_default();
    serde_json::to_string(&arguments)
        .map_err(|error| ErrorData::invalid_params(error.to_string(), None))
}

fn unknown_tool(name: &str) -> ErrorData {
    let shown: String = name.chars().take(100).collect();
    let known: Vec<_> = super::tools::TOOLS
        .iter()
        .map(|entry| entry.operation)
        .collect();
    let known = serde_json::json!({ "known": known });
    let hint = match name.parse::<Operation>() {
        Ok(_) => "; it is offered over HTTP",
        Err(_) => "",
    };
    ErrorData::invalid_params(format!("there is no tool `{shown}`{hint}"), Some(known))
}

fn cancelled() -> ErrorData {
    ErrorData::new(
        rmcp::model::ErrorCode(REQUEST_CANCELLED),
        "the call was cancelled",
        None,
    )
}

/// The library would never answer a call that panicked; its client would wait for ever.
async fn caught(
    called: impl Future<Output = Result<Answer, ApiFailure>>,
) -> Result<Answer, ApiFailure> {
    let mut called = std::pin::pin!(called);
    std::future::poll_fn(|context| {
        let poll = || called.as_mut().poll(context);
        catch_unwind(AssertUnwindSafe(poll)).unwrap_or_else(|_| Poll::Ready(Err(internal())))
    })
    .await
}

async fn cancelled_by_name(parts: Option<&Parts>) {
    match parts.and_then(|parts| parts.extensions.get::<Cancelled>()) {
        Some(cancelled) => cancelled.wait().await,
        None => std::future::pending().await,
    }
}
