//! `/api/docs`: the OpenAPI document as a page for people. Owns its layout; refuses to know routes
//! by itself: what is not in the document is not on the page.

use axum::response::Response;
use http::StatusCode;
use serde_json::{Map, Value};

use super::super::answer::with_type;
use super::super::route::{About, AnswerShape, Route};
use super::super::routes::routes;
use super::html::Page;
use super::openapi::{FROM_CLIENT, FROM_SERVER, tag};
use super::openapi_document::DOCUMENT;

pub fn route() -> Route {
    About::new("GET", "/api/docs", "docs", "This interface as a page.")
        .public()
        .shows(AnswerShape::Text("text/html"), |_, _| async { Ok(page()) })
}

pub fn style() -> Route {
    const TYPE: &str = "text/css; charset=utf-8";
    About::new(
        "GET",
        "/api/docs.css",
        "docs_style",
        "The style of the server's own pages.",
    )
    .public()
    .shows(AnswerShape::Text("text/css"), |_, _| async {
        Ok(with_type(StatusCode::OK, TYPE, include_str!("page.css")))
    })
}

fn page() -> Response {
    let routes = routes();
    let mut page = Page::new("Paceline: the HTTP interface");
    page.markup("<header><h1>Paceline <small>HTTP interface</small></h1><p>")
        .prose("JSON in, JSON out. Times are RFC 3339 in UTC; ids are opaque; lists take `limit` (1 to 500) ")
        .prose("and `cursor` and answer `items` and `next_cursor`. ")
        .markup("The same as <a href=\"/api/openapi.json\">OpenAPI 3.1</a>; <a href=\"/\">back</a>.")
        .markup("</p></header><div class=\"columns\"><nav>");
    let mut last = "";
    for route in &routes {
        if tag(&route.about) != last {
            last = tag(&route.about);
            page.markup("<h2>").text(last).markup("</h2>");
        }
        entry(&mut page, route);
    }
    page.markup(
        "<h2>reference</h2><a href=\"#headers\">headers</a><a href=\"#errors\">errors</a><a href=\"#types\">types</a></nav><main>",
    );
    headers(&mut page);
    routes.iter().for_each(|route| section(&mut page, route));
    errors(&mut page);
    types(&mut page);
    page.markup("</main></div>");
    page.respond()
}

fn entry(page: &mut Page, route: &Route) {
    page.markup("<a href=\"#")
        .text(route.about.name)
        .markup("\">");
    page.text(route.about.name).markup("</a>");
}

fn section(page: &mut Page, route: &Route) {
    let about = &route.about;
    let described = &DOCUMENT["paths"][about.path][about.method.to_ascii_lowercase()];
    page.markup("<section id=\"")
        .text(about.name)
        .markup("\"><h3><span class=\"method\">");
    page.text(about.method)
        .markup("</span> <code>")
        .text(about.path)
        .markup("</code></h3><p>");
    page.prose(about.summary).markup("</p>");
    let parameters = described["parameters"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    // The headers that many routes share are told once, above.
    let own: Vec<_> = parameters
        .iter()
        .filter(|one| one["$ref"].is_null())
        .collect();
    if !own.is_empty() {
        page.markup("<h4>Parameters</h4><table>");
        own.into_iter().for_each(|one| parameter(page, one));
        page.markup("</table>");
    }
    let body = &described["requestBody"]["content"]["application/json"]["schema"];
    if !body.is_null() {
        page.markup("<h4>Body</h4>");
        choices(body).for_each(|schema| fields(page, schema));
    }
    page.markup("<h4>Answer <span class=\"status\">")
        .text(about.success.as_str());
    page.markup("</span></h4>");
    answer(page, described, about.success.as_str());
    page.markup("</section>");
}

fn answer(page: &mut Page, described: &Value, success: &str) {
    let content = &described["responses"][success]["content"];
    let frames = [FROM_CLIENT, FROM_SERVER].map(|key| &described["responses"][success][key]);
    if let [from_client, from_server] = frames
        && !from_client.is_null()
    {
        page.markup("<p>A WebSocket. From the client: ");
        kind(page, from_client);
        page.markup("; from the server: ");
        kind(page, from_server);
        page.markup("</p>");
        return;
    }
    let schema = &content["application/json"]["schema"];
    match schema {
        Value::Null => {
            let kind = content
                .as_object()
                .and_then(|content| content.keys().next());
            page.markup("<p><code>")
                .text(kind.map_or("", String::as_str))
                .markup("</code></p>");
        }
        schema => {
            page.markup("<p>");
            kind(page, schema);
            page.markup("</p>");
        }
    }
    if !described["responses"]["204"].is_null() {
        page.markup("<p>Or <span class=\"status\">204</span>: nothing now.</p>");
    }
}

fn parameter(page: &mut Page, parameter: &Value) {
    let words = parameter["description"]
        .as_str()
        .or(parameter["schema"]["description"].as_str());
    page.markup("<tr><td><code>")
        .text(parameter["name"].as_str().unwrap_or_default());
    page.markup("</code> <small>")
        .text(parameter["in"].as_str().unwrap_or_default());
    page.markup("</small></td><td>");
    kind(page, &parameter["schema"]);
    page.markup("</td><td>")
        .prose(words.unwrap_or_default())
        .markup("</td></tr>");
}

fn headers(page: &mut Page) {
    page.markup("<section id=\"headers\"><h3>Headers</h3><table>");
    let none = Map::new();
    let shared = DOCUMENT["components"]["parameters"]
        .as_object()
        .unwrap_or(&none);
    shared.values().for_each(|header| parameter(page, header));
    page.markup("<tr><td><code>authorization</code></td><td>Bearer token</td><td>");
    page.text("An agent's token, or an operator's, where the server asks for one.");
    page.markup("</td></tr></table></section>");
}

/// The alternatives of a schema, or itself.
fn choices(schema: &Value) -> impl Iterator<Item = &Value> {
    let listed = schema["oneOf"].as_array().map(Vec::as_slice);
    listed.unwrap_or(std::slice::from_ref(schema)).iter()
}

/// The table of an object's fields.
fn fields(page: &mut Page, schema: &Value) {
    let reference = schema["$ref"].as_str();
    let object = reference.and_then(|reference| DOCUMENT.pointer(&reference[1..]));
    let object = object.unwrap_or(schema);
    let none = Map::new();
    let properties = object["properties"].as_object().unwrap_or(&none);
    let required = object["required"].as_array().cloned().unwrap_or_default();
    page.markup("<table>");
    for (name, field) in properties {
        page.markup("<tr><td><code>").text(name).markup("</code>");
        if required.iter().any(|one| one == name) {
            page.markup(" <small>required</small>");
        }
        page.markup("</td><td>");
        kind(page, field);
        let words = field["description"].as_str().unwrap_or_default();
        page.markup("</td><td>").prose(words).markup("</td></tr>");
    }
    page.markup("</table>");
}

/// A schema in a word or two, with links to what has a name.
fn kind(page: &mut Page, schema: &Value) {
    if let Some(name) = schema["$ref"]
        .as_str()
        .and_then(|path| path.rsplit('/').next())
    {
        page.markup("<a href=\"#type-")
            .text(name)
            .markup("\">")
            .text(name)
            .markup("</a>");
        return;
    }
    let alternatives = ["oneOf", "anyOf"]
        .iter()
        .find_map(|key| schema[*key].as_array());
    if let Some(alternatives) = alternatives {
        for (index, one) in alternatives.iter().enumerate() {
            page.markup(if index == 0 { "" } else { " or " });
            kind(page, one);
        }
        return;
    }
    if let Some(values) = schema["enum"].as_array() {
        let words: Vec<_> = values.iter().filter_map(Value::as_str).collect();
        page.text(&words.join(" | "));
        return;
    }
    plain_kind(page, schema);
}

/// A schema that is neither named nor a choice.
fn plain_kind(page: &mut Page, schema: &Value) {
    let names = match &schema["type"] {
        Value::Array(names) => names.as_slice(),
        name => std::slice::from_ref(name),
    };
    let names: Vec<_> = names
        .iter()
        .filter_map(Value::as_str)
        .filter(|name| *name != "null")
        .collect();
    match (names.as_slice(), schema["format"].as_str()) {
        (["array"], _) => {
            page.markup("list of ");
            kind(page, &schema["items"]);
        }
        (["string"], Some(format)) => {
            page.text(format);
        }
        ([], _) if !schema["const"].is_null() => {
            page.text(&schema["const"].to_string());
        }
        ([], _) => {
            page.markup("any JSON");
        }
        (names, _) => {
            page.text(&names.join(" or "));
        }
    }
}

fn errors(page: &mut Page) {
    page.markup("<section id=\"errors\"><h3>Errors</h3><p>")
        .prose("Every refusal is `{\"error\": {\"code\", \"message\", \"hint\"?, \"details\"?}}`. ")
        .prose("429 and 503 say in `Retry-After` when to try again.")
        .markup("</p><table>");
    for code in paceline_api::ErrorCode::ALL {
        page.markup("<tr><td><code>")
            .text(code.as_str())
            .markup("</code></td><td>");
        page.number(usize::from(code.http_status()))
            .markup("</td></tr>");
    }
    page.markup("</table></section>");
}

fn types(page: &mut Page) {
    page.markup("<section id=\"types\"><h3>Types</h3>");
    let none = Map::new();
    for (name, schema) in DOCUMENT["components"]["schemas"]
        .as_object()
        .unwrap_or(&none)
    {
        page.markup("<article id=\"type-")
            .text(name)
            .markup("\"><h4>")
            .text(name);
        page.markup("</h4><p>")
            .prose(schema["description"].as_str().unwrap_or_default());
        page.markup("</p>");
        if schema["properties"].is_object() {
            fields(page, schema);
        } else {
            page.markup("<p>");
            kind(page, schema);
            page.markup("</p>");
        }
        page.markup("</article>");
    }
    page.markup("</section>");
}
