//! The dashboard's files, embedded by the build script. Owns how they are served: types, caching, compression and the
//! policy under which they run; refuses data: everything that the page shows comes from the API and the live feed.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    HeaderName, HeaderValue, IF_NONE_MATCH, REFERRER_POLICY, VARY, X_FRAME_OPTIONS,
};
use http::{HeaderMap, Method, StatusCode};
use sha2::{Digest as _, Sha256};

use crate::http::failure::unknown_route;

struct File {
    path: &'static str,
    plain: &'static [u8],
    gzip: &'static [u8],
}

mod files {
    include!(concat!(env!("OUT_DIR"), "/dashboard_files.rs"));
}

/// Nothing from elsewhere, no script or style but files of this server, and no text that becomes markup. The one name is that
/// of the page's policy for the address of its worker; without `'allow-duplicates'` nobody makes another of it.
const POLICY: &str = "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; \
     connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types paceline-worker";

/// A worker runs under the policy of its own script's answer, not under the document's: it may open the feed and load nothing.
const WORKER_POLICY: &str = "default-src 'none'; connect-src 'self'; \
     require-trusted-types-for 'script'; trusted-types 'none'";

/// First words of the page's addresses beside `/`: each answers with the same document.
const PAGES: &[&str] = &[
    "agents",
    "alerts",
    "anomalies",
    "connect",
    "elections",
    "explore",
    "memory",
    "messages",
    "operations",
    "reports",
    "tasks",
];

/// Where the document takes what a browser without scripts shows.
const WITHOUT_SCRIPT: &str = "<!--connect-->";

/// The document with `without_script` in it; None where no dashboard was built in.
pub(crate) fn document(headers: &HeaderMap, without_script: &str) -> Option<Response> {
    let file = find("index.html")?;
    let text = std::str::from_utf8(file.plain).ok()?;
    let text = text.replace(WITHOUT_SCRIPT, without_script);
    let mut response = answer(headers, "index.html", "no-cache", text.into_bytes().into());
    let own = response.headers_mut();
    own.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    own.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    own.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    let opener = HeaderName::from_static("cross-origin-opener-policy");
    own.insert(opener, HeaderValue::from_static("same-origin"));
    Some(response)
}

/// Everything of the dashboard but `/` itself, which is in the list of routes.
pub(crate) fn router<S: Clone + Send + Sync + 'static>(
    document: axum::routing::MethodRouter<S>,
) -> Router<S> {
    let mut router = Router::new()
        .route("/assets/{*path}", get(asset))
        .route("/icon.svg", get(asset));
    for page in PAGES {
        router = router
            .route(&format!("/{page}"), document.clone())
            .route(&format!("/{page}/{{*rest}}"), document.clone());
    }
    router
}

async fn asset(request: Request) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    let Some(file) = find(path) else {
        return unknown_route(&Method::GET, request.uri()).into_response();
    };
    // The name of a file in `assets` has its content's hash: under one name there is one content.
    let caching = match path.starts_with("assets/") {
        true => "public, max-age=31536000, immutable",
        false => "no-cache",
    };
    let is_packed = takes_gzip(request.headers());
    let bytes = if is_packed { file.gzip } else { file.plain };
    let mut response = answer(request.headers(), file.path, caching, bytes.into());
    let is_whole = response.status() == StatusCode::OK;
    let own = response.headers_mut();
    if is_packed && is_whole {
        own.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    // On what is not run as a worker it says nothing.
    if is_script(file.path) {
        let policy = HeaderValue::from_static(WORKER_POLICY);
        own.insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

fn is_script(path: &str) -> bool {
    content_type(path).starts_with("text/javascript")
}

fn find(path: &str) -> Option<File> {
    let file = files::FILES.iter().find(|file| file.0 == path);
    file.map(|&(path, plain, gzip)| File { path, plain, gzip })
}

/// The bytes, or 304 where the caller has them.
fn answer(headers: &HeaderMap, path: &str, caching: &'static str, bytes: Bytes) -> Response {
    let tag = tag(&bytes);
    let is_known = headers.get(IF_NONE_MATCH).is_some_and(|known| {
        known
            .to_str()
            .is_ok_and(|known| known.split(',').any(|one| one.trim() == tag))
    });
    let mut response = match is_known {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => Response::new(Body::from(bytes)),
    };
    let own = response.headers_mut();
    own.insert(CONTENT_TYPE, HeaderValue::from_static(content_type(path)));
    own.insert(CACHE_CONTROL, HeaderValue::from_static(caching));
    own.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        own.insert(ETAG, tag);
    }
    response
}

fn tag(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let short: String = digest
        .iter()
        .take(12)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("\"{short}\"")
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

/// `gzip` or `*`, unless with a weight of nought (RFC 9110, 12.5.3).
fn takes_gzip(headers: &HeaderMap) -> bool {
    let offered = headers
        .get(ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok());
    offered.is_some_and(|offered| {
        offered.split(',').any(|one| {
            let mut parts = one.split(';').map(str::trim);
            let is_gzip = matches!(parts.next(), Some("gzip" | "*"));
            let is_refused = parts.any(|part| {
                part.strip_prefix("q=")
                    .is_some_and(|weight| weight.trim().parse() == Ok(0.0_f32))
            });
            is_gzip && !is_refused
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_sent_to_those_who_take_it() {
        let check = |offered: &'static str, expected: bool| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(offered));
            assert_eq!(takes_gzip(&headers), expected, "{offered}");
        };
        check("gzip, deflate, br", true);
        check("br;q=1.0, gzip;q=0.5", true);
        check("*", true);
        check("gzip;q=0", false);
        check("gzip; q=0.000", false);
        check("identity", false);
        assert!(!takes_gzip(&HeaderMap::new()));
    }

    #[test]
    fn what_is_known_is_not_sent_again() {
        let bytes: &'static [u8] = b"x";
        let first = answer(&HeaderMap::new(), "a.js", "no-cache", bytes.into());
        let mut headers = HeaderMap::new();
        headers.insert(IF_NONE_MATCH, first.headers()[ETAG].clone());
        let again = answer(&headers, "a.js", "no-cache", bytes.into());
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        let changed: &'static [u8] = b"y";
        let other = answer(&headers, "a.js", "no-cache", changed.into());
        assert_eq!(other.status(), StatusCode::OK);
    }

    /// The page's own list has to be this one, or a reload of a page answers 404.
    #[test]
    fn every_page_of_the_dashboard_has_an_address() {
        let pages = include_str!("../../../web/src/views/pages.ts");
        let words = pages
            .split("{ page: \"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next());
        let mut count = 0;
        for word in words.filter(|word| !word.is_empty()) {
            assert!(PAGES.contains(&word), "`{word}` is not in PAGES");
            count += 1;
        }
        assert!(0 < count);
    }
}
