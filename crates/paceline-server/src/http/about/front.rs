//! `/`: what runs here and how to join, until a dashboard takes its place. Refuses numbers: it
//! shows nothing that it would have to measure.

use axum::extract::Request;
use axum::response::Response;
use http::HeaderMap;
use http::header::HOST;

use super::super::app::App;
use super::super::route::{About, AnswerShape, Route};
use super::html::Page;

pub fn route() -> Route {
    About::new("GET", "/", "front", "What runs here and how to join.")
        .public()
        .shows(
            AnswerShape::Text("text/html"),
            |app, request: Request| async move { Ok(page(&app, request.headers())) },
        )
}

fn page(app: &App, headers: &HeaderMap) -> Response {
    // The gate let the request through, so this name is the server's.
    let host = headers
        .get(HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or("127.0.0.1:7717");
    let base = format!("{}://{host}", app.scheme);
    let mut page = Page::new("Paceline");
    page.markup("<header><h1>Paceline <small>")
        .text(env!("CARGO_PKG_VERSION"));
    page.markup("</small></h1><p>")
        .prose("A coordination server for fleets of AI agents runs here: tasks, messages, shared ")
        .prose("memory and elections, each durable before it is answered and on the record.")
        .markup("</p><ul class=\"links\">");
    for (href, words) in LINKS {
        page.markup("<li><a href=\"")
            .text(href)
            .markup("\">")
            .text(href)
            .markup("</a> ");
        page.text(words).markup("</li>");
    }
    page.markup("</ul></header><main><section><h3>Connect an agent</h3><p>");
    page.prose(&format!("One MCP endpoint for every client: `{base}/mcp`"));
    page.markup("</p>");
    for (client, snippet) in snippets(&base) {
        page.markup("<h4>")
            .text(client)
            .markup("</h4><pre>")
            .text(&snippet)
            .markup("</pre>");
    }
    page.markup("</section><section><h3>Or by HTTP</h3><pre>")
        .text(&by_http(&base));
    page.markup("</pre></section></main>");
    page.respond()
}

const LINKS: [(&str, &str); 5] = [
    ("/api/docs", "the HTTP interface, for people"),
    ("/api/openapi.json", "the same, for programs"),
    ("/api/tasks/queue", "the queue now"),
    ("/readyz", "whether the store takes writes"),
    ("/metrics", "own metrics, as Prometheus text"),
];

fn snippets(base: &str) -> [(&'static str, String); 4] {
    [
        (
            "Claude Code",
            format!("claude mcp add --transport http paceline {base}/mcp"),
        ),
        (
            "Codex, in config.toml",
            format!("[mcp_servers.paceline]\nurl = \"{base}/mcp\""),
        ),
        (
            "Gemini CLI, in settings.json",
            format!("{{\"mcpServers\": {{\"paceline\": {{\"httpUrl\": \"{base}/mcp\"}}}}}}"),
        ),
        (
            "Clients that speak only stdio",
            "{\"mcpServers\": {\"paceline\": {\"command\": \"paceline\", \"args\": [\"mcp\"]}}}"
                .to_owned(),
        ),
    ]
}

fn by_http(base: &str) -> String {
    format!(
        "curl -s {base}/api/agents -H 'content-type: application/json' \\\n  \
         -d '{{\"name\": \"first\", \"agent_types\": [\"developer\"]}}'\n\n\
         curl -s {base}/api/tasks -H 'content-type: application/json' \\\n  \
         -d '{{\"description\": \"say hello\", \"source\": \"human\", \"agent_type\": \"developer\"}}'\n"
    )
}
