//! Pages made of text. Owns escaping and the frame that every page has; refuses scripts, foreign
//! resources and anything unescaped.

use std::fmt::Write;

use axum::response::Response;
use http::StatusCode;
use http::header::{CONTENT_SECURITY_POLICY, HeaderValue, REFERRER_POLICY, X_FRAME_OPTIONS};

use super::super::answer::with_type;

const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";

/// A page being written. Text goes in escaped, markup only as a literal of this program.
pub struct Page(String);

impl Page {
    /// What goes into another page.
    pub const fn part() -> Self {
        Self(String::new())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn new(title: &str) -> Self {
        let mut page = Self(String::with_capacity(64 * 1024));
        page.markup("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">")
            .markup("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
            .markup("<meta name=\"color-scheme\" content=\"light dark\"><title>")
            .text(title)
            .markup("</title><link rel=\"stylesheet\" href=\"/api/docs.css\"></head><body>");
        page
    }

    pub fn markup(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    pub fn text(&mut self, text: &str) -> &mut Self {
        for character in text.chars() {
            match character {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                other => self.0.push(other),
            }
        }
        self
    }

    /// Text with `code` in backticks.
    pub fn prose(&mut self, text: &str) -> &mut Self {
        for (index, part) in text.split('`').enumerate() {
            match index % 2 {
                0 => self.text(part),
                _ => self.markup("<code>").text(part).markup("</code>"),
            };
        }
        self
    }

    pub fn number(&mut self, number: usize) -> &mut Self {
        // Writing to a String cannot fail.
        let _ = write!(self.0, "{number}");
        self
    }

    pub fn respond(mut self) -> Response {
        self.markup("</body></html>");
        let mut response = with_type(StatusCode::OK, "text/html; charset=utf-8", self.0);
        let headers = response.headers_mut();
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
        headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        response
    }
}
