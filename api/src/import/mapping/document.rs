//! The mapping as a user writes it: one JSON object, every key optional. What it does not name stays as it
//! is by default.
//!
//! ```json
//! { "deadline": ["dueDate"], "accepts": ["Register"], "stops": [{"activity": "Ask", "reason": "supplement"}],
//!   "resumes": ["Receive"], "finishes": ["Archive"] }
//! ```

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::Path,
};

use domain::{clock::StopReason, project::Mark, text::Line};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::Value;

use super::{Mapping, what_is_wrong};

/// Bytes of a mapping. The widest published log has 410 activities with names below 100 characters; what
/// is longer is another file.
const DOCUMENT_BYTES_MAX: u64 = 256 * 1024;

/// Keys whose values are lists of attributes.
const ATTRIBUTE_KEYS: [&str; 11] = [
    "responsible",
    "department",
    "started",
    "deadline",
    "planned_end",
    "ended",
    "activity",
    "resource",
    "time",
    "instance",
    "event_deadline",
];
/// Attributes without which no event can be read.
const NEEDED_KEYS: [&str; 2] = ["activity", "time"];
/// Keys whose values are lists of activities.
const ACTIVITY_KEYS: [(&str, Mark); 3] = [
    ("accepts", Mark::Accepts),
    ("resumes", Mark::Resumes),
    ("finishes", Mark::Finishes),
];
/// The key of the activities that stop the clock, each with its reason.
const STOPS: &str = "stops";

/// Reads and judges a mapping; every fault at once, one on a line.
pub fn read(path: &Path) -> Result<Mapping, String> {
    let name = path.display();
    let said = |error: &dyn fmt::Display| format!("{name}: {error}");
    let bytes = path.metadata().map_err(|error| said(&error))?.len();
    if bytes > DOCUMENT_BYTES_MAX {
        return Err(format!("{name}: longer than {DOCUMENT_BYTES_MAX} bytes"));
    }
    let text = std::fs::read_to_string(path).map_err(|error| said(&error))?;
    parse(&text).map_err(|flaws| {
        let lines: Vec<String> = flaws.iter().map(|flaw| said(flaw)).collect();
        lines.join("\n")
    })
}

/// Reads and judges a mapping.
pub fn parse(text: &str) -> Result<Mapping, Vec<String>> {
    let Entries(entries) = serde_json::from_str(text).map_err(|error| vec![error.to_string()])?;
    let mut reading = Reading::default();
    let mut seen = BTreeSet::new();
    for (key, value) in entries {
        if !seen.insert(key.clone()) {
            reading.fault(&key, "stands here twice");
        }
        reading.entry(&key, value);
    }
    reading.judge_roles();
    if reading.flaws.is_empty() {
        Ok(reading.mapping)
    } else {
        Err(reading.flaws)
    }
}

/// A JSON object as written. A map would keep the last of two equal keys without a word.
struct Entries(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Entries;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of lists")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

#[derive(Default)]
struct Reading {
    mapping: Mapping,
    /// For each activity, the keys that name it.
    roles: BTreeMap<Line, Vec<String>>,
    flaws: Vec<String>,
}

impl Reading {
    fn fault(&mut self, at: &str, what: impl fmt::Display) {
        self.flaws.push(format!("{at}: {what}"));
    }

    fn entry(&mut self, key: &str, value: Value) {
        let mark = ACTIVITY_KEYS.iter().find(|(known, _)| *known == key);
        if let Some((_, mark)) = mark {
            for (at, name) in self.names(key, value) {
                self.mark(&at, name, *mark);
            }
        } else if key == STOPS {
            self.stops(value);
        } else if ATTRIBUTE_KEYS.contains(&key) {
            self.attributes(key, value);
        } else {
            let activities = ACTIVITY_KEYS.iter().map(|(key, _)| *key);
            let known: Vec<&str> = ATTRIBUTE_KEYS
                .into_iter()
                .chain(activities)
                .chain([STOPS])
                .collect();
            let known = known.join(", ");
            self.fault(key, format!("unknown; the keys are {known}"));
        }
    }

    fn attributes(&mut self, key: &str, value: Value) {
        let had_flaws = self.flaws.len();
        let names = self.names(key, value);
        let names: Vec<String> = names
            .into_iter()
            .map(|(_, name)| name.as_str().to_owned())
            .collect();
        for (place, name) in names.iter().enumerate() {
            if names.iter().take(place).any(|earlier| earlier == name) {
                self.fault(key, format!("\"{name}\" stands here twice"));
            }
        }
        let is_needed = NEEDED_KEYS.contains(&key);
        if is_needed && names.is_empty() && self.flaws.len() == had_flaws {
            self.fault(key, "empty; no event could be read");
        }
        let field = match key {
            "responsible" => &mut self.mapping.responsible,
            "department" => &mut self.mapping.department,
            "started" => &mut self.mapping.started,
            "deadline" => &mut self.mapping.deadline,
            "planned_end" => &mut self.mapping.planned_end,
            "ended" => &mut self.mapping.ended,
            "activity" => &mut self.mapping.activity,
            "resource" => &mut self.mapping.resource,
            "time" => &mut self.mapping.time,
            "instance" => &mut self.mapping.instance,
            _ => &mut self.mapping.event_deadline,
        };
        *field = names;
    }

    fn stops(&mut self, value: Value) {
        for (place, stop) in self.list(STOPS, value).into_iter().enumerate() {
            let at = format!("{STOPS}[{place}]");
            let Value::Object(mut stop) = stop else {
                self.fault(&at, "not an object with \"activity\" and \"reason\"");
                continue;
            };
            let activity = self.member(&mut stop, &at, "activity");
            let reason = self.member(&mut stop, &at, "reason");
            for unknown in stop.keys() {
                let detail = "unknown; the keys are activity, reason";
                self.fault(&format!("{at}.{unknown}"), detail);
            }
            let reason = reason.and_then(|reason| {
                let known = StopReason::of_code(reason.as_str());
                if known.is_none() {
                    let codes = StopReason::ALL.map(StopReason::code).join(", ");
                    let detail = format!("unknown \"{reason}\"; the reasons are {codes}");
                    self.fault(&format!("{at}.reason"), detail);
                }
                known
            });
            if let Some(activity) = activity {
                // An activity with an unknown reason is looked at like all others.
                let reason = reason.unwrap_or(StopReason::Supplement);
                self.mark(&at, activity, Mark::Stops(reason));
            }
        }
    }

    fn member(
        &mut self,
        object: &mut serde_json::Map<String, Value>,
        at: &str,
        key: &str,
    ) -> Option<Line> {
        let at = format!("{at}.{key}");
        if let Some(value) = object.remove(key) {
            return self.name(&at, &value);
        }
        self.fault(&at, "missing");
        None
    }

    fn mark(&mut self, at: &str, activity: Line, mark: Mark) {
        let keys = self.roles.entry(activity.clone()).or_default();
        keys.push(at.to_owned());
        self.mapping.marks.insert(activity, mark);
    }

    /// An activity does one thing, and what lets a clock run again needs something that stops it.
    fn judge_roles(&mut self) {
        for (activity, keys) in std::mem::take(&mut self.roles) {
            if keys.len() > 1 {
                let detail = format!("\"{activity}\" can have only one of them");
                self.fault(&keys.join(", "), detail);
            }
        }
        let has = |wanted: fn(&Mark) -> bool| self.mapping.marks.values().any(wanted);
        let resumes = has(|mark| matches!(mark, Mark::Resumes));
        let stops = has(|mark| matches!(mark, Mark::Stops(_)));
        if resumes && !stops {
            self.fault(
                "resumes",
                "nothing stops the clock, so nothing can let it run again",
            );
        }
    }

    fn list(&mut self, at: &str, value: Value) -> Vec<Value> {
        if let Value::Array(list) = value {
            return list;
        }
        self.fault(at, "not a list");
        Vec::new()
    }

    /// The texts of a list, each with its place.
    fn names(&mut self, key: &str, value: Value) -> Vec<(String, Line)> {
        let list = self.list(key, value).into_iter().enumerate();
        let names = list.filter_map(|(place, value)| {
            let at = format!("{key}[{place}]");
            let name = self.name(&at, &value)?;
            Some((at, name))
        });
        names.collect()
    }

    fn name(&mut self, at: &str, value: &Value) -> Option<Line> {
        let Value::String(text) = value else {
            self.fault(at, "not a text");
            return None;
        };
        let line = Line::parse(text);
        line.map_err(|flaw| self.fault(at, what_is_wrong(flaw)))
            .ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Line {
        Line::parse(text).unwrap()
    }

    #[track_caller]
    fn check_flaws(text: &str, expected: &[&str]) {
        let flaws = parse(text).unwrap_err();
        assert_eq!(flaws.len(), expected.len(), "{flaws:#?}");
        for (flaw, words) in flaws.iter().zip(expected) {
            assert!(flaw.contains(words), "{words}: {flaws:#?}");
        }
    }

    #[test]
    fn what_a_document_does_not_name_stays_as_it_is() {
        let mapping = parse(r#"{"ended": [], "accepts": [" A "], "event_deadline": ["due"]}"#);
        let mapping = mapping.unwrap();
        assert_eq!(mapping.activity, Mapping::default().activity);
        assert!(mapping.ended.is_empty());
        assert_eq!(mapping.event_deadline, ["due"]);
        assert_eq!(mapping.marks, BTreeMap::from([(line("A"), Mark::Accepts)]));
        assert!(parse("{}").unwrap().marks.is_empty());
    }

    #[test]
    fn every_kind_of_mark_can_be_given() {
        let mapping = parse(
            r#"{"accepts": ["a"], "finishes": ["f"], "resumes": ["r"],
                "stops": [{"activity": "s", "reason": "expert_review"}]}"#,
        );
        let expected = [
            (line("a"), Mark::Accepts),
            (line("f"), Mark::Finishes),
            (line("r"), Mark::Resumes),
            (line("s"), Mark::Stops(StopReason::ExpertReview)),
        ];
        assert_eq!(mapping.unwrap().marks, BTreeMap::from(expected));
    }

    #[test]
    fn all_faults_are_said_at_once_each_with_its_key() {
        check_flaws(
            r#"{"stop": [], "activity": [], "time": ["t", "t"], "ended": "enddate", "resource": [7],
                "stops": [{"activity": "a", "reason": "tired"}, {"activity": " "}, "b",
                          {"activity": "c", "reason": "hearing", "until": "d"}],
                "resumes": ["a"], "resumes": ["e\nf"]}"#,
            &[
                "stop: unknown",
                "activity: empty",
                "time: \"t\" stands here twice",
                "ended: not a list",
                "resource[0]: not a text",
                "stops[0].reason: unknown \"tired\"; the reasons are supplement,",
                "stops[1].activity: is blank",
                "stops[1].reason: missing",
                "stops[2]: not an object",
                "stops[3].until: unknown",
                "resumes: stands here twice",
                "resumes[0]: has more than one line",
                "stops[0], resumes[0]: \"a\" can have only one",
            ],
        );
    }

    #[test]
    fn an_activity_does_one_thing_and_nothing_resumes_what_nothing_stops() {
        check_flaws(
            r#"{"stops": [{"activity": "a", "reason": "hearing"}, {"activity": "a", "reason": "hearing"}]}"#,
            &["stops[0], stops[1]: \"a\" can have only one"],
        );
        check_flaws(
            r#"{"accepts": ["a", "a"], "finishes": ["a"]}"#,
            &["accepts[0], accepts[1], finishes[0]: \"a\" can have only one"],
        );
        check_flaws(r#"{"resumes": ["a"]}"#, &["resumes: nothing stops"]);
    }

    #[test]
    fn what_is_no_object_is_said_with_its_line() {
        check_flaws("[]", &["an object of lists"]);
        check_flaws("{\n\"time\": [\n}", &["line 3"]);
    }
}
