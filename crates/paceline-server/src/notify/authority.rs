//! Authorities that a receiver's certificate may be of, beside the public ones. Owns reading them; refuses to trust
//! less than the name that the channel has for its receiver.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};

/// All public authorities together have less.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// What a channel's `ca_file` holds.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Authorities(Vec<CertificateDer<'static>>);

impl Authorities {
    /// # Errors
    /// What is wrong with the file, which it names.
    pub fn read(file: &Path) -> Result<Self, String> {
        let shown = file.display();
        let unreadable = |error: std::io::Error| format!("cannot read `{shown}`: {error}");
        let length = std::fs::metadata(file).map_err(unreadable)?.len();
        if FILE_BYTES_MAX < length {
            return Err(format!("`{shown}` has more than {FILE_BYTES_MAX} bytes"));
        }
        let text = std::fs::read(file).map_err(unreadable)?;
        let all = CertificateDer::pem_slice_iter(&text).collect::<Result<Vec<_>, _>>();
        let all = all.map_err(|error| format!("`{shown}` is no PEM file: {error}"))?;
        if all.is_empty() {
            return Err(format!(
                "`{shown}` holds no certificate: it must hold PEM, `-----BEGIN CERTIFICATE-----`"
            ));
        }
        let mut trusted = RootCertStore::empty();
        for (number, certificate) in (1..).zip(&all) {
            trusted.add(certificate.clone()).map_err(|error| {
                format!("certificate {number} of `{shown}` cannot be used: {error}")
            })?;
        }
        Ok(Self(all))
    }

    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How to speak to a receiver that one of them, or a public authority, vouches for.
    pub(super) fn client(&self) -> Result<Arc<ClientConfig>, rustls::Error> {
        let mut trusted = RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        };
        for certificate in &self.0 {
            trusted.add(certificate.clone())?;
        }
        let ring = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(ring)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(trusted)
            .with_no_client_auth();
        Ok(Arc::new(tls))
    }
}

impl fmt::Debug for Authorities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} authorities", self.0.len())
    }
}
