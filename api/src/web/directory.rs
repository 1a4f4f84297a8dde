//! People and units, for administrators.

use askama::Template;
use domain::{access::Role, office::UnitKind, text::Language};

use super::{
    Rendered,
    form::{Choice, ErrorLine, Field, FieldKind, Form, error_lines},
    frame::{Frame, Theme},
    words::Words,
};
use crate::view::directory::{PersonEntry, UnitEntry};

/// The form of one unit or person that was refused, by the act it asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RefusedEntry {
    /// The act, or the key of the unit.
    pub act: String,
    /// What was typed, and what is wrong.
    pub form: Form,
}

impl RefusedEntry {
    fn form_of(&self, act: &str) -> Form {
        if self.act == act {
            self.form.clone()
        } else {
            Form::default()
        }
    }
}

/// A page of people.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PeopleList {
    /// The rows.
    pub rows: Vec<PersonEntry>,
    /// What stands in the address of the next page.
    pub next: Option<String>,
    /// True where this is not the first page.
    pub is_later: bool,
}

#[derive(Template)]
#[template(path = "people.html")]
struct PeoplePage<'a> {
    f: &'a Frame<'a>,
    w: &'a Words<'a>,
    title: String,
    people: &'a PeopleList,
    fields: Vec<Field>,
    errors: Vec<ErrorLine>,
}

#[derive(Template)]
#[template(path = "person.html")]
struct PersonPage<'a> {
    f: &'a Frame<'a>,
    w: &'a Words<'a>,
    title: String,
    person: &'a PersonEntry,
    acts: Vec<Act>,
    roles: Option<Vec<RoleBox>>,
    errors: Vec<ErrorLine>,
}

#[derive(Template)]
#[template(path = "units.html")]
struct UnitsPage<'a> {
    f: &'a Frame<'a>,
    w: &'a Words<'a>,
    title: String,
    units: Vec<UnitRow<'a>>,
    fields: Vec<Field>,
    errors: Vec<ErrorLine>,
    can_change: bool,
}

/// One act upon a person.
struct Act {
    code: &'static str,
    fields: Vec<Field>,
    is_open: bool,
    is_quiet: bool,
}

struct RoleBox {
    code: &'static str,
    is_taken: bool,
}

struct UnitRow<'a> {
    unit: &'a UnitEntry,
    fields: Vec<Field>,
    is_open: bool,
}

fn choices<T>(
    all: impl IntoIterator<Item = T>,
    choice: impl Fn(T) -> (String, String),
) -> Vec<Choice> {
    let pairs = all.into_iter().map(choice);
    pairs
        .map(|(value, label)| Choice { value, label })
        .collect()
}

fn unit_choices(w: &Words<'_>, units: &[UnitEntry]) -> Vec<Choice> {
    let open = units.iter().filter(|unit| unit.is_active);
    choices(open, |unit| {
        (unit.id.clone(), w.name(&unit.name).to_owned())
    })
}

fn language_choices(w: &Words<'_>) -> Vec<Choice> {
    choices(Language::ALL, |language| {
        let tag = language.tag();
        (tag.to_owned(), w.code("language", tag))
    })
}

/// The people of the zone, and the form of another one.
pub fn people_page(
    frame: &Frame<'_>,
    people: &PeopleList,
    units: &[UnitEntry],
    (form, can_add): (&Form, bool),
) -> Rendered {
    let w = &frame.words();
    let field = |name, proposal: &str, kind| Field::new(w, form, ("person", name), proposal, kind);
    let line = |name| field(name, "", FieldKind::Line("off"));
    let fields = vec![
        line("login"),
        line("name"),
        line("email").optional(),
        line("phone").optional(),
        field("unit", "", FieldKind::List(unit_choices(w, units))).optional(),
        field(
            "language",
            Language::default().tag(),
            FieldKind::Radios(language_choices(w)),
        ),
    ];
    PeoplePage {
        f: frame,
        w,
        title: frame.title(&w.t("people-title"), form.is_refused()),
        people,
        fields: if can_add { fields } else { Vec::new() },
        errors: error_lines(w, form, "person"),
    }
    .render()
}

/// Whom a form upon a person may name, and what the one who looks may do.
pub struct PersonSurroundings<'a> {
    /// Units to choose from.
    pub units: &'a [UnitEntry],
    /// People to choose from, with the name of their unit.
    pub colleagues: &'a [PersonEntry],
    /// True for those who change accounts.
    pub manages_people: bool,
    /// True for those who say what people are to the zone.
    pub manages_roles: bool,
    /// True on the page of oneself.
    pub is_own: bool,
}

/// One person with everything that may be done. Acts: `change`, `roles`, `deputy`, `close`, `open`.
pub fn person_page(
    frame: &Frame<'_>,
    person: &PersonEntry,
    around: &PersonSurroundings<'_>,
    refused: Option<&RefusedEntry>,
) -> Rendered {
    let w = &frame.words();
    let form_of = |act: &str| refused.map_or_else(Form::default, |refused| refused.form_of(act));
    let is_open = |act: &str| refused.is_some_and(|refused| refused.act == act);
    let mut acts = Vec::new();
    if around.manages_people {
        let act = |code, fields, is_quiet| Act {
            code,
            fields,
            is_open: is_open(code),
            is_quiet,
        };
        let colleagues = || colleague_choices(w, person, around.colleagues);
        acts.push(act(
            "change",
            change_fields(w, person, around.units, &form_of("change")),
            false,
        ));
        let form = form_of("deputy");
        let named = person.deputy.as_ref();
        let named = named.map_or("", |deputy| deputy.id.as_str());
        let kind = FieldKind::List(colleagues());
        let deputy = Field::new(w, &form, ("person", "deputy"), named, kind).optional();
        acts.push(act("deputy", vec![deputy], false));
        if person.is_active && !around.is_own {
            let (form, kind) = (form_of("close"), FieldKind::List(colleagues()));
            let successor = Field::new(w, &form, ("person", "hand_over_to"), "", kind).optional();
            acts.push(act("close", vec![successor], true));
        } else if !person.is_active {
            acts.push(act("open", Vec::new(), true));
        }
    }
    let may_set_roles = around.manages_roles && !around.is_own;
    let roles = may_set_roles.then(|| {
        let roles = Role::ALL.into_iter();
        let taken = |role: Role| RoleBox {
            code: role.code(),
            is_taken: person.roles.contains(&role.code()),
        };
        roles.map(taken).collect()
    });
    let form = refused
        .map(|refused| refused.form.clone())
        .unwrap_or_default();
    PersonPage {
        f: frame,
        w,
        title: frame.title(&person.name, form.is_refused()),
        person,
        acts,
        roles,
        errors: error_lines(w, &form, "person"),
    }
    .render()
}

fn change_fields(
    w: &Words<'_>,
    person: &PersonEntry,
    units: &[UnitEntry],
    form: &Form,
) -> Vec<Field> {
    let field = |name, proposal: &str, kind| Field::new(w, form, ("person", name), proposal, kind);
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let unit = person.unit.as_ref().map_or("", |unit| unit.id.as_str());
    vec![
        field("name", &person.name, FieldKind::Line("off")),
        field("email", &text(&person.email), FieldKind::Line("off")).optional(),
        field("phone", &text(&person.phone), FieldKind::Line("off")).optional(),
        field("unit", unit, FieldKind::List(unit_choices(w, units))).optional(),
        field(
            "language",
            person.language,
            FieldKind::Radios(language_choices(w)),
        ),
    ]
}

/// Everybody who handles stages, except the person.
pub(super) fn colleague_choices(
    w: &Words<'_>,
    person: &PersonEntry,
    colleagues: &[PersonEntry],
) -> Vec<Choice> {
    let handles = |colleague: &&PersonEntry| {
        let mut roles = [Role::Officer, Role::Head].into_iter();
        colleague.is_active
            && colleague.id != person.id
            && roles.any(|role| colleague.roles.contains(&role.code()))
    };
    choices(colleagues.iter().filter(handles), |colleague| {
        let unit = colleague.unit.as_ref();
        let label = match unit {
            Some(unit) => format!("{} · {}", colleague.name, w.name(&unit.name)),
            None => colleague.name.clone(),
        };
        (colleague.id.clone(), label)
    })
}

/// The units of the zone, each with its form, and the form of another one.
pub fn units_page(
    frame: &Frame<'_>,
    units: &[UnitEntry],
    refused: Option<&RefusedEntry>,
    can_change: bool,
) -> Rendered {
    let w = &frame.words();
    let form_of = |act: &str| refused.map_or_else(Form::default, |refused| refused.form_of(act));
    let kinds = || {
        choices(UnitKind::ALL, |kind| {
            (kind.code().to_owned(), w.code("unit-kind", kind.code()))
        })
    };
    let row = |unit| {
        let unit: &UnitEntry = unit;
        let form = form_of(&unit.id);
        let field = |name, proposal: &str, kind| {
            let mut field = Field::new(w, &form, ("unit", name), proposal, kind);
            field.id = format!("{}-{name}", unit.code);
            field
        };
        UnitRow {
            unit,
            fields: vec![
                field("name_zh", &unit.name.zh, FieldKind::Line("off")),
                field("name_en", &unit.name.en, FieldKind::Line("off")),
                field("kind", unit.kind.code(), FieldKind::List(kinds())),
            ],
            is_open: refused.is_some_and(|refused| refused.act == unit.id),
        }
    };
    let form = form_of("");
    let field = |name, kind| Field::new(w, &form, ("unit", name), "", kind);
    let fields = vec![
        field("code", FieldKind::Line("off")),
        field("name_zh", FieldKind::Line("off")),
        field("name_en", FieldKind::Line("off")).optional(),
        field("kind", FieldKind::List(kinds())),
    ];
    let whole = refused
        .map(|refused| refused.form.clone())
        .unwrap_or_default();
    UnitsPage {
        f: frame,
        w,
        title: frame.title(&w.t("units-title"), whole.is_refused()),
        units: units.iter().map(row).collect(),
        fields,
        errors: error_lines(w, &whole, "unit"),
        can_change,
    }
    .render()
}
