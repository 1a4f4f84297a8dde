//! What stands before every request: which proxies are believed, how much each client may ask, and how much
//! is done at once.

use std::time::Duration;

use uuid::Uuid;

use domain::egress::Network;

use crate::{admission::Admission, meter::Meter, quota::Quotas};

/// How the gate is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateSettings {
    /// Proxies whose word is taken for where a request comes from.
    pub trusted_proxies: Vec<Network>,
    /// Readings of one person or program in a minute.
    pub reads_per_minute: u32,
    /// Changes of one person or program in a minute.
    pub writes_per_minute: u32,
    /// Sign-ins and exchanges of tokens from one address in a minute. An office of five hundred behind one
    /// address exchanges some fifty.
    pub sign_ins_per_minute: u32,
    /// Requests that one process works on at once. Most wait for the database, which works best with few.
    pub at_once: usize,
    /// Requests that may wait for that.
    pub waiting: usize,
    /// How long each of them may wait; a client that waits longer asks again, and makes it worse.
    pub wait: Duration,
    /// How long the worker of a request may have been busy with others before it takes on no more.
    pub lag: Duration,
    /// How long a client may take for the head of a request.
    pub head_timeout: Duration,
    /// How long a client may take for each part of a body.
    pub body_timeout: Duration,
}

impl Default for GateSettings {
    fn default() -> Self {
        Self {
            trusted_proxies: Vec::new(),
            reads_per_minute: 600,
            writes_per_minute: 120,
            sign_ins_per_minute: 120,
            at_once: 256,
            waiting: 256,
            wait: Duration::from_millis(500),
            lag: Duration::from_millis(150),
            head_timeout: Duration::from_secs(5),
            body_timeout: Duration::from_secs(10),
        }
    }
}

/// The gate of one process.
#[derive(Debug)]
pub struct Gate {
    /// How it is set.
    pub settings: GateSettings,
    /// How much was asked by whom.
    pub quotas: Quotas,
    /// How much is done at once.
    pub admission: Admission,
    /// What is counted for whoever runs this.
    pub meter: Meter,
}

impl Gate {
    /// A gate of the process with the key `process`.
    pub fn new(settings: GateSettings, process: Uuid) -> Self {
        Self {
            quotas: Quotas::new(&settings, process),
            admission: Admission::new(&settings),
            meter: Meter::default(),
            settings,
        }
    }
}
