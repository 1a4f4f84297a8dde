//! A whole file: first all of it is judged, then it is stored in batches.
//!
//! An error may follow the last case, so nothing is stored before the file was read to its end. It is
//! read twice, because remembering it would cost more memory than reading it costs time.

use std::{path::Path, sync::Arc};

use domain::{id::ZoneId, project::TemplateRef, template::Template};
use persistence::{Store, Tx};
use time::OffsetDateTime;

use super::{
    error::ImportError,
    intake::{Intake, News, Tally},
    mapping::{ImportedCase, Mapping},
    roster::{Enrolment, Roster, Source},
    xes,
};
use crate::{error::AppError, ids::Ids, usecase::zone::IMPORTED_CASE_CODE};

/// How a file is to be taken over.
#[derive(Debug, Clone)]
pub struct Wish {
    /// Into which zone.
    pub zone: ZoneId,
    /// The name under which it comes.
    pub source: Source,
    /// Which attribute says what.
    pub mapping: Mapping,
    /// Working days without a sign of work after which the officer is asked.
    pub silence_days: Option<u16>,
    /// The part behind the at sign of new people's addresses; without it they have none.
    pub mail_domain: Option<String>,
    /// New keys.
    pub ids: Ids,
    /// The time at which it is recorded.
    pub at: OffsetDateTime,
}

/// What was taken over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Imported {
    /// Cases and work.
    pub tally: Tally,
    /// People who were added.
    pub people: usize,
    /// Units that were added.
    pub units: usize,
}

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Bytes of the file that were judged.
    Judged(u64),
    /// Bytes of the file that were stored.
    Stored(u64),
}

/// What a file says of itself, once it was read to its end.
#[derive(Debug, Clone, Default)]
pub struct Survey {
    /// Who is who in it.
    pub roster: Roster,
    /// How many cases it has.
    pub cases: u64,
}

/// Cases of one transaction: few enough that others get in between, and memory stays small.
const CASES_PER_BATCH: usize = 50;
/// Events of one transaction, unless a single case has more.
const EVENTS_PER_BATCH: usize = 5_000;

/// Takes over all that is new in `file`. What is wrong with the file is found before anything is stored.
pub async fn import(
    store: &Store,
    file: &Path,
    wish: Wish,
    watch: &mut dyn FnMut(Progress),
) -> Result<Imported, ImportError> {
    let survey = survey(file, &wish.mapping, &mut |bytes| {
        watch(Progress::Judged(bytes));
    })?;
    let cases = survey.cases;
    let at = wish.at;
    let (intake, mut imported) = prepare(store, &wish, survey).await?;
    let mut cases_read = 0_u64;
    let mut log = xes::open(file)?;
    let mut batch = Batch::default();
    while let Some(case) = log.next() {
        let case = judged(file, &wish.mapping, &case?)?;
        cases_read += 1;
        batch.events += case.work.len();
        batch.cases.push(case);
        if batch.is_full() {
            let full = std::mem::take(&mut batch);
            imported.tally.add(full.store(store, &intake, at).await?);
            watch(Progress::Stored(log.bytes_read()));
        }
    }
    imported.tally.add(batch.store(store, &intake, at).await?);
    watch(Progress::Stored(log.bytes_read()));
    if cases_read != cases {
        let file = file.display().to_string();
        return Err(ImportError::Changed { file });
    }
    Ok(imported)
}

/// Reads a file to its end and judges every case, keeping none.
pub fn survey(
    file: &Path,
    mapping: &Mapping,
    watch: &mut dyn FnMut(u64),
) -> Result<Survey, ImportError> {
    let mut survey = Survey::default();
    for_each_case(file, mapping, &mut |case, bytes| {
        survey
            .roster
            .note(&case)
            .map_err(|flaw| refused(file, flaw))?;
        survey.cases += 1;
        watch(bytes);
        Ok(())
    })?;
    Ok(survey)
}

/// Reads a file to its end and keeps every case, for whoever must have them in another order.
pub fn load(file: &Path, mapping: &Mapping) -> Result<(Survey, Vec<ImportedCase>), ImportError> {
    let mut survey = Survey::default();
    let mut cases = Vec::new();
    for_each_case(file, mapping, &mut |case, _bytes| {
        survey
            .roster
            .note(&case)
            .map_err(|flaw| refused(file, flaw))?;
        survey.cases += 1;
        cases.push(case);
        Ok(())
    })?;
    Ok((survey, cases))
}

fn for_each_case(
    file: &Path,
    mapping: &Mapping,
    then: &mut dyn FnMut(ImportedCase, u64) -> Result<(), ImportError>,
) -> Result<(), ImportError> {
    // A pipe would be empty the second time. That there is nothing at all the reader says better.
    if file.metadata().is_ok_and(|known| !known.is_file()) {
        return Err(ImportError::Unsuitable {
            file: file.display().to_string(),
            reason: "not a file; it is read twice, so it must be one".to_owned(),
        });
    }
    let mut log = xes::open(file)?;
    while let Some(case) = log.next() {
        let case = judged(file, mapping, &case?)?;
        then(case, log.bytes_read())?;
    }
    Ok(())
}

fn judged(file: &Path, mapping: &Mapping, case: &xes::Case) -> Result<ImportedCase, ImportError> {
    mapping.read(case).map_err(|flaw| refused(file, flaw))
}

fn refused(file: &Path, flaw: super::mapping::CaseFlaw) -> ImportError {
    ImportError::Case {
        file: file.display().to_string(),
        flaw,
    }
}

/// Finds the template and everybody in the log; people and units that are new are added.
pub async fn prepare(
    store: &Store,
    wish: &Wish,
    survey: Survey,
) -> Result<(Intake, Imported), ImportError> {
    let zone = wish.zone;
    let template: Arc<Template> = store
        .read(async |tx: &mut Tx| tx.newest_template(zone, IMPORTED_CASE_CODE).await)
        .await?;
    let broken = |cause: &str| AppError::Broken {
        cause: format!("template {IMPORTED_CASE_CODE}: {cause}"),
    };
    let variant = template.variants.first();
    let variant = variant.ok_or_else(|| broken("no variant"))?;
    let stage = template.stages.first();
    let stage_code = stage.ok_or_else(|| broken("no stage"))?.code.clone();
    let of = TemplateRef {
        code: template.code.clone(),
        version: template.version,
        variant: variant.code.clone(),
    };
    let enrolment = Enrolment {
        zone,
        source: wish.source.clone(),
        mail_domain: wish.mail_domain.clone(),
        ids: wish.ids.clone(),
    };
    let at = wish.at;
    let cast = store
        .write(async move |tx| enrolment.enrol(tx, (&survey.roster, &template), at).await)
        .await?;
    let imported = Imported {
        people: cast.added_people,
        units: cast.added_units,
        ..Imported::default()
    };
    let intake = Intake {
        zone,
        source: wish.source.clone(),
        cast: Arc::new(cast),
        marks: Arc::new(wish.mapping.marks.clone()),
        template: of,
        stage_code,
        silence_days: wish.silence_days,
        ids: wish.ids.clone(),
    };
    Ok((intake, imported))
}

#[derive(Default)]
struct Batch {
    cases: Vec<ImportedCase>,
    events: usize,
}

impl Batch {
    fn is_full(&self) -> bool {
        self.cases.len() >= CASES_PER_BATCH || self.events >= EVENTS_PER_BATCH
    }

    async fn store(
        self,
        store: &Store,
        intake: &Intake,
        at: OffsetDateTime,
    ) -> Result<Tally, AppError> {
        let intake = intake.clone();
        store
            .write(async move |tx| intake.take(tx, self.cases.iter().map(News::all), at).await)
            .await
    }
}
