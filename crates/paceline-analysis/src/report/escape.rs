//! Text that cannot become markup, for pages and drawings. Owns the five signs that could.

pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for symbol in text.chars() {
        match symbol {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            symbol if symbol.is_control() => out.push(' '),
            symbol => out.push(symbol),
        }
    }
    out
}
