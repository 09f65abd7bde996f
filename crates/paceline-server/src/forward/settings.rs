//! Where metrics are forwarded to, and how. Owns the checks of an address and the reading of
//! secrets; refuses an address that carries a secret, because addresses are printed.

use std::fmt;
use std::fs;
use std::path::PathBuf;

use http::Uri;
use http::header::HeaderValue;
use serde::Deserialize;

use super::frame::Kind;

pub const QUEUE_MIB: u64 = 1_024;
/// Less holds no more than two segments.
const QUEUE_MIB_MIN: u64 = 32;

/// What one source of configuration says; `[metrics_write]` in the file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WriteLayer {
    /// The receiver's address, such as `http://prometheus:9090/api/v1/write`.
    pub url: Option<String>,
    /// `1.0` or `2.0`.
    pub version: Option<String>,
    /// A bearer token.
    pub token_file: Option<PathBuf>,
    /// `user:password`.
    pub basic_file: Option<PathBuf>,
    pub queue_mib: Option<u64>,
    /// From the environment only, as `basic`.
    #[serde(skip)]
    pub token: Option<Secret>,
    #[serde(skip)]
    pub basic: Option<Secret>,
}

/// It is not printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(given)")
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credentials {
    None,
    Token(Source),
    Basic(Source),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    Given(Secret),
    File(PathBuf),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    pub url: String,
    pub(super) protocol: Kind,
    pub credentials: Credentials,
    pub queue_bytes_max: u64,
}

#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error("read the secret in `{path}`: {problem}")]
    File { path: PathBuf, problem: String },
    #[error("send the secret from `{from}`: it holds what no header can")]
    NoHeader { from: String },
}

impl Settings {
    /// # Errors
    /// The name of the setting and what is wrong with it.
    pub fn resolve(
        url: &str,
        version: &str,
        queue_mib: u64,
        credentials: Credentials,
    ) -> Result<Self, (&'static str, String)> {
        check_url(url).map_err(|problem| ("metrics_write", problem))?;
        let protocol = match version {
            "1.0" | "1" => Kind::One,
            "2.0" | "2" => Kind::Two,
            _ => return Err(("metrics_write_version", "must be `1.0` or `2.0`".to_owned())),
        };
        if queue_mib < QUEUE_MIB_MIN {
            let problem = format!("must be at least {QUEUE_MIB_MIN}");
            return Err(("metrics_write_queue_mib", problem));
        }
        Ok(Self {
            url: url.to_owned(),
            protocol,
            credentials,
            queue_bytes_max: queue_mib.saturating_mul(1024 * 1024),
        })
    }
}

impl Credentials {
    /// The `Authorization` header.
    pub(crate) fn authorization(&self) -> Result<Option<HeaderValue>, SettingsError> {
        let (source, scheme) = match self {
            Self::None => return Ok(None),
            Self::Token(source) => (source, "Bearer"),
            Self::Basic(source) => (source, "Basic"),
        };
        let (secret, from) = source.read()?;
        let value = match scheme {
            "Basic" => base64(secret.as_bytes()),
            _ => secret,
        };
        let header = HeaderValue::try_from(format!("{scheme} {value}"));
        let mut header = header.map_err(|_| SettingsError::NoHeader { from })?;
        header.set_sensitive(true);
        Ok(Some(header))
    }
}

impl Source {
    /// The secret, and where it is from.
    pub(crate) fn read(&self) -> Result<(String, String), SettingsError> {
        match self {
            Self::Given(Secret(secret)) => Ok((secret.trim().to_owned(), "environment".to_owned())),
            Self::File(path) => match fs::read_to_string(path) {
                Ok(text) => Ok((text.trim().to_owned(), path.display().to_string())),
                Err(error) => Err(SettingsError::File {
                    path: path.clone(),
                    problem: error.to_string(),
                }),
            },
        }
    }
}

fn check_url(url: &str) -> Result<(), String> {
    let uri: Uri = url
        .parse()
        .map_err(|_| "must be an address, such as `http://127.0.0.1:9090/api/v1/write`")?;
    if !matches!(uri.scheme_str(), Some("http" | "https")) {
        return Err("must begin with `http://` or `https://`".to_owned());
    }
    match uri.authority() {
        Some(authority) if authority.as_str().contains('@') => Err(
            "must not hold a user or password: name a file with `--metrics-write-basic-file`"
                .to_owned(),
        ),
        Some(_) => Ok(()),
        None => Err("must name a host".to_owned()),
    }
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let mut three = [0; 3];
        three[..chunk.len()].copy_from_slice(chunk);
        let [a, b, c] = three.map(u32::from);
        let bits = a << 16 | b << 8 | c;
        for place in 0..4 {
            let is_there = place <= chunk.len();
            let digit = ALPHABET[(bits >> (18 - 6 * place) & 63) as usize];
            text.push(if is_there { char::from(digit) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_checked_and_carry_no_secret() {
        let check = |url: &str, expected: &str| {
            let settings = Settings::resolve(url, "1.0", QUEUE_MIB, Credentials::None);
            let problem = settings.err().map_or(String::new(), |(_, problem)| problem);
            assert!(problem.contains(expected), "{url}: {problem}");
            assert_eq!(problem.is_empty(), expected.is_empty(), "{url}: {problem}");
        };
        check("http://127.0.0.1:9090/api/v1/write", "");
        check("https://mimir.example/api/v1/push?x=1", "");
        check("127.0.0.1:9090", "must begin with");
        check("ftp://host/", "must begin with");
        check("http:///x", "must");
        check("http://user:secret@host/", "must not hold a user");
    }

    #[test]
    fn credentials_become_a_header() {
        let header = |credentials| {
            let settings = Settings::resolve("http://h/", "2.0", QUEUE_MIB, credentials).unwrap();
            let header = settings.credentials.authorization().unwrap().unwrap();
            header.to_str().unwrap().to_owned()
        };
        let given = |text: &str| Source::Given(Secret(text.to_owned()));
        assert_eq!(header(Credentials::Token(given("abc\n"))), "Bearer abc");
        // RFC 7617's own example.
        let basic = header(Credentials::Basic(given("Aladdin:open sesame")));
        assert_eq!(basic, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        assert_eq!(base64(b"ab"), "YWI=");
        let missing = Credentials::Token(Source::File("/nonexistent/token".into()));
        let settings = Settings::resolve("http://h/", "2.0", QUEUE_MIB, missing).unwrap();
        let error = settings
            .credentials
            .authorization()
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with("read the secret in `/nonexistent/token`"),
            "{error}"
        );
        let secret = format!("{:?}", given("abc"));
        assert!(!secret.contains("abc"), "{secret}");
    }
}
