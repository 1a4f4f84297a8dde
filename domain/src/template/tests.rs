mod flaws;
mod plan;

use super::*;
use crate::sample::{self, definition};

/// A template of these stages in the given order.
fn of(stages: Vec<StageDefinition>) -> Template {
    Template {
        stages,
        ..sample::template()
    }
}

/// Stages without limits that wait for each other.
fn chain(stages: &[(&str, &[&str])]) -> Template {
    let stages = stages
        .iter()
        .map(|(code, after)| definition(code, (None, None), after));
    of(stages.collect())
}

fn only_foreign(template: &mut Template, code: &str) {
    let stage = template
        .stages
        .iter_mut()
        .find(|stage| stage.code == code)
        .unwrap();
    stage.applies.all = vec!["foreign".into()];
}

fn change(stage: &str) -> StageChange {
    StageChange {
        stage: stage.into(),
        depends_on: None,
        promised: None,
    }
}

#[test]
fn a_condition_asks_for_all_for_one_and_for_none() {
    let list = |codes: &str| {
        codes
            .chars()
            .map(|code| code.to_string())
            .collect::<Vec<_>>()
    };
    let check = |(all, any, none): (&str, &str, &str), traits: &str, expected| {
        let condition = Condition {
            all: list(all),
            any: list(any),
            none: list(none),
        };
        let traits = list(traits).into_iter().collect();
        assert_eq!(
            condition.holds(&traits),
            expected,
            "{condition:?} {traits:?}"
        );
    };
    check(("", "", ""), "", true);
    check(("ab", "", ""), "ab", true);
    check(("ab", "", ""), "a", false);
    check(("", "ab", ""), "b", true);
    check(("", "ab", ""), "c", false);
    check(("", "", "ab"), "c", true);
    check(("", "", "ab"), "bc", false);
    check(("a", "bc", "d"), "ac", true);
    check(("a", "bc", "d"), "acd", false);
}
