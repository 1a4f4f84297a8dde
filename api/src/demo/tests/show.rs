//! A demonstration that was sown and read back.

use std::collections::BTreeMap;

use domain::{lamp::Lamp, office::Office, project::Project};
use notifications::deliver::{Limits, Postmark};
use persistence::{Store, outbox::Letter, person::Directory, project::ProjectFilter};
use time::Date;

use super::super::seed::{Sown, Wish, sow};
use crate::{error::AppError, keys::Keys};

/// The demonstration of one day, in the database and read back.
pub(super) struct Show {
    pub(super) sown: Sown,
    pub(super) store: Store,
    pub(super) office: Office,
    pub(super) directory: Directory,
    pub(super) projects: Vec<Project>,
    pub(super) letters: Vec<Letter>,
    _place: tempfile::TempDir,
}

pub(super) fn run<T>(work: impl Future<Output = Result<T, AppError>>) -> T {
    crate::cli::block_on(work).unwrap().unwrap()
}

pub(super) fn show(today: Date, seed: u64) -> Show {
    let place = tempfile::tempdir().unwrap();
    let store = Store::open(&format!("sqlite://{}/demo.sqlite", place.path().display())).unwrap();
    persistence::migrate::up(store.target()).unwrap();
    let keys = Keys::new([7; 32]);
    let wish = Wish {
        seed,
        today,
        postmark: Postmark {
            public_url: "http://127.0.0.1:8077".into(),
            from_address: "green-channel@demo.example".into(),
            message_domain: "demo.example".into(),
            message_key: keys.message_key(),
            limits: Limits::default(),
        },
        keys,
    };
    let sown = run(sow(&store, wish));
    let zone = sown.zone;
    let (office, directory, projects, letters) = run(store.read(async |tx| {
        let office = tx.office(zone).await?.office.clone();
        let directory = (*tx.directory(zone).await?).clone();
        let mut projects = Vec::new();
        for header in tx
            .project_list(zone, &ProjectFilter::default(), 100)
            .await?
        {
            assert!(
                tx.verify_chain(zone, header.id).await?.is_ok(),
                "{}",
                header.code
            );
            projects.push(tx.project(zone, header.id).await?.project);
        }
        projects.sort_by(|left, right| left.code.cmp(&right.code));
        Ok::<_, AppError>((office, directory, projects, tx.letters(zone, 10_000).await?))
    }));
    Show {
        sown,
        store,
        office,
        directory,
        projects,
        letters,
        _place: place,
    }
}

impl Show {
    pub(super) fn lamps(&self, project: &Project, today: Date) -> Vec<Lamp> {
        let lamp = |stage| Lamp::of(stage, &self.office.ladder, &self.office.calendar, today);
        project.stages.iter().map(lamp).collect()
    }

    /// The gravest lamp of each project, counted, and all lamps of stages, counted.
    pub(super) fn counted(&self, today: Date) -> (BTreeMap<Lamp, usize>, BTreeMap<Lamp, usize>) {
        let (mut projects, mut stages) = (BTreeMap::new(), BTreeMap::new());
        for project in &self.projects {
            let lamps = self.lamps(project, today);
            *projects.entry(*lamps.iter().max().unwrap()).or_default() += 1;
            for lamp in lamps {
                *stages.entry(lamp).or_default() += 1;
            }
        }
        (projects, stages)
    }

    pub(super) fn story(&self) -> &Project {
        let code = &self.sown.story_code;
        self.projects
            .iter()
            .find(|project| project.code == *code)
            .unwrap()
    }
}
