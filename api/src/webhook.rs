//! Events on their way to an address outside.
//!
//! | question | file |
//! |---|---|
//! | Which address may be asked for, and which may be connected to? | [`target`] |
//! | How does a request go out, and what comes back? | [`client`] |
//! | How does the receiver know that it is ours? | [`signature`] |
//! | What is sent? | [`message`] |
//! | Who is told, when, how often? | [`deliver`] |
//!
//! Standard Webhooks 1.0 around `CloudEvents` 1.0: at least once, with a stable key. No transaction spans the
//! network.

pub mod client;
pub mod deliver;
pub mod message;
pub mod signature;
pub mod target;
