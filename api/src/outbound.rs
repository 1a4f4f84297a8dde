//! How this program asks servers of others: one request on one connection, over TLS that is not ours to loosen.
//! No redirect is followed, no connection is kept, no proxy of the environment is used, and a status is an answer,
//! not an error. Which addresses may be asked is for who asks.

use std::{sync::Arc, time::Duration};

use ureq::{
    Agent,
    config::Config,
    tls::{RootCerts, TlsConfig, TlsProvider},
};

/// Bytes of the head of an answer; more is no answer.
const HEAD_BYTES_MAX: usize = 16 * 1_024;

/// The settings of a client that waits for so long in all, believes those whose certificates are in `roots`, and
/// names in `accept` what it understands.
pub fn config(roots: RootCerts, timeout: Duration, accept: &str) -> Config {
    let crypto = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .root_certs(roots)
        .unversioned_rustls_crypto_provider(crypto)
        .build();
    Agent::config_builder()
        .tls_config(tls)
        .proxy(None)
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .max_idle_connections(0)
        .max_response_header_size(HEAD_BYTES_MAX)
        .timeout_global(Some(timeout))
        .user_agent("green-channel")
        .accept(accept)
        .accept_encoding("identity")
        .build()
}
