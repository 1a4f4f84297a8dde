//! Who is signed in, and the demonstration's switch: what stands in the head of every page.

use domain::access::{Actor, Permission, Reach};

use super::visit::Visit;
use crate::{
    app::App,
    demo,
    usecase::{count::Counts, look::Surroundings},
    web::frame::{Account, Care, Demo},
};

impl Visit {
    /// Where the signed-in person starts.
    pub(super) fn start_page(actor: &Actor) -> &'static str {
        if actor.may(Permission::ReadDesk) {
            "/desk"
        } else if actor.may(Permission::ReadBoard) {
            "/board"
        } else if actor.reach(Permission::ReadProject) == Some(Reach::Own) {
            "/projects"
        } else if actor.may(Permission::ReadAudit) {
            "/admin/audit"
        } else {
            "/"
        }
    }
}

/// The signed-in person with what waits.
pub(super) fn account(
    actor: Option<&Actor>,
    surroundings: &Surroundings,
    counts: &Counts,
) -> Option<Account> {
    let actor = actor?;
    let directory = &surroundings.directory;
    let person = directory.people.get(&actor.person)?;
    let unit = person.unit.and_then(|unit| directory.units.get(&unit));
    Some(Account {
        name: person.name.clone(),
        unit: unit.map(|unit| unit.name.clone()),
        roles: actor.roles.iter().copied().collect(),
        desk_count: counts.desk,
        board_count: counts.board,
        own_page: counts.own_page.clone(),
        proposes_calendar: actor.may(Permission::ProposeCalendar),
        cares: cares(actor),
        post_alarm: counts.post_alarm.clone(),
    })
}

fn cares(actor: &Actor) -> Vec<Care> {
    let all = [
        (Care::Post, Permission::KeepPost),
        (Care::Feeds, Permission::SubscribeCalendar),
        (Care::Webhooks, Permission::KeepWebhook),
    ];
    let own = all
        .into_iter()
        .filter(|(_, permission)| actor.may(*permission));
    own.map(|(care, _)| care).collect()
}

/// The demonstration's switch, outside the demonstration nothing.
pub(super) fn demo(
    app: &App,
    actor: Option<&Actor>,
    surroundings: &Surroundings,
    letters: usize,
) -> Option<Demo> {
    app.demo.as_ref()?;
    Some(Demo {
        personas: demo::personas(app, &surroundings.directory),
        current: actor.map(|actor| actor.person),
        mail_count: letters,
    })
}
