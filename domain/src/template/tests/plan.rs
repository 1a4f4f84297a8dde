//! From a template to the stages of one project.

use alloc::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::{chain, change, only_foreign};
use crate::{
    sample::{self, definition, rule, wait, working},
    template::{DependencyKind, PlanFlaw, StageChange, Template, Variant},
    text::Bilingual,
};

/// For each stage of the plan the codes of those it waits for.
fn waits(template: &Template, variant: &str, traits: &[&str]) -> BTreeMap<String, Vec<String>> {
    let traits = traits.iter().map(ToString::to_string).collect();
    let plan = template.plan(variant, &traits).unwrap();
    let code = |place: &u16| plan[usize::from(*place) - 1].definition.code.clone();
    plan.iter()
        .map(|stage| {
            (
                stage.definition.code.clone(),
                stage.after.iter().map(code).collect(),
            )
        })
        .collect()
}

#[test]
fn what_does_not_apply_is_replaced_by_what_it_waited_for() {
    let mut template = chain(&[("A", &[]), ("B", &["A"]), ("C", &["B"]), ("D", &["C"])]);
    only_foreign(&mut template, "B");
    only_foreign(&mut template, "C");
    let domestic = waits(&template, "standard", &[]);
    assert_eq!(domestic.keys().collect::<Vec<_>>(), ["A", "D"]);
    assert_eq!(domestic["D"], ["A"]);
    let foreign = waits(&template, "standard", &["foreign"]);
    assert_eq!(foreign["D"], ["C"], "only its own dependency");
}

#[test]
fn habits_hold_no_stage_back_not_even_through_an_absent_one() {
    let mut template = chain(&[("A", &[]), ("B", &["A"]), ("C", &["B"]), ("D", &[])]);
    template.stages[2].depends_on = vec![
        wait("B", DependencyKind::Document),
        wait("D", DependencyKind::Soft),
    ];
    assert_eq!(waits(&template, "standard", &[])["C"], ["B"]);
    template.stages[1].depends_on = vec![wait("A", DependencyKind::Soft)];
    only_foreign(&mut template, "B");
    assert!(waits(&template, "standard", &[])["C"].is_empty());
}

#[test]
fn a_variant_changes_dependencies_and_promises_of_absent_stages_too() {
    let mut template = chain(&[("A", &[]), ("X", &[]), ("B", &["A"]), ("C", &["B"])]);
    only_foreign(&mut template, "B");
    template.variants.push(Variant {
        code: "fast".into(),
        name: Bilingual::of("快", "Fast"),
        changes: vec![
            StageChange {
                depends_on: Some(vec![wait("X", DependencyKind::Hard)]),
                ..change("B")
            },
            StageChange {
                promised: Some(rule(working(2))),
                ..change("C")
            },
        ],
    });
    assert_eq!(waits(&template, "standard", &[])["C"], ["A"]);
    assert_eq!(waits(&template, "fast", &[])["C"], ["X"]);
    let plan = template.plan("fast", &BTreeSet::new()).unwrap();
    assert_eq!(plan[2].promised.map(|rule| rule.limit), Some(working(2)));
    assert_eq!(plan[0].promised, None);
}

#[test]
fn a_plan_that_cannot_be_made_says_why() {
    let none = BTreeSet::new();
    let mut template = sample::template();
    let unknown = template.plan("fast", &none).unwrap_err();
    assert_eq!(unknown.to_string(), "no variant \"fast\" in the template");
    let domestic = BTreeSet::from(["domestic".to_string()]);
    let unknown = template.plan("standard", &domestic).unwrap_err();
    assert_eq!(unknown.to_string(), "no trait \"domestic\" in the template");
    for code in ["A", "B", "C", "D", "E", "F"] {
        only_foreign(&mut template, code);
    }
    assert_eq!(template.plan("standard", &none), Err(PlanFlaw::NoStage));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Leaving stages out neither loses nor invents an order among those that stay.
    #[test]
    fn leaving_stages_out_keeps_the_order_of_the_rest(
        edges in prop::collection::vec((0_usize..9, 0_usize..9), 0..20),
        absent in prop::collection::btree_set(0_usize..9, 0..6),
    ) {
        let code = |place: usize| format!("S{place}");
        let mut template = chain(&[]);
        for place in 0..9 {
            let mut stage = definition(&code(place), (None, None), &[]);
            let earlier = edges.iter().filter(|(to, from)| *to == place && from < to);
            stage.depends_on =
                earlier.map(|(_, from)| wait(&code(*from), DependencyKind::Hard)).collect();
            template.stages.push(stage);
        }
        let reaches = |waits: &BTreeMap<String, Vec<String>>| {
            let mut before: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
            for place in 0..9 {
                let mut all = BTreeSet::new();
                for on in waits.get(&code(place)).into_iter().flatten() {
                    all.insert(on.clone());
                    all.extend(before[on].clone());
                }
                before.insert(code(place), all);
            }
            before
        };
        let whole = reaches(&waits(&template, "standard", &[]));
        for place in &absent {
            only_foreign(&mut template, &code(*place));
        }
        let rest = reaches(&waits(&template, "standard", &[]));
        for place in (0..9).filter(|place| !absent.contains(place)) {
            let mut expected = whole[&code(place)].clone();
            expected.retain(|on| absent.iter().all(|gone| code(*gone) != *on));
            prop_assert_eq!(&rest[&code(place)], &expected);
        }
    }
}
