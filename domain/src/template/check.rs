//! A template is judged as a whole: every flaw at once.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;

use time::Date;

use super::{LimitRule, StageDefinition, Template, ValidityRule};
use crate::{
    calendar::WorkCalendar,
    clock::Clock,
    limit::{LIMIT_DAYS_MAX, Limit},
    validity::VALIDITY_MONTHS_MAX,
};

/// What is wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TemplateFlaw {
    /// No stage or no variant at all.
    Empty,
    /// The same code twice among units, traits, variants, stages, or the changes of one variant.
    DuplicateCode {
        /// The code.
        code: String,
    },
    /// A stage names a unit that the template does not list.
    UnknownUnit {
        /// The stage.
        stage: String,
        /// The unit as written.
        unit: String,
    },
    /// A condition names a trait that the template does not list.
    UnknownTrait {
        /// The stage.
        stage: String,
        /// The trait as written.
        code: String,
    },
    /// A dependency or a variant names a stage that the template does not list.
    UnknownStage {
        /// Where: a stage or a variant.
        at: String,
        /// The stage as written.
        stage: String,
    },
    /// Stages wait for each other in a circle.
    Cycle {
        /// The variant in which they do.
        variant: String,
        /// The stages of the circle, in order.
        stages: Vec<String>,
    },
    /// A promise can end later than the law allows.
    PromiseBeyondStatute {
        /// The stage.
        stage: String,
        /// A day of acceptance on which it does.
        accepted_on: Date,
    },
    /// A limit, a silence or the cap of a stop, in days above the greatest limit.
    LimitTooLong {
        /// The stage.
        stage: String,
        /// The limit.
        days: u16,
    },
    /// A validity of no months, or of more than the most.
    ValidityMonths {
        /// The stage.
        stage: String,
        /// The months.
        months: u8,
    },
    /// A template cannot know a date.
    FixedDate {
        /// The stage.
        stage: String,
    },
    /// A name or a material lacks one of the languages.
    MissingTranslation {
        /// Which text.
        at: String,
    },
    /// A limit or a stop without the document that says so.
    MissingCitation {
        /// The stage.
        stage: String,
    },
}

impl fmt::Display for TemplateFlaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the template has no stages or no variants"),
            Self::DuplicateCode { code } => write!(f, "code {code:?} is used twice"),
            Self::UnknownUnit { stage, unit } => write!(f, "stage {stage}: unknown unit {unit:?}"),
            Self::UnknownTrait { stage, code } => {
                write!(f, "stage {stage}: unknown trait {code:?}")
            }
            Self::UnknownStage { at, stage } => write!(f, "{at}: unknown stage {stage:?}"),
            Self::Cycle { variant, stages } => {
                write!(
                    f,
                    "variant {variant}: stages wait for each other: {}",
                    stages.join(" -> ")
                )
            }
            Self::PromiseBeyondStatute { stage, accepted_on } => write!(
                f,
                "stage {stage}: the promise ends after the statutory limit, for example when accepted on {accepted_on}"
            ),
            Self::LimitTooLong { stage, days } => {
                write!(
                    f,
                    "stage {stage}: a limit of {days} days is above {LIMIT_DAYS_MAX}"
                )
            }
            Self::ValidityMonths { stage, months } => write!(
                f,
                "stage {stage}: a validity of {months} months is not between 1 and {VALIDITY_MONTHS_MAX}"
            ),
            Self::FixedDate { stage } => write!(f, "stage {stage}: a template cannot fix a date"),
            Self::MissingTranslation { at } => {
                write!(f, "{at}: the Chinese or the English text is missing")
            }
            Self::MissingCitation { stage } => {
                write!(f, "stage {stage}: a limit or stop lacks its citation")
            }
        }
    }
}

impl Template {
    /// Every flaw of the template; none means that it may be published.
    ///
    /// Limits in different units are compared by the dates they give for every day of acceptance that
    /// `calendar` has in its last published year and the one before.
    pub fn flaws(&self, calendar: &WorkCalendar) -> Vec<TemplateFlaw> {
        let mut flaws = Vec::new();
        if self.stages.is_empty() || self.variants.is_empty() {
            flaws.push(TemplateFlaw::Empty);
        }
        self.check_codes(&mut flaws);
        self.check_translations(&mut flaws);
        for stage in &self.stages {
            self.check_names(stage, &mut flaws);
            self.check_limits(stage, calendar, &mut flaws);
        }
        self.check_variants(&mut flaws);
        flaws
    }

    fn check_codes(&self, flaws: &mut Vec<TemplateFlaw>) {
        let kinds: [Vec<&String>; 4] = [
            self.units.iter().map(|unit| &unit.code).collect(),
            self.traits.iter().map(|item| &item.code).collect(),
            self.variants.iter().map(|variant| &variant.code).collect(),
            self.stages.iter().map(|stage| &stage.code).collect(),
        ];
        for codes in kinds {
            let mut seen = BTreeSet::new();
            let doubled = codes.into_iter().filter(|code| !seen.insert(*code));
            flaws.extend(doubled.map(|code| TemplateFlaw::DuplicateCode { code: code.clone() }));
        }
    }

    fn check_translations(&self, flaws: &mut Vec<TemplateFlaw>) {
        let own = core::iter::once((&self.name, &self.code));
        let units = self.units.iter().map(|unit| (&unit.name, &unit.code));
        let traits = self.traits.iter().map(|item| (&item.name, &item.code));
        let variants = self
            .variants
            .iter()
            .map(|variant| (&variant.name, &variant.code));
        let stages = self.stages.iter().flat_map(|stage| {
            core::iter::once(&stage.name)
                .chain(&stage.materials)
                .map(move |text| (text, &stage.code))
        });
        let texts = own.chain(units).chain(traits).chain(variants).chain(stages);
        let missing = texts.filter(|(text, _)| !text.is_complete());
        flaws.extend(missing.map(|(_, at)| TemplateFlaw::MissingTranslation { at: at.clone() }));
    }

    /// Judges the law's limit, every promise under every variant, and the other numbers of a stage.
    fn check_limits(
        &self,
        stage: &StageDefinition,
        calendar: &WorkCalendar,
        flaws: &mut Vec<TemplateFlaw>,
    ) {
        let varied = self
            .variants
            .iter()
            .flat_map(|variant| &variant.changes)
            .filter(|change| change.stage == stage.code)
            .filter_map(|change| change.promised.as_ref());
        let promises: Vec<&LimitRule> = stage.promised.iter().chain(varied).collect();
        for rule in stage.statutory.iter().chain(promises.iter().copied()) {
            check_rule(stage, rule, flaws);
        }
        let caps = stage.stops.iter().filter_map(|stop| stop.cap_days);
        let long = stage.silence_days.into_iter().chain(caps);
        flaws.extend(long.filter_map(|days| too_long(stage, days)));
        let lacks = |stop: &super::AllowedStop| stop.citation.trim().is_empty();
        if stage.stops.iter().any(lacks) {
            flaws.push(TemplateFlaw::MissingCitation {
                stage: stage.code.clone(),
            });
        }
        if let Some(rule) = &stage.validity {
            check_validity(stage, rule, flaws);
        }
        let Some(statutory) = &stage.statutory else {
            return;
        };
        let late = promises
            .iter()
            .filter_map(|rule| first_late_acceptance(rule.limit, statutory.limit, calendar));
        flaws.extend(late.map(|accepted_on| TemplateFlaw::PromiseBeyondStatute {
            stage: stage.code.clone(),
            accepted_on,
        }));
    }

    fn check_names(&self, stage: &StageDefinition, flaws: &mut Vec<TemplateFlaw>) {
        if self.unit(&stage.unit).is_none() {
            flaws.push(TemplateFlaw::UnknownUnit {
                stage: stage.code.clone(),
                unit: stage.unit.clone(),
            });
        }
        let unknown = stage
            .applies
            .names()
            .filter(|code| self.traits.iter().all(|t| t.code != **code));
        flaws.extend(unknown.map(|code| TemplateFlaw::UnknownTrait {
            stage: stage.code.clone(),
            code: code.clone(),
        }));
        self.check_known(
            &stage.code,
            (stage.depends_on.iter().map(|wait| &wait.on))
                .chain(stage.validity.iter().map(|rule| &rule.of)),
            flaws,
        );
    }

    fn check_known<'a>(
        &self,
        at: &str,
        stages: impl Iterator<Item = &'a String>,
        flaws: &mut Vec<TemplateFlaw>,
    ) {
        let unknown = stages.filter(|stage| self.stage(stage).is_none());
        flaws.extend(unknown.map(|stage| TemplateFlaw::UnknownStage {
            at: at.to_string(),
            stage: stage.clone(),
        }));
    }

    fn check_variants(&self, flaws: &mut Vec<TemplateFlaw>) {
        for variant in &self.variants {
            let mut seen = BTreeSet::new();
            // Of two changes of one stage the second would be passed over in silence.
            let twice = variant.changes.iter().map(|change| &change.stage);
            let twice = twice.filter(|stage| !seen.insert(*stage));
            flaws.extend(twice.map(|stage| TemplateFlaw::DuplicateCode {
                code: stage.clone(),
            }));
            self.check_known(
                &variant.code,
                variant.changes.iter().map(|change| &change.stage),
                flaws,
            );
            let waits = variant
                .changes
                .iter()
                .filter_map(|change| change.depends_on.as_ref());
            self.check_known(&variant.code, waits.flatten().map(|wait| &wait.on), flaws);
            if let Some(stages) = self.cycle(&variant.code) {
                flaws.push(TemplateFlaw::Cycle {
                    variant: variant.code.clone(),
                    stages,
                });
            }
        }
    }

    /// A circle of dependencies under `variant`, if there is one: removes stages that wait for nothing
    /// until none is left, then walks what remains.
    fn cycle(&self, variant: &str) -> Option<Vec<String>> {
        let mut waits: BTreeMap<&str, BTreeSet<&str>> = self
            .stages
            .iter()
            .map(|stage| {
                let on = self
                    .waits_of(variant, &stage.code)
                    .iter()
                    .map(|wait| wait.on.as_str());
                (
                    stage.code.as_str(),
                    on.filter(|on| self.stage(on).is_some()).collect(),
                )
            })
            .collect();
        while let Some(free) = waits
            .iter()
            .find(|(_, on)| on.is_empty())
            .map(|(&code, _)| code)
        {
            waits.remove(free);
            for on in waits.values_mut() {
                on.remove(free);
            }
        }
        let (&start, _) = waits.first_key_value()?;
        let mut path = Vec::new();
        let mut at = start;
        while !path.contains(&at) {
            path.push(at);
            at = waits.get(at)?.first()?;
        }
        let circle = path.iter().skip_while(|code| **code != at).chain([&at]);
        Some(circle.map(ToString::to_string).collect())
    }
}

fn check_rule(stage: &StageDefinition, rule: &LimitRule, flaws: &mut Vec<TemplateFlaw>) {
    let code = || stage.code.clone();
    if rule.citation.trim().is_empty() {
        flaws.push(TemplateFlaw::MissingCitation { stage: code() });
    }
    match rule.limit.days() {
        None => flaws.push(TemplateFlaw::FixedDate { stage: code() }),
        Some(days) => flaws.extend(too_long(stage, days)),
    }
}

fn check_validity(stage: &StageDefinition, rule: &ValidityRule, flaws: &mut Vec<TemplateFlaw>) {
    let code = || stage.code.clone();
    if rule.citation.trim().is_empty() {
        flaws.push(TemplateFlaw::MissingCitation { stage: code() });
    }
    if rule.months == 0 || rule.months > VALIDITY_MONTHS_MAX {
        flaws.push(TemplateFlaw::ValidityMonths {
            stage: code(),
            months: rule.months,
        });
    }
    flaws.extend(too_long(stage, rule.remind_days));
}

fn too_long(stage: &StageDefinition, days: u16) -> Option<TemplateFlaw> {
    (days > LIMIT_DAYS_MAX).then(|| TemplateFlaw::LimitTooLong {
        stage: stage.code.clone(),
        days,
    })
}

/// The first day of acceptance on which `promised` is due after `statutory`.
fn first_late_acceptance(
    promised: Limit,
    statutory: Limit,
    calendar: &WorkCalendar,
) -> Option<Date> {
    let same_unit = match (promised, statutory) {
        (Limit::WorkingDays { value: ours }, Limit::WorkingDays { value: law })
        | (Limit::CalendarDays { value: ours }, Limit::CalendarDays { value: law }) => {
            Some(ours <= law)
        }
        _ => None,
    };
    if same_unit == Some(true) {
        return None;
    }
    let last = calendar
        .years
        .iter()
        .max_by_key(|(number, year)| (year.is_published, **number))
        .map(|(&number, _)| number)?;
    let first_day = Date::from_ordinal_date(last - 1, 1).ok()?;
    core::iter::successors(Some(first_day), |day| day.next_day())
        .take_while(|day| day.year() <= last)
        .find(|&day| {
            let clock = Clock::started(day);
            let due = |limit| clock.read(limit, calendar).ok()?.due().map(|due| due.on);
            due(promised) > due(statutory)
        })
}
