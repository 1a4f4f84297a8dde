//! Every flaw, and the nearest template without it.

use core::slice;

use time::macros::date;

use super::{chain, change, of};
use crate::{
    calendar::{WorkCalendar, china},
    limit::{LIMIT_DAYS_MAX, Limit},
    sample::{self, calendar_days, definition, rule, wait, working},
    template::{DependencyKind, LimitRule, StageChange, StageDefinition, Template, TemplateFlaw},
    text::Bilingual,
};

#[track_caller]
fn spoilt(spoil: impl Fn(&mut Template), expected: &TemplateFlaw) {
    let mut template = sample::template();
    spoil(&mut template);
    assert_eq!(
        template.flaws(&china::mainland()),
        slice::from_ref(expected),
        "{expected}"
    );
}
#[test]
fn every_flaw_is_found() {
    let at_a = || "A".to_string();
    assert_eq!(sample::template().flaws(&china::mainland()), []);
    spoilt(|t| t.stages.clear(), &TemplateFlaw::Empty);
    spoilt(|t| t.variants.clear(), &TemplateFlaw::Empty);
    let doubled = |code: &str| TemplateFlaw::DuplicateCode { code: code.into() };
    spoilt(|t| t.units.push(t.units[0].clone()), &doubled("office"));
    spoilt(|t| t.traits.push(t.traits[0].clone()), &doubled("foreign"));
    spoilt(
        |t| t.variants.push(t.variants[0].clone()),
        &doubled("standard"),
    );
    spoilt(|t| t.stages.push(t.stages[0].clone()), &doubled("A"));
    spoilt(
        |t| t.variants[0].changes = vec![change("A"), change("A")],
        &doubled("A"),
    );
    let unit = TemplateFlaw::UnknownUnit {
        stage: at_a(),
        unit: "bureau".into(),
    };
    spoilt(|t| t.stages[0].unit = "bureau".into(), &unit);
    let unknown_trait = TemplateFlaw::UnknownTrait {
        stage: at_a(),
        code: "domestic".into(),
    };
    spoilt(
        |t| t.stages[0].applies.none = vec!["domestic".into()],
        &unknown_trait,
    );
    let unknown = |at: &str| TemplateFlaw::UnknownStage {
        at: at.into(),
        stage: "Z".into(),
    };
    let on_z = || vec![wait("Z", DependencyKind::Soft)];
    spoilt(|t| t.stages[0].depends_on = on_z(), &unknown("A"));
    spoilt(
        |t| t.variants[0].changes = vec![change("Z")],
        &unknown("standard"),
    );
    let waits_for_z = StageChange {
        depends_on: Some(on_z()),
        ..change("A")
    };
    spoilt(
        |t| t.variants[0].changes = vec![waits_for_z.clone()],
        &unknown("standard"),
    );
}

#[test]
fn a_text_without_translation_and_a_number_without_citation_are_flaws() {
    let translation = |at: &str| TemplateFlaw::MissingTranslation { at: at.into() };
    spoilt(|t| t.name.en = " ".into(), &translation("sample"));
    spoilt(|t| t.stages[0].name.zh = "".into(), &translation("A"));
    spoilt(
        |t| t.stages[0].materials = vec![Bilingual::of("表", "")],
        &translation("A"),
    );
    let citation = || TemplateFlaw::MissingCitation { stage: "A".into() };
    spoilt(
        |t| t.stages[0].stops[0].citation = String::new(),
        &citation(),
    );
    let without = |limit: Option<Limit>| {
        limit.map(|limit| LimitRule {
            citation: " ".into(),
            ..rule(limit)
        })
    };
    spoilt(
        |t| t.stages[0].promised = without(Some(working(5))),
        &citation(),
    );
    spoilt(
        |t| t.stages[0].statutory = without(Some(working(20))),
        &citation(),
    );
}

#[test]
fn a_limit_is_judged_wherever_it_stands() {
    #[track_caller]
    fn check(spoil: impl Fn(&mut StageDefinition), expected: &[TemplateFlaw]) {
        let mut template = sample::template();
        // D has no limit of its own.
        spoil(&mut template.stages[3]);
        assert_eq!(template.flaws(&china::mainland()), expected);
    }
    let days = LIMIT_DAYS_MAX + 1;
    let too_long = [TemplateFlaw::LimitTooLong {
        stage: "D".into(),
        days,
    }];
    check(
        |stage| stage.promised = Some(rule(working(days))),
        &too_long,
    );
    check(
        |stage| stage.statutory = Some(rule(working(days))),
        &too_long,
    );
    check(|stage| stage.silence_days = Some(days), &too_long);
    check(|stage| stage.stops[0].cap_days = Some(days), &too_long);
    check(
        |stage| stage.statutory = Some(rule(calendar_days(LIMIT_DAYS_MAX))),
        &[],
    );
    check(|stage| stage.silence_days = Some(LIMIT_DAYS_MAX), &[]);
    let fixed = Some(rule(Limit::FixedDate {
        on: date!(2026 - 03 - 02),
    }));
    let fixed_date = [TemplateFlaw::FixedDate { stage: "D".into() }];
    check(|stage| stage.promised.clone_from(&fixed), &fixed_date);
    check(|stage| stage.statutory.clone_from(&fixed), &fixed_date);
}

#[test]
fn a_promise_may_never_end_after_the_law() {
    #[track_caller]
    fn check(
        promised: Option<Limit>,
        statutory: Option<Limit>,
        calendar: &WorkCalendar,
        is_sound: bool,
    ) {
        let template = of(vec![definition("A", (promised, statutory), &[])]);
        let flaws = template.flaws(calendar);
        assert_eq!(
            flaws.is_empty(),
            is_sound,
            "{promised:?} {statutory:?} {flaws:?}"
        );
        for flaw in flaws {
            assert!(
                matches!(flaw, TemplateFlaw::PromiseBeyondStatute { .. }),
                "{flaw}"
            );
        }
    }
    let china = china::mainland();
    check(Some(working(20)), Some(working(20)), &china, true);
    check(Some(working(21)), Some(working(20)), &china, false);
    check(
        Some(calendar_days(60)),
        Some(calendar_days(60)),
        &china,
        true,
    );
    check(
        Some(calendar_days(62)),
        Some(calendar_days(60)),
        &china,
        false,
    );
    // Two years of holidays decide: 15 working days fit into 60 days, 40 do not.
    check(Some(working(15)), Some(calendar_days(60)), &china, true);
    check(Some(working(40)), Some(calendar_days(60)), &china, false);
    // Five working days around National Day take more than seven days, hardly ever otherwise.
    check(Some(working(5)), Some(calendar_days(7)), &china, false);
    check(Some(calendar_days(7)), Some(working(5)), &china, false);
    check(Some(calendar_days(2)), Some(working(5)), &china, true);
    check(Some(calendar_days(90)), None, &china, true);
    // A calendar without a published year still has weekends.
    let mut unpublished = WorkCalendar::plain_weekends("new", 2026, 2026);
    for year in unpublished.years.values_mut() {
        year.is_published = false;
    }
    check(
        Some(working(40)),
        Some(calendar_days(30)),
        &unpublished,
        false,
    );
}

#[test]
fn a_variants_promise_is_held_to_the_law_too() {
    let mut template = sample::template();
    template.variants[0].changes = vec![StageChange {
        promised: Some(rule(working(21))),
        ..change("A")
    }];
    let flaws = template.flaws(&china::mainland());
    assert!(
        matches!(flaws[..], [TemplateFlaw::PromiseBeyondStatute { .. }]),
        "{flaws:?}"
    );
}

#[test]
fn a_circle_is_named_with_its_stages() {
    #[track_caller]
    fn check(template: &Template, circle: &[&str]) {
        let expected = TemplateFlaw::Cycle {
            variant: "standard".into(),
            stages: circle.iter().map(ToString::to_string).collect(),
        };
        assert_eq!(
            template.flaws(&china::mainland()),
            slice::from_ref(&expected)
        );
        assert!(expected.to_string().contains(&circle.join(" -> ")));
    }
    check(&chain(&[("A", &["A"])]), &["A", "A"]);
    check(&chain(&[("A", &["B"]), ("B", &["A"])]), &["A", "B", "A"]);
    let behind = [
        ("A", &["B"][..]),
        ("B", &["C"]),
        ("C", &["D", "X"]),
        ("D", &["B"]),
        ("X", &[]),
    ];
    check(&chain(&behind), &["B", "C", "D", "B"]);
    let straight = chain(&[("A", &["B", "C"]), ("B", &["C"]), ("C", &[])]);
    assert_eq!(straight.flaws(&china::mainland()), []);
    let mut turned = straight;
    turned.variants[0].changes = vec![StageChange {
        depends_on: Some(vec![wait("A", DependencyKind::Document)]),
        ..change("C")
    }];
    check(&turned, &["A", "B", "C", "A"]);
}
