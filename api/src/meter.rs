//! What is counted for whoever runs this, in the form that Prometheus reads.

use std::{
    fmt::Write as _,
    sync::atomic::{AtomicU64, Ordering},
};

use crate::admission::Admission;

/// What a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// The JSON API.
    Api,
    /// A page, a form or a file of pages.
    Page,
    /// Health.
    Health,
}

impl Door {
    const ALL: [Self; 3] = [Self::Api, Self::Page, Self::Health];

    /// The door of a path.
    pub fn of_path(path: &str) -> Self {
        if matches!(path, "/livez" | "/readyz") {
            Self::Health
        } else if path == "/api" || path.starts_with("/api/") {
            Self::Api
        } else {
            Self::Page
        }
    }

    fn code(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Page => "page",
            Self::Health => "health",
        }
    }
}

/// Statuses by their first digit, from 1 to 5.
const CLASSES: usize = 5;

/// Counts since the start of the process.
#[derive(Debug, Default)]
pub struct Meter {
    api: [AtomicU64; CLASSES],
    page: [AtomicU64; CLASSES],
    health: [AtomicU64; CLASSES],
    shed: AtomicU64,
    over_quota: AtomicU64,
}

impl Meter {
    fn counts(&self, door: Door) -> &[AtomicU64; CLASSES] {
        match door {
            Door::Api => &self.api,
            Door::Page => &self.page,
            Door::Health => &self.health,
        }
    }

    /// Counts an answer.
    pub fn count(&self, door: Door, status: u16) {
        let class = usize::from(status / 100).checked_sub(1);
        if let Some(count) = class.and_then(|class| self.counts(door).get(class)) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Counts a request that was refused because there was too much at once.
    pub fn count_shed(&self) {
        self.shed.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a request that was refused because a quota was used up.
    pub fn count_over_quota(&self) {
        self.over_quota.fetch_add(1, Ordering::Relaxed);
    }

    /// Everything as text, with what `admission` knows at the moment.
    pub fn text(&self, admission: &Admission) -> String {
        let mut text = String::from("# TYPE green_channel_requests_total counter\n");
        let mut line = |name: &str, value: u64| {
            // A text takes whatever is written.
            let _never_fails = writeln!(text, "{name} {value}");
        };
        for door in Door::ALL {
            for (count, class) in self.counts(door).iter().zip(1..) {
                let name = format!(
                    "green_channel_requests_total{{door=\"{}\",status=\"{class}xx\"}}",
                    door.code()
                );
                line(&name, count.load(Ordering::Relaxed));
            }
        }
        let gauge = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        let singles = [
            ("shed_total", "counter", self.shed.load(Ordering::Relaxed)),
            (
                "over_quota_total",
                "counter",
                self.over_quota.load(Ordering::Relaxed),
            ),
            ("requests_waiting", "gauge", gauge(admission.waiting())),
            ("places_free", "gauge", gauge(admission.free())),
        ];
        for (name, kind, value) in singles {
            line(
                &format!("# TYPE green_channel_{name} {kind}\ngreen_channel_{name}"),
                value,
            );
        }
        text
    }
}
