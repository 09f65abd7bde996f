//! TLS from two PEM files. Owns reading them and what is said when they are wrong; refuses any
//! protocol before TLS 1.2.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

/// A certificate chain, the server's own first, and its private key, both PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

impl TlsFiles {
    /// # Errors
    /// When a file cannot be read, is not PEM, or the two do not belong together.
    pub fn acceptor(&self) -> io::Result<TlsAcceptor> {
        let chain = CertificateDer::pem_file_iter(&self.certificate)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|error| unusable("certificate", &self.certificate, &error))?;
        if chain.is_empty() {
            return Err(unusable(
                "certificate",
                &self.certificate,
                &"it holds no certificate",
            ));
        }
        let key = PrivateKeyDer::from_pem_file(&self.key)
            .map_err(|error| unusable("key", &self.key, &error))?;
        let ring = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(ring)
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(|error| unusable("key", &self.key, &error))?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

fn unusable(what: &str, path: &Path, cause: &dyn std::fmt::Display) -> io::Error {
    let message = format!("use TLS {what} `{}`: {cause}", path.display());
    io::Error::new(io::ErrorKind::InvalidInput, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unusable_file_is_named() {
        let directory = tempfile::tempdir().unwrap();
        let empty = directory.path().join("empty.pem");
        std::fs::write(&empty, "").unwrap();
        let missing = directory.path().join("missing.pem");
        for certificate in [&empty, &missing] {
            let files = TlsFiles {
                certificate: certificate.clone(),
                key: missing.clone(),
            };
            let error = files.acceptor().err().unwrap().to_string();
            assert!(error.starts_with("use TLS certificate `"), "{error}");
            assert!(
                error.contains(&*certificate.display().to_string()),
                "{error}"
            );
        }
    }
}
