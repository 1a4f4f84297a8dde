//! People, units, absences and files.

use std::collections::BTreeSet;

use domain::{
    access::{Actor, Role},
    deputy::{Absence, AbsenceReason},
    id::{AbsenceId, ImportId},
    refusal::Refusal,
    text::Language,
};
use persistence::{directory::Directory, import::KeptImport};
use time::macros::date;
use uuid::Uuid;

use super::{Pages, World, frame, samples};
use crate::{
    usecase::import::{Counts, Document, RowError},
    view::{
        directory::{PersonEntry, Reader, UnitEntry, person_entry, unit_entry},
        import::import_detail,
    },
    web::{
        absence::absence_page,
        directory::{
            PeopleList, PersonSurroundings, RefusedEntry, people_page, person_page, units_page,
        },
        form::{Form, Mistake},
        frame::Theme,
        import::{import_page, imports_page},
    },
};

/// The officer is away until Friday and the head stands in, who also heads another unit.
fn directory(world: &World) -> Directory {
    let own = world.people[&samples::HEAD].unit;
    let other = *world.units.keys().find(|unit| Some(**unit) != own).unwrap();
    Directory {
        units: world.units.clone(),
        people: world.people.clone(),
        posts: [(samples::HEAD, BTreeSet::from([(other, Role::Head)]))].into(),
        deputies: [(samples::OFFICER, samples::HEAD)].into(),
        absences: vec![Absence {
            id: AbsenceId(Uuid::from_u128(1)),
            person: samples::OFFICER,
            from_on: samples::TODAY,
            until_on: date!(2026 - 10 - 23),
            reason: AbsenceReason::Training,
            substitute: None,
        }],
    }
}

fn entries(directory: &Directory, role: Role) -> (Vec<PersonEntry>, Vec<UnitEntry>) {
    let actor = Actor::new(samples::SUPERVISOR, [role].into(), None);
    let reader = Reader::of(&actor, directory, samples::TODAY);
    let people = directory.people.values();
    let units = directory.units.values();
    (
        people
            .map(|person| person_entry(person, &reader, None))
            .collect(),
        units
            .map(|unit| unit_entry(unit, directory, None))
            .collect(),
    )
}

pub(super) fn add(world: &World, language: Language, theme: Theme, pages: &mut Pages) {
    let directory = directory(world);
    let (people, units) = entries(&directory, Role::SystemAdministrator);
    let at = |path| frame(world, language, theme, Some(samples::SUPERVISOR), path);
    let frame = at("/admin/people");
    let list = PeopleList {
        rows: people.clone(),
        next: Some("per_x".into()),
        is_later: true,
    };
    let page = people_page(&frame, &list, &units, (&Form::default(), true));
    pages.insert("people".into(), page.unwrap());
    let officer = people.iter().find(|person| person.is_away).unwrap();
    let around = |manages_people| PersonSurroundings {
        units: &units,
        colleagues: &people,
        manages_people,
        manages_roles: !manages_people,
        is_own: false,
    };
    let work = Refusal::PersonHasWork {
        stages: 3,
        projects: 1,
    };
    let refused = RefusedEntry {
        act: "close".into(),
        form: Form::default().with(Mistake::refusal(Some("hand_over_to"), &work)),
    };
    let page = person_page(&frame, officer, &around(true), Some(&refused));
    pages.insert("person-refused".into(), page.unwrap());
    let page = person_page(&frame, officer, &around(false), None);
    pages.insert("person-roles".into(), page.unwrap());
    let frame = at("/admin/units");
    let page = units_page(&frame, &units, None, true);
    pages.insert("units".into(), page.unwrap());
    let frame = at("/desk/absence");
    let standing_in = ["李建华".to_owned()];
    let shown = (&people[..], &standing_in[..]);
    let page = absence_page(&frame, officer, shown, &Form::default());
    pages.insert("absence".into(), page.unwrap());
    files(&at("/admin/imports"), pages);
}

fn files(frame: &crate::web::frame::Frame<'_>, pages: &mut Pages) {
    let kept = |state: &str| KeptImport {
        id: ImportId(Uuid::from_u128(7)),
        kind: "people".into(),
        state: state.into(),
        total: 3,
        done: 3,
        body: String::new(),
        created_by: samples::SUPERVISOR,
        created_at: frame.now.at,
        committed_by: None,
        committed_at: None,
    };
    let mut document = Document {
        counts: Counts {
            added: 2,
            changed: 1,
            unchanged: 0,
        },
        has_roles: true,
        ..Document::default()
    };
    let checked = import_detail(&kept("checked"), &document);
    let form = Form::default();
    let page = imports_page(frame, std::slice::from_ref(&checked.file), &form);
    pages.insert("imports".into(), page.unwrap());
    let (checked, found) = (&checked.file, &checked.found);
    let page = import_page(frame, (checked, found), &form);
    pages.insert("import-checked".into(), page.unwrap());
    document.error_count = 1;
    document.errors = vec![RowError {
        row: 0,
        line: 2,
        column: "roles".into(),
        code: "import.row.unknown_role".into(),
        arguments: [("role".to_owned(), "wizard".to_owned())].into(),
    }];
    let flawed = import_detail(&kept("flawed"), &document);
    let (flawed, found) = (&flawed.file, &flawed.found);
    let page = import_page(frame, (flawed, found), &form);
    pages.insert("import-flawed".into(), page.unwrap());
}
