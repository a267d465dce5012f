//! Whose word on a certificate is taken: what the system says on a desktop and on iOS, Mozilla's roots on Android.
//!
//! Asking Android's own store takes a virtual machine handed over and a class of somebody else's in the app; unasked, the
//! first request panics. The roots this app brings along are those of its version, and nobody who manages or holds the
//! phone adds one. Why that is enough: docs/adr/0035-a-phone-brings-its-own-roots.md.

#[cfg(any(test, target_os = "android"))]
use reqwest::Certificate;
use reqwest::ClientBuilder;

/// Has a client believe what it is to believe on this system.
#[cfg(not(target_os = "android"))]
pub(super) const fn believed(client: ClientBuilder) -> ClientBuilder {
    client
}

/// Has a client believe what it is to believe on this system.
#[cfg(target_os = "android")]
pub(super) fn believed(client: ClientBuilder) -> ClientBuilder {
    client.tls_certs_only(brought_along())
}

/// What the app brings along.
#[cfg(any(test, target_os = "android"))]
fn brought_along() -> impl Iterator<Item = Certificate> {
    webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().filter_map(|root| Certificate::from_der(root).ok())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use std::net::{SocketAddr, TcpListener};
    use std::sync::Arc;
    use std::thread;

    use reqwest::Client;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
    use rustls::{ServerConfig, ServerConnection};

    use super::*;
    use crate::sync::between::unanswered;
    use crate::transport::{CertificateFault, TransportError};
    use crate::trust::known_time;

    /// Signed by itself, for 127.0.0.1: of nobody whom anybody knows.
    const CERTIFICATE: &[u8] = include_bytes!("roots/nobodys.crt");
    const KEY: &[u8] = include_bytes!("roots/nobodys.key");

    /// Shakes hands with whoever comes first.
    fn nobody() -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(KEY));
        let config = ServerConfig::builder().with_no_client_auth();
        let config = Arc::new(config.with_single_cert(vec![CertificateDer::from(CERTIFICATE)], key).unwrap());
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut connection = ServerConnection::new(config).unwrap();
            let _ = connection.complete_io(&mut stream);
        });
        address
    }

    async fn answer(client: ClientBuilder) -> TransportError {
        let sent = client.no_proxy().build().unwrap().get(format!("https://{}/", nobody())).send().await;
        unanswered(&sent.unwrap_err(), known_time::released())
    }

    fn is_untrusted(error: &TransportError) -> bool {
        matches!(error, TransportError::Certificate(CertificateFault::Untrusted))
    }

    #[tokio::test]
    async fn a_certificate_that_nobody_signed_is_refused_as_such() {
        let error = answer(believed(Client::builder())).await;
        assert!(is_untrusted(&error), "by what this system believes: {error:?}");
        let error = answer(Client::builder().tls_certs_only(brought_along())).await;
        assert!(is_untrusted(&error), "by the roots that are brought along: {error:?}");
    }

    #[test]
    fn every_root_that_is_brought_along_can_be_read() {
        assert_eq!(brought_along().count(), webpki_root_certs::TLS_SERVER_ROOT_CERTS.len());
        assert!(brought_along().count() > 100);
    }
}
