//! What is read far more often than it changes: published templates and calendars, which never do, and the
//! zone and its directory, each kept under what tells whether it has.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use domain::{calendar::WorkCalendar, id::ZoneId, template::Template};

use crate::{person::Directory, zone::ZoneOffice};

type Key = (ZoneId, String, u32);

/// Parsed values by what they were parsed from. Nothing here can be stale: a template or calendar changes
/// by a new version, and the others are compared with their row or edition on every use.
#[derive(Default)]
pub(crate) struct Cache {
    templates: Mutex<HashMap<Key, Arc<Template>>>,
    calendars: Mutex<HashMap<Key, Arc<WorkCalendar>>>,
    directories: Mutex<HashMap<ZoneId, (i64, Arc<Directory>)>>,
    offices: Mutex<HashMap<ZoneId, (ZoneText, Arc<ZoneOffice>)>>,
}

/// What a zone's row says, as kept: the parsed form is good as long as this is the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ZoneText {
    pub(crate) body: String,
    pub(crate) calendar: (String, i32),
    pub(crate) ladder: String,
}

fn get<T>(shelf: &Mutex<HashMap<Key, Arc<T>>>, key: &Key) -> Option<Arc<T>> {
    shelf
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .get(key)
        .cloned()
}

fn put<T>(shelf: &Mutex<HashMap<Key, Arc<T>>>, key: Key, value: T) -> Arc<T> {
    let value = Arc::new(value);
    shelf
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .insert(key, value.clone());
    value
}

impl Cache {
    pub(crate) fn template(&self, key: &Key) -> Option<Arc<Template>> {
        get(&self.templates, key)
    }

    pub(crate) fn keep_template(&self, key: Key, template: Template) -> Arc<Template> {
        put(&self.templates, key, template)
    }

    pub(crate) fn calendar(&self, key: &Key) -> Option<Arc<WorkCalendar>> {
        get(&self.calendars, key)
    }

    /// The directory of a zone, if it is still the one of this edition.
    pub(crate) fn directory(&self, zone: ZoneId, edition: i64) -> Option<Arc<Directory>> {
        let known = self
            .directories
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        known
            .get(&zone)
            .filter(|(of, _)| *of == edition)
            .map(|(_, directory)| directory.clone())
    }

    pub(crate) fn keep_directory(
        &self,
        zone: ZoneId,
        edition: i64,
        directory: Directory,
    ) -> Arc<Directory> {
        let directory = Arc::new(directory);
        let mut known = self
            .directories
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        known.insert(zone, (edition, directory.clone()));
        directory
    }

    /// The office of a zone, if its row still says the same.
    pub(crate) fn office(&self, zone: ZoneId, text: &ZoneText) -> Option<Arc<ZoneOffice>> {
        let known = self.offices.lock().unwrap_or_else(PoisonError::into_inner);
        known
            .get(&zone)
            .filter(|(of, _)| of == text)
            .map(|(_, office)| office.clone())
    }

    pub(crate) fn keep_office(
        &self,
        zone: ZoneId,
        text: ZoneText,
        office: ZoneOffice,
    ) -> Arc<ZoneOffice> {
        let office = Arc::new(office);
        let mut known = self.offices.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(zone, (text, office.clone()));
        office
    }

    pub(crate) fn keep_calendar(&self, key: Key, calendar: WorkCalendar) -> Arc<WorkCalendar> {
        put(&self.calendars, key, calendar)
    }
}
