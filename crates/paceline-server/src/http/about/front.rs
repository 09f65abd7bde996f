//! `/`: the dashboard, or where none was built in a page that says what runs here, how to join and how to get it. Owns
//! those words for browsers without scripts; refuses numbers: it shows nothing that it would have to measure.

use std::sync::{Arc, LazyLock};

use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::{MethodRouter, get};
use http::HeaderMap;
use http::header::HOST;
use serde::Deserialize;

use super::super::app::App;
use super::super::route::{About, AnswerShape, Route};
use super::html::Page;
use crate::dashboard;

pub fn route() -> Route {
    About::new("GET", "/", "front", "The dashboard.")
        .public()
        .shows(
            AnswerShape::Text("text/html"),
            |app, request: Request| async move { Ok(front(&app, request.headers())) },
        )
}

/// The same document under the addresses of the dashboard's pages.
pub fn pages() -> MethodRouter<Arc<App>> {
    get(async |State(app): State<Arc<App>>, request: Request| front(&app, request.headers()))
}

fn front(app: &App, headers: &HeaderMap) -> Response {
    // The gate let the request through, so this name is the server's.
    let host = headers
        .get(HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or("127.0.0.1:7717");
    let base = format!("{}://{host}", app.scheme);
    let mut words = Page::part();
    connect(&mut words, &base);
    dashboard::document(headers, words.as_str()).unwrap_or_else(|| plain(&base))
}

fn plain(base: &str) -> Response {
    let mut page = Page::new("Paceline");
    page.markup("<section><h3>The dashboard is not in this build</h3><p>")
        .prose("It needs `npm` when the server is built. Install Node.js 20.19 or newer and build again, ")
        .prose("without `PACELINE_WEB=off` in the environment:")
        .markup("</p><pre>cargo build --release</pre></section>");
    connect(&mut page, base);
    page.respond()
}

/// How to join, in the words that the dashboard's own page has.
fn connect(page: &mut Page, base: &str) {
    let here = |text: &str| text.replace("{base}", base);
    page.markup("<header><h1>Paceline <small>")
        .text(env!("CARGO_PKG_VERSION"))
        .markup("</small></h1><p>")
        .prose(&WORDS.intro)
        .markup("</p><ul class=\"links\">");
    for link in &WORDS.links {
        page.markup("<li><a href=\"")
            .text(&link.href)
            .markup("\">")
            .text(&link.href)
            .markup("</a> ")
            .text(&link.words)
            .markup("</li>");
    }
    page.markup("</ul></header><section><h3>Connect an agent</h3><p>")
        .prose(&here(&WORDS.endpoint))
        .markup("</p>");
    for client in &WORDS.clients {
        page.markup("<h4>")
            .text(&client.name)
            .markup("</h4><pre>")
            .text(&here(&client.snippet))
            .markup("</pre>");
    }
    page.markup("</section><section><h3>Or by HTTP</h3><pre>")
        .text(&here(&WORDS.http))
        .markup("</pre></section>");
}

/// Kept with the dashboard, which shows the same.
static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let text = include_str!("../../../../../web/src/lib/connect.json");
    serde_json::from_str(text).unwrap_or_default()
});

#[derive(Default, Deserialize)]
struct Words {
    intro: String,
    endpoint: String,
    links: Vec<Link>,
    clients: Vec<Client>,
    http: String,
}

#[derive(Deserialize)]
struct Link {
    href: String,
    words: String,
}

#[derive(Deserialize)]
struct Client {
    name: String,
    snippet: String,
}
