//! Whether an address may be listened on. Owns the one start-up rule of the network; refuses to
//! open anything.

use std::net::SocketAddr;

/// How callers are told apart and kept private.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Protection {
    pub tokens: bool,
    pub tls: bool,
    /// A proxy in front ends TLS.
    pub behind_proxy: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("listen on `{listen}`: other machines reach it, and there is no {missing}")]
pub struct Exposed {
    pub listen: SocketAddr,
    pub missing: &'static str,
}

impl Exposed {
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        "listen on 127.0.0.1, or create a token with `paceline token create`, pass `--require-tokens` \
         and give `--tls-cert` with `--tls-key`, or `--behind-proxy` where a proxy ends TLS"
    }
}

/// # Errors
/// When the address is reachable from other machines without tokens and privacy.
pub fn check_exposure(listen: SocketAddr, protection: Protection) -> Result<(), Exposed> {
    let private = protection.tls || protection.behind_proxy;
    let missing = match (protection.tokens, private) {
        _ if listen.ip().is_loopback() => return Ok(()),
        (true, true) => return Ok(()),
        (false, true) => "token required",
        (true, false) => "TLS",
        (false, false) => "token required and no TLS",
    };
    Err(Exposed { listen, missing })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(listen: &str, flags: &str, expected: Option<&str>) {
        let protection = Protection {
            tokens: flags.contains("tokens"),
            tls: flags.contains("tls"),
            behind_proxy: flags.contains("proxy"),
        };
        let outcome = check_exposure(listen.parse().unwrap(), protection);
        let missing = outcome.as_ref().err().map(|exposed| exposed.missing);
        assert_eq!(missing, expected, "{listen} {flags}");
    }

    #[test]
    fn loopback_needs_nothing() {
        check("127.0.0.1:7717", "", None);
        check("127.1.2.3:7717", "", None);
        check("[::1]:7717", "", None);
    }

    #[test]
    fn other_addresses_need_tokens_and_privacy() {
        for listen in [
            "0.0.0.0:7717",
            "[::]:7717",
            "192.168.1.5:7717",
            "[fe80::1]:7717",
        ] {
            check(listen, "", Some("token required and no TLS"));
            check(listen, "tokens", Some("TLS"));
            check(listen, "tls", Some("token required"));
            check(listen, "proxy", Some("token required"));
            check(listen, "tokens tls", None);
            check(listen, "tokens proxy", None);
        }
    }

    #[test]
    fn the_sentence_names_the_address_and_what_is_missing() {
        let listen = "0.0.0.0:7717".parse().unwrap();
        let exposed = check_exposure(listen, Protection::default()).unwrap_err();
        let expected = "listen on `0.0.0.0:7717`: other machines reach it, and there is no token \
                        required and no TLS";
        assert_eq!(exposed.to_string(), expected);
        assert!(exposed.hint().contains("--tls-cert"));
    }
}
