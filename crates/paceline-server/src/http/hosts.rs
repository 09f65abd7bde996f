//! Which names this server answers to. Owns the judgement of `Host` and `Origin`; refuses to know
//! about tokens.
//!
//! A web page can make a browser send requests to this machine, and by rebinding its own name in
//! the DNS it can even read the answers. It cannot forge these two headers: a rebound name shows
//! in `Host`, a foreign page in `Origin`.

use std::net::{IpAddr, SocketAddr};

use http::header::{HOST, HeaderMap, ORIGIN};
use http::{HeaderValue, Uri};
use paceline_api::ErrorCode;

use super::failure::shown;
use crate::operations::ApiFailure;

#[derive(Clone, Debug)]
pub struct Hosts {
    listen: SocketAddr,
    default_port: u16,
    /// Lower-case: `name`, which allows every port, `name:port`, or a whole origin.
    allowed: Vec<String>,
    /// What nearly every request says, compared before anything is parsed.
    usual: Vec<String>,
}

impl Hosts {
    #[must_use]
    pub fn new(listen: SocketAddr, tls: bool, allowed: &[String]) -> Self {
        let names = ["127.0.0.1", "localhost", "[::1]"];
        Self {
            listen,
            default_port: if tls { 443 } else { 80 },
            allowed: allowed
                .iter()
                .map(|host| host.trim().to_ascii_lowercase())
                .collect(),
            usual: names.map(|name| format!("{name}:{}", listen.port())).into(),
        }
    }

    /// # Errors
    /// When the request is meant for another host, or comes from another host's page.
    pub fn check(&self, uri: &Uri, headers: &HeaderMap) -> Result<(), ApiFailure> {
        let mut hosts = headers.get_all(HOST).iter();
        let (host, second) = (hosts.next(), hosts.next());
        if second.is_some() {
            return Err(forbidden("the request has two `Host` headers".to_owned()));
        }
        // A request line with an authority outranks the header (RFC 9112, 3.2.2).
        let host = match (uri.authority(), host) {
            (Some(authority), _) => authority.as_str(),
            (None, Some(host)) => text(host),
            (None, None) => return Err(forbidden("the request has no `Host` header".to_owned())),
        };
        if !self.is_ours(host) {
            let message = format!("host `{}` is not this server", shown(host));
            return Err(forbidden(message));
        }
        headers
            .get_all(ORIGIN)
            .iter()
            .try_for_each(|origin| self.check_origin(text(origin)))
    }

    fn check_origin(&self, origin: &str) -> Result<(), ApiFailure> {
        let host = origin
            .strip_prefix("http://")
            .or_else(|| origin.strip_prefix("https://"));
        let whole_is_allowed = || self.allowed.contains(&origin.to_ascii_lowercase());
        if host.is_some_and(|host| self.is_ours(host)) || whole_is_allowed() {
            return Ok(());
        }
        Err(forbidden(format!(
            "pages of `{}` may not call this server",
            shown(origin)
        )))
    }

    fn is_ours(&self, host: &str) -> bool {
        if self.usual.iter().any(|usual| usual == host) {
            return true;
        }
        let host = host.to_ascii_lowercase();
        let Some((name, port)) = split(&host) else {
            return false;
        };
        let name_is_allowed = self.allowed.iter().any(|one| *one == host || one == name);
        name_is_allowed
            || (port.unwrap_or(self.default_port) == self.listen.port() && self.is_here(name))
    }

    fn is_here(&self, name: &str) -> bool {
        if name == "localhost" || name.ends_with(".localhost") {
            return true;
        }
        let bare = name
            .strip_prefix('[')
            .and_then(|name| name.strip_suffix(']'))
            .unwrap_or(name);
        let Ok(address) = bare.parse::<IpAddr>() else {
            return false;
        };
        // An address cannot be rebound: whoever names one means the machine that has it.
        address.is_loopback()
            || address == self.listen.ip()
            || (self.listen.ip().is_unspecified() && !address.is_unspecified())
    }
}

fn text(value: &HeaderValue) -> &str {
    value.to_str().unwrap_or("\u{fffd}")
}

fn split(host: &str) -> Option<(&str, Option<u16>)> {
    let name_end = match host.strip_prefix('[') {
        Some(rest) => rest.find(']')? + 2,
        None => host.find(':').unwrap_or(host.len()),
    };
    let (name, port) = host.split_at(name_end);
    if name.is_empty() {
        return None;
    }
    match port.strip_prefix(':') {
        Some(digits) => Some((name, Some(digits.parse().ok()?))),
        None if port.is_empty() => Some((name, None)),
        None => None,
    }
}

fn forbidden(message: String) -> ApiFailure {
    ApiFailure::new(ErrorCode::Forbidden, message)
        .hint("use the address the server printed, or allow this one with `--allowed-host`")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(listen: &str, allowed: &[&str], host: &str, origin: Option<&str>, expected: bool) {
        let allowed: Vec<_> = allowed.iter().map(|&host| host.to_owned()).collect();
        let hosts = Hosts::new(listen.parse().unwrap(), false, &allowed);
        let mut headers = HeaderMap::new();
        headers.insert(HOST, host.parse().unwrap());
        if let Some(origin) = origin {
            headers.insert(ORIGIN, origin.parse().unwrap());
        }
        let outcome = hosts.check(&Uri::from_static("/"), &headers);
        assert_eq!(
            outcome.is_ok(),
            expected,
            "{listen} {host} {origin:?}: {outcome:?}"
        );
    }

    #[test]
    fn loopback_names_with_the_listening_port_are_ours() {
        let local = "127.0.0.1:7717";
        for host in [
            "127.0.0.1:7717",
            "localhost:7717",
            "LOCALHOST:7717",
            "[::1]:7717",
        ] {
            check(local, &[], host, None, true);
        }
        check(local, &[], "127.8.9.1:7717", None, true);
        check(local, &[], "demo.localhost:7717", None, true);
        check("127.0.0.1:80", &[], "localhost", None, true);
        for host in [
            "evil.example:7717",
            "localhost:7718",
            "localhost",
            "localhost.evil.example:7717",
            "127.0.0.1.evil.example:7717",
            "evil@localhost:7717",
            "192.168.1.5:7717",
            "0.0.0.0:7717",
            "[::1:7717",
            "[::1]x:7717",
            ":7717",
            "localhost:77170",
        ] {
            check(local, &[], host, None, false);
        }
    }

    #[test]
    fn a_bound_address_and_allowed_names_are_ours() {
        check("192.168.1.5:7717", &[], "192.168.1.5:7717", None, true);
        check("192.168.1.5:7717", &[], "192.168.1.6:7717", None, false);
        check("0.0.0.0:7717", &[], "192.168.1.5:7717", None, true);
        check("0.0.0.0:7717", &[], "fleet.example:7717", None, false);
        let allowed = ["Fleet.Example", "other.example:444"];
        check("0.0.0.0:7717", &allowed, "fleet.example:7717", None, true);
        check("0.0.0.0:7717", &allowed, "fleet.example", None, true);
        check("0.0.0.0:7717", &allowed, "other.example:444", None, true);
        check("0.0.0.0:7717", &allowed, "other.example:445", None, false);
    }

    #[test]
    fn a_page_of_another_origin_is_refused() {
        let check = |allowed: &[&str], origin, expected| {
            check(
                "127.0.0.1:7717",
                allowed,
                "127.0.0.1:7717",
                Some(origin),
                expected,
            );
        };
        check(&[], "http://127.0.0.1:7717", true);
        check(&[], "http://localhost:7717", true);
        for origin in [
            "null",
            "http://evil.example",
            "http://localhost:3000",
            "http://localhost",
            "file://",
            "http://localhost:7717.evil.example",
            "ftp://localhost:7717",
        ] {
            check(&[], origin, false);
        }
        check(&["dash.example"], "https://dash.example", true);
        check(&["vscode-webview://abc"], "vscode-webview://abc", true);
    }

    #[test]
    fn a_request_without_host_or_with_two_is_refused() {
        let hosts = Hosts::new("127.0.0.1:7717".parse().unwrap(), false, &[]);
        let mut headers = HeaderMap::new();
        assert!(hosts.check(&Uri::from_static("/"), &headers).is_err());
        headers.append(HOST, HeaderValue::from_static("localhost:7717"));
        let absolute = Uri::from_static("http://evil.example/");
        assert!(hosts.check(&absolute, &headers).is_err());
        headers.append(HOST, HeaderValue::from_static("localhost:7717"));
        assert!(hosts.check(&Uri::from_static("/"), &headers).is_err());
    }
}
