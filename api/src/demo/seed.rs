//! Founding the zone of the demonstration and telling its past.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, atomic::AtomicU64},
};

use domain::{
    calendar::{WorkCalendar, china},
    code::{ProjectCode, QueryCode},
    id::{PersonId, ZoneId},
    ladder::Ladder,
    office::Office,
    text::Bilingual,
    zone_time::ZoneTime,
};
use notifications::{
    deliver::{Post, Postmark, deliver},
    mailer::{Mailer, Memory},
    sweep::sweep,
};
use persistence::Store;
use time::{Date, Duration, OffsetDateTime, Time};

use super::{
    course,
    days::{Ago, Days},
    dice::Dice,
    people::{self, Cast},
    play::{self, Entry, Part, Play},
    projects::PLOTS,
    proposal,
    script::{self, Dated},
    story,
    works::{self, Said},
};
use crate::{
    error::AppError,
    ids::Ids,
    keys::Keys,
    usecase::zone::{Founding, KEY_INDUSTRIAL_CODE, found},
};

/// The zone's time.
pub(super) const TIME_ZONE: &str = "Asia/Shanghai";

/// Keys that one seed may use up before it would come to those of the next.
const SEED_STEP: u64 = 1 << 20;

/// What the demonstration's data depend on. The same wish gives the same data.
#[derive(Debug, Clone)]
pub struct Wish {
    /// Chooses who does what, and how long it took.
    pub seed: u64,
    /// The day of the demonstration; nothing happens on it or after it.
    pub today: Date,
    /// For the hashes of query codes.
    pub keys: Keys,
    /// What letters have in common.
    pub postmark: Postmark,
}

/// How long after a morning's sweep its letters go.
const POSTED: Duration = Duration::minutes(2);

/// What was sown.
#[derive(Debug, Clone)]
pub struct Sown {
    /// The zone.
    pub zone: ZoneId,
    /// Whom one may become, in the order of the switch.
    pub personas: Vec<PersonId>,
    /// The number of the project that is told as a story.
    pub story_code: ProjectCode,
    /// Its query code.
    pub story_query_code: QueryCode,
}

/// Fills a migrated, empty database: zone, people, forty projects and their record, every alert and
/// every letter up to the evening before the day of the demonstration.
pub async fn sow(store: &Store, wish: Wish) -> Result<Sown, AppError> {
    let postmark = wish.postmark.clone();
    let mut play = store.write(async move |tx| open(tx, wish).await).await?;
    let worker = play.ids.key(OffsetDateTime::UNIX_EPOCH);
    let mailer = Mailer::Memory(Memory::default());
    loop {
        let (told, at) = store
            .write(async move |tx| {
                let at = play.go_on(tx).await?;
                Ok::<_, AppError>((play, at))
            })
            .await?;
        play = told;
        let Some(at) = at else {
            break;
        };
        sweep(store, play.zone.id, at).await?;
        let sent_at = at + POSTED;
        let post = Post {
            store,
            zone: play.zone.id,
            mailer: &mailer,
            postmark: &postmark,
            worker,
            now: &|| sent_at,
            uptime: &|| std::time::Duration::ZERO,
        };
        deliver(&post).await?;
    }
    let told = store
        .write(async move |tx| {
            proposal::propose(tx, &play).await?;
            Ok::<_, AppError>(play)
        })
        .await?;
    sown(&told)
}

fn sown(play: &Play) -> Result<Sown, AppError> {
    let story = play.parts.first().ok_or(AppError::Absent)?;
    Ok(Sown {
        zone: play.zone.id,
        personas: play.cast.personas(),
        story_code: story.code.clone().ok_or(AppError::Absent)?,
        story_query_code: story.query_code.clone().ok_or(AppError::Absent)?,
    })
}

/// The calendar of mainland China, with the years around `today` listed even where it ends before them.
fn calendar(today: Date) -> WorkCalendar {
    let mut calendar = china::mainland();
    let last = calendar.years.keys().next_back().copied();
    for year in last.unwrap_or(today.year())..=today.year() + 1 {
        calendar.years.entry(year).or_default();
    }
    calendar
}

/// Founds the zone, engages its people and writes down what will happen.
async fn open(tx: &mut persistence::Tx, wish: Wish) -> Result<Play, AppError> {
    let ids = Ids::Counted(Arc::new(AtomicU64::new(
        wish.seed.wrapping_mul(SEED_STEP) | 1,
    )));
    let broken = |error: &dyn std::fmt::Display| AppError::Broken {
        cause: format!("demonstration: {error}"),
    };
    let calendar = calendar(wish.today);
    let days = Days::around(wish.today, &calendar).map_err(|error| broken(&error))?;
    let time = ZoneTime::named(TIME_ZONE).map_err(|error| broken(&error))?;
    let founded_at = time.at_time(days.on(Ago::MAX), Time::MIDNIGHT);
    let founding = Founding {
        id: ZoneId(ids.key(founded_at)),
        name: Bilingual::of("示范开发区", "Example Development Zone"),
        time_zone: TIME_ZONE.to_owned(),
        hotline: "12345".to_owned(),
        calendar,
        ladder: Ladder::default(),
    };
    let id = founding.id;
    found(tx, founding, &ids, founded_at).await?;
    let cast = people::engage(tx, id, &ids, founded_at).await?;
    let zone = tx.office(id).await?;
    let mut play = Play {
        zone: zone.zone.clone(),
        office: zone.office.clone(),
        days,
        template: tx.newest_template(id, KEY_INDUSTRIAL_CODE).await?,
        cast,
        ids,
        keys: wish.keys,
        parts: Vec::new(),
        ahead: Vec::new(),
    };
    compose(tx, &mut play, Dice::seeded(wish.seed)).await?;
    Ok(play)
}

/// The last working days, on whose mornings the sweep looked. Of those before only the mornings with a
/// card are told: each letter is really written, and a thousand of them would take a minute.
const WATCHED_DAYS: Ago = 12;

/// Writes every entry of the past, the last first.
async fn compose(tx: &mut persistence::Tx, play: &mut Play, dice: Dice) -> Result<(), AppError> {
    let mut ahead: Vec<(OffsetDateTime, usize, Entry)> = Vec::new();
    let mut mornings: BTreeSet<Ago> = (1..=WATCHED_DAYS).collect();
    for (index, plot) in std::iter::once(&story::PLOT).chain(&PLOTS).enumerate() {
        let dice = dice.about(u64::try_from(index).unwrap_or_default());
        let (course, deeds, said) = scripted(play, plot, index == 0, dice)?;
        let code = if index == 0 {
            // The story is the first project of its year, whatever was admitted before it.
            let year = play.days.on(course.admitted).year();
            Some(play::next_code(tx, &play.zone, year).await?)
        } else {
            None
        };
        mornings.extend(&course.alarms);
        play.parts.push(Part::new(*plot, code));
        let at = clock(
            &play.office,
            &play.days,
            (course.admitted, script::ADMITTED),
            dice,
        );
        ahead.push((at, index, Entry::Admission(index)));
        for (at, deeds) in moments(play, deeds, dice) {
            ahead.push((at, index, Entry::Deeds(index, deeds)));
        }
        for (when, said) in said {
            let at = clock(&play.office, &play.days, when, dice);
            ahead.push((at, index, Entry::Works(index, said)));
        }
    }
    for ago in mornings {
        let opening = play.office.ladder.letters.from;
        let at = play.office.time.at_time(play.days.on(ago), opening);
        ahead.push((at, 0, Entry::Morning));
    }
    ahead.sort_by_key(|(at, index, _)| std::cmp::Reverse((*at, *index)));
    play.ahead = ahead
        .into_iter()
        .map(|(at, _, entry)| (at, entry))
        .collect();
    Ok(())
}

/// The course of one project, its deeds, and what is said of its works.
fn scripted(
    play: &Play,
    plot: &course::Plot,
    is_story: bool,
    dice: Dice,
) -> Result<(course::Course, Vec<Dated>, Vec<Said>), AppError> {
    let traits = plot.traits.iter().map(ToString::to_string).collect();
    let planned = play.template.plan(plot.variant, &traits);
    let stages = planned.map_err(domain::project::AdmissionFlaw::Plan)?;
    let cast: &Cast = &play.cast;
    let course = if is_story {
        story::course(&stages, &play.days)
    } else {
        course::course(plot, &stages, &play.days, dice)
    };
    let mut deeds = script::script(plot, &course, &stages, cast, dice);
    if is_story {
        story::retell(&mut deeds, &stages, cast);
    }
    let said = if plot.reports_works {
        works::works(&course, &stages, &play.days)
    } else {
        Vec::new()
    };
    Ok((course, deeds, said))
}

/// Groups deeds by their moments: what a project's people do at the same hour of a day is kept as one.
fn moments(play: &Play, deeds: Vec<Dated>, dice: Dice) -> Vec<(OffsetDateTime, Vec<Dated>)> {
    let mut moments: BTreeMap<OffsetDateTime, Vec<Dated>> = BTreeMap::new();
    for dated in deeds {
        let at = clock(&play.office, &play.days, (dated.ago, dated.hour), dice);
        moments.entry(at).or_default().push(dated);
    }
    moments.into_iter().collect()
}

/// Nobody is punctual to the minute.
fn clock(office: &Office, days: &Days, (ago, hour): (Ago, Time), dice: Dice) -> OffsetDateTime {
    let day = dice.about(u64::from(ago.unsigned_abs()) << 8 | u64::from(hour.hour()));
    let seconds = day.between(0, LATE_SECONDS);
    office.time.at_time(days.on(ago), hour) + Duration::seconds(seconds.into())
}

/// Hours of deeds lie at least half an hour apart; nobody is that late.
const LATE_SECONDS: i32 = 24 * 60;
