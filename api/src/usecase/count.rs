//! Counting: what the menu shows, and the figures of the front page.

use domain::{
    access::{Actor, Permission, Reach},
    id::UnitId,
    ladder::Rung,
};
use persistence::{Tx, project::ProjectFilter, stage::WorkScope};
use time::Duration;

use crate::{app::App, error::AppError, view::home::HomeView, web::frame::PostAlarm};

/// A relay that does not work for longer is told of on the pages of those who watch over the zone.
const RELAY_DOWN_TOLD: Duration = Duration::minutes(15);

/// What the menu counts.
#[derive(Debug, Clone, Default)]
pub struct Counts {
    /// What waits on the desk; `None` for those who have none.
    pub desk: Option<usize>,
    /// What waits for an answer on the board; `None` for those who have none.
    pub board: Option<usize>,
    /// The page of what is the investor's own: the one project, or the list of several.
    pub own_page: Option<String>,
    /// Letters in the demonstration's outbox.
    pub letters: usize,
    /// What is wrong with the post, for those who watch over the zone.
    pub post_alarm: PostAlarm,
}

/// Counts what waits for somebody.
pub async fn counts(app: &App, actor: Option<&Actor>) -> Result<Counts, AppError> {
    let (zone, now) = (app.zone, app.now());
    app.store
        .read(async |tx: &mut Tx| {
            let mut counts = Counts::default();
            if app.demo.is_some() {
                let states = tx.letters_by_state(zone).await?;
                counts.letters = whole(states.values().sum());
            }
            let Some(actor) = actor else {
                return Ok(counts);
            };
            if actor.may(Permission::ReadDesk) {
                let mut waiting = 0;
                for scope in desk_scopes(actor) {
                    waiting += tx.count_work(zone, scope).await?;
                }
                counts.desk = Some(whole(waiting));
            }
            let board = actor.reach(Permission::ReadBoard);
            if let Some(reach) = board {
                let unit = overseen_unit(actor).filter(|_| reach != Reach::Zone);
                counts.board = Some(whole(tx.count_open_alerts(zone, unit, Rung::Yellow).await?));
            }
            if board == Some(Reach::Zone) || actor.may(Permission::RunSweep) {
                let watch = tx.post_watch(zone).await?;
                let relay = watch.relay.map(|relay| relay.down_since);
                counts.post_alarm = PostAlarm {
                    lost: usize::try_from(watch.lost).unwrap_or_default(),
                    down_since: relay.filter(|since| now - *since >= RELAY_DOWN_TOLD),
                };
            }
            if actor.reach(Permission::ReadProject) == Some(Reach::Own) {
                let filter = ProjectFilter {
                    of_person: Some(actor.person),
                    ..ProjectFilter::default()
                };
                let own = tx.project_list(zone, &filter, 2).await?;
                counts.own_page = match own.as_slice() {
                    [] => None,
                    [only] => Some(format!("/p/{}", only.code)),
                    _ => Some("/projects".to_owned()),
                };
            }
            Ok(counts)
        })
        .await
}

fn whole(count: i64) -> usize {
    usize::try_from(count).unwrap_or_default()
}

/// Whose stages a desk shows: a head's are those of the unit. Behind what is one's own come the other units in
/// which one has a post, and the stages of absent colleagues for whom one stands in.
pub(super) fn desk_scopes(actor: &Actor) -> Vec<WorkScope> {
    let headed = actor.units(Permission::AssignStage);
    let home = actor.unit;
    let own = match home.filter(|unit| headed.contains(unit)) {
        Some(unit) => WorkScope::Unit(unit),
        None => WorkScope::Officer(actor.person, home),
    };
    let is_other = |unit: &UnitId| Some(*unit) != home;
    let others = actor.units(Permission::AcceptStage).into_iter();
    let others = others.filter(is_other).map(|unit| {
        if headed.contains(&unit) {
            WorkScope::Unit(unit)
        } else {
            WorkScope::Officer(actor.person, Some(unit))
        }
    });
    let absent = actor.stands_in_for.iter();
    let absent = absent.map(|&person| WorkScope::Officer(person, None));
    [own].into_iter().chain(others).chain(absent).collect()
}

/// The one unit whose board somebody sees who does not see all: the own one, or else that of a post.
pub(super) fn overseen_unit(actor: &Actor) -> Option<UnitId> {
    let units = actor.units(Permission::ReadBoard);
    let own = actor.unit.filter(|unit| units.contains(unit));
    own.or_else(|| units.first().copied())
}

/// For how many days back the front page counts.
const FIGURES_DAYS: Duration = Duration::days(90);
/// Fewer finished stages than this give no share.
const FIGURES_STAGES_MIN: i64 = 10;

/// The figures of the front page, counted now. Counts whole tables: for the worker, not for a request.
pub async fn figures(app: &App) -> Result<HomeView, AppError> {
    let zone = app.zone;
    app.store
        .read(async |tx: &mut Tx| {
            let today = tx.office(zone).await?.office.time.day_of(app.now());
            let since = today.checked_sub(FIGURES_DAYS).unwrap_or(today);
            let [open, done, late] = tx.figures(zone, since).await?;
            let share = (done >= FIGURES_STAGES_MIN).then(|| (done - late) * 100 / done);
            Ok(HomeView {
                open_projects: whole(open),
                done_stages: whole(done),
                on_time_percent: share.and_then(|share| u8::try_from(share).ok()),
            })
        })
        .await
}
