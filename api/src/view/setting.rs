//! Who looks, on which day, in which zone.

use std::{collections::BTreeMap, sync::Arc};

use domain::{
    access::{Actor, Permission},
    id::{PersonId, UnitId},
    moment::Moment,
    office::{Office, Person, Unit, Zone},
    project::{Project, TemplateRef},
    stage::Stage,
    template::{StageDefinition, Template},
    text::Bilingual,
};

use super::name::{PersonView, StageRef, UnitView};

/// Who looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Viewer {
    /// Somebody with a project code and its query code.
    Guest,
    /// Somebody who is signed in.
    Person(Actor),
}

impl Viewer {
    /// The signed-in person.
    pub fn actor(&self) -> Option<&Actor> {
        match self {
            Self::Guest => None,
            Self::Person(actor) => Some(actor),
        }
    }

    /// True when internal lines and telephone numbers of this project may be shown.
    pub fn sees_internal(&self, project: &Project) -> bool {
        self.actor()
            .is_some_and(|actor| actor.may_on_project(Permission::ReadInternal, project))
    }
}

/// What every view is built from, besides the thing itself.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// The zone.
    pub zone: &'a Zone,
    /// Its time, calendar and ladder.
    pub office: &'a Office,
    /// Its units.
    pub units: &'a BTreeMap<UnitId, Unit>,
    /// Its people.
    pub people: &'a BTreeMap<PersonId, Person>,
    /// The templates of the projects that are shown.
    pub templates: &'a [Arc<Template>],
    /// Now.
    pub now: Moment,
    /// Who looks.
    pub viewer: &'a Viewer,
}

impl<'a> Setting<'a> {
    /// The template a project started with.
    pub fn template(&self, of: &TemplateRef) -> Option<&'a Template> {
        self.templates
            .iter()
            .find(|known| known.code == of.code && known.version == of.version)
            .map(AsRef::as_ref)
    }

    /// The definition of a stage.
    pub fn definition(&self, project: &Project, code: &str) -> Option<&'a StageDefinition> {
        self.template(&project.template)?.stage(code)
    }

    /// The name of a stage; its code where the template does not know it.
    pub fn stage_name(&self, project: &Project, stage: &Stage) -> Bilingual {
        self.definition(project, &stage.code).map_or_else(
            || Bilingual::of(&stage.code, &stage.code),
            |known| known.name.clone(),
        )
    }

    /// What stands for a stage beside something else.
    pub fn stage(&self, project: &Project, stage: &Stage) -> StageRef {
        StageRef {
            id: stage.id.to_string(),
            ordinal: stage.ordinal,
            code: stage.code.clone(),
            name: self.stage_name(project, stage),
        }
    }

    /// The name of a unit; its id where the zone does not know it.
    pub fn unit(&self, id: UnitId) -> UnitView {
        match self.units.get(&id) {
            Some(unit) => UnitView {
                id: id.to_string(),
                code: unit.code.clone(),
                name: unit.name.clone(),
            },
            None => UnitView {
                id: id.to_string(),
                code: String::new(),
                name: Bilingual::of("未登记的单位", "Unregistered unit"),
            },
        }
    }

    /// A person's name, with the telephone number only for those who see the internal side of `project`.
    pub fn person(&self, id: PersonId, project: &Project) -> Option<PersonView> {
        let person = self.people.get(&id)?;
        let phone = person.phone.clone();
        Some(PersonView {
            id: id.to_string(),
            name: person.name.clone(),
            phone: phone.filter(|_| self.viewer.sees_internal(project)),
        })
    }
}
