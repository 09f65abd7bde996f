//! Addresses that alerts are sent to. Owns which of them may be spoken to, and the way from a name
//! to a connection: resolved once, every address found is checked, and the connection is opened to one
//! that was; refuses a second look-up, in which a name could turn into another address.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use http::Uri;
use http::uri::{Authority, Scheme};
use tokio::net::TcpStream;

use super::SendError;

/// Of an `http` or `https` receiver. Its path may be a secret, so it is not printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    pub(super) is_tls: bool,
    host: Host,
    /// Begins with `/`; with its query.
    pub(super) path: String,
}

/// A name, or an address in figures, with a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// In lower case, an IPv6 address without its brackets.
    pub name: String,
    pub port: u16,
}

/// Hosts that may be private, as they are written in a channel's address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllowedHosts(Vec<String>);

impl Address {
    /// # Errors
    /// What is wrong with it and how it should be, a sentence that follows its name.
    pub fn parse(text: &str) -> Result<Self, String> {
        let uri: Uri = text
            .parse()
            .map_err(|_| "must be an address, such as `https://example.com/alerts`")?;
        let is_tls = match uri.scheme() {
            Some(scheme) if *scheme == Scheme::HTTPS => true,
            Some(scheme) if *scheme == Scheme::HTTP => false,
            _ => return Err("must begin with `http://` or `https://`".to_owned()),
        };
        let authority = uri.authority().ok_or("must name a host")?;
        if authority.as_str().contains('@') {
            return Err(
                "must not hold a user or password: name a file with `token_file` or `basic_file`"
                    .to_owned(),
            );
        }
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        Ok(Self {
            is_tls,
            host: Host::of(authority, if is_tls { 443 } else { 80 })?,
            path: path.to_owned(),
        })
    }

    #[must_use]
    pub const fn host(&self) -> &Host {
        &self.host
    }

    /// One below it, such as `/api/v2/alerts` of an Alertmanager.
    #[must_use]
    pub fn below(&self, path: &str) -> Self {
        let before = self.path.split('?').next().unwrap_or_default();
        Self {
            path: format!("{}{path}", before.trim_end_matches('/')),
            ..self.clone()
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_tls { "https" } else { "http" };
        write!(f, "{scheme}://{}/(hidden)", self.host)
    }
}

impl Host {
    /// # Errors
    /// What is wrong with it, a sentence that follows its name.
    pub fn new(written: &str, port: u16) -> Result<Self, String> {
        let name = written
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .unwrap_or(written)
            .to_ascii_lowercase();
        let known = |letter: char| letter.is_ascii_alphanumeric() || ".-_".contains(letter);
        let is_address = name.parse::<IpAddr>().is_ok();
        if port == 0 {
            return Err("must have a port from 1 to 65535".to_owned());
        }
        if !is_address && (name.is_empty() || 253 < name.len() || !name.chars().all(known)) {
            return Err("must name a host of letters, digits, `-` and `.`".to_owned());
        }
        if !is_address && is_number(&name) {
            return Err("must name its host, or give four numbers such as `192.0.2.1`".to_owned());
        }
        Ok(Self { name, port })
    }

    /// `host:port`, or `host` alone.
    ///
    /// # Errors
    /// What is wrong with it, a sentence that follows its name.
    pub fn of(authority: &Authority, default_port: u16) -> Result<Self, String> {
        let host = authority.host();
        let rest = authority.as_str().strip_prefix(host).unwrap_or_default();
        let port = match rest.strip_prefix(':') {
            Some(port) => port.parse().unwrap_or(0),
            None => default_port,
        };
        Self::new(host, port)
    }

    /// # Errors
    /// When it is a private address in figures that is not allowed; names are checked when something
    /// is sent, because what they stand for may change.
    pub fn check(&self, allowed: &AllowedHosts) -> Result<(), String> {
        match self.name.parse() {
            Ok(address) if !is_public(address) && !allowed.has(&self.name) => Err(format!(
                "`{}` is a private address: add it to `allowed_hosts` of `[alerts]` if it is meant",
                self.name
            )),
            _ => Ok(()),
        }
    }

    /// A connection to an address that was checked.
    pub(super) async fn connect(&self, allowed: &AllowedHosts) -> Result<TcpStream, SendError> {
        let mut trouble = None;
        for address in self.resolve(allowed).await? {
            match TcpStream::connect(address).await {
                Ok(stream) => return prepared(stream).map_err(|error| self.unreachable(&error)),
                Err(error) => trouble = Some(error),
            }
        }
        let nothing = || io::Error::from(io::ErrorKind::AddrNotAvailable);
        Err(self.unreachable(&trouble.unwrap_or_else(nothing)))
    }

    /// All of its addresses; one that may not be spoken to spoils them all, because the next look-up
    /// could answer with that one alone.
    async fn resolve(&self, allowed: &AllowedHosts) -> Result<Vec<SocketAddr>, SendError> {
        let found = tokio::net::lookup_host((self.name.as_str(), self.port)).await;
        let found: Vec<SocketAddr> = match found {
            Ok(found) => found.collect(),
            Err(_) => {
                let why = format!("the name `{}` could not be resolved", self.name);
                return Err(SendError::again(why));
            }
        };
        if allowed.has(&self.name) || found.iter().all(|address| is_public(address.ip())) {
            return Ok(found);
        }
        Err(SendError::for_good(format!(
            "`{}` is on a private network: add it to `allowed_hosts` of `[alerts]` if it is meant",
            self.name
        )))
    }

    fn unreachable(&self, error: &io::Error) -> SendError {
        SendError::again(format!("no connection to `{self}`: {}", error.kind()))
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name.contains(':') {
            true => write!(f, "[{}]:{}", self.name, self.port),
            false => write!(f, "{}:{}", self.name, self.port),
        }
    }
}

impl AllowedHosts {
    /// # Errors
    /// The one that is no host, with what is wrong with it.
    pub fn parse(written: &[String]) -> Result<Self, (String, String)> {
        let one = |host: &String| match Host::new(host, 443) {
            Ok(host) => Ok(canonical(&host.name)),
            Err(_) => Err((
                host.clone(),
                "must be a host's name or address, without scheme and port".to_owned(),
            )),
        };
        written.iter().map(one).collect::<Result<_, _>>().map(Self)
    }

    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.0
    }

    fn has(&self, name: &str) -> bool {
        self.0.contains(&canonical(name))
    }
}

/// One way of writing for each address.
fn canonical(name: &str) -> String {
    match name.parse::<IpAddr>() {
        Ok(address) => address.to_string(),
        Err(_) => name.to_owned(),
    }
}

/// `127.1`, `0x7f.1` and `2130706433` are addresses to resolvers, and look like none.
fn is_number(name: &str) -> bool {
    let last = name.trim_end_matches('.').rsplit('.').next();
    last.is_some_and(|last| {
        let all = |text: &str, is: fn(char) -> bool| !text.is_empty() && text.chars().all(is);
        all(last, |one| one.is_ascii_digit())
            || last
                .strip_prefix("0x")
                .is_some_and(|rest| rest.chars().all(|one| one.is_ascii_hexdigit()))
    })
}

fn prepared(stream: TcpStream) -> io::Result<TcpStream> {
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Whether an address is one of the internet's, for which IANA's registries of special-purpose
/// addresses were read (RFC 6890 and later).
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_special = match (a, b, c) {
        // This network, private, loopback, link-local (clouds answer with credentials there).
        (0 | 10 | 127, _, _) | (169, 254, _) | (172, 16..=31, _) | (192, 168, _) => true,
        // Shared by carriers, protocols' own, relays of 6to4, measuring.
        (100, 64..=127, _) | (192, 0, 0) | (192, 88, 99) | (198, 18..=19, _) => true,
        // Documentation.
        (192, 0, 2) | (198, 51, 100) | (203, 0, 113) => true,
        // Multicast, reserved, broadcast.
        (224..=255, _, _) => true,
        _ => false,
    };
    !is_special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    let low = Ipv4Addr::from(u32::from(parts[6]) << 16 | u32::from(parts[7]));
    match parts {
        // Mapped, compatible (with `::` and `::1`), translated: as the address inside.
        [0, 0, 0, 0, 0, 0xffff, _, _] | [0x64, 0xff9b, 0, 0, 0, 0, _, _] => is_public_v4(low),
        [0, 0, 0, 0, 0, 0, _, _] | [0, 0, 0, 0, 0xffff, 0, _, _] => false,
        // Translation inside a network, discard, Teredo and other protocols', documentation, 6to4.
        [0x64, 0xff9b, 1, ..] | [0x100, 0, 0, 0, ..] => false,
        [0x2001, 0..=0x1ff, ..] | [0x2001, 0xdb8, ..] | [0x2002, ..] => false,
        [0x3fff, 0..=0xfff, ..] | [0x5f00, ..] => false,
        // What is left of global unicast; outside of it lie unique local, link-local, multicast.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}
