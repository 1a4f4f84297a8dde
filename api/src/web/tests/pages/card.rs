//! Cards in every state, as officer, efficacy office and investor see them.

use domain::{
    access::{Actor, Role},
    card::{Appeal, Card, CardLevel, Explanation, Said},
    text::Prose,
};

use super::*;
use crate::{
    view::card::{CardAction, card_page_view, card_row},
    web::card::{RefusedCardForm, card_page},
};

fn prose(text: &str) -> Prose {
    Prose::parse(text).unwrap()
}

fn explained(card: &Card) -> Card {
    let mut card = card.clone();
    card.explanation = Some(Explanation {
        by: samples::OFFICER,
        on: samples::TODAY,
        text: prose("专家意见迟到"),
        alternative_on: Some(samples::TODAY),
    });
    card
}

fn appealed(card: &Card) -> Card {
    let mut card = explained(card);
    card.appeal = Some(Appeal {
        by: samples::OFFICER,
        on: samples::TODAY,
        text: prose("材料当日才补齐"),
        rejection: None,
    });
    card
}

fn said(text: &str) -> Said {
    Said {
        by: samples::SUPERVISOR,
        on: samples::TODAY,
        text: prose(text),
    }
}

/// The supervisor, who here decides upon cards too.
fn efficacy_office(world: &World) -> Viewer {
    let person = &world.people[&samples::SUPERVISOR];
    Viewer::Person(Actor::new(
        person.id,
        [Role::EfficacyOffice].into_iter().collect(),
        person.unit,
    ))
}

pub(super) fn cards(world: &World, language: Language, theme: Theme, pages: &mut Pages) {
    let shown = &world.cases[case(world, "0031")];
    let red = shown
        .cards
        .iter()
        .find(|card| card.level() == CardLevel::Red)
        .unwrap();
    let (waits, mut rejected, mut back) = (appealed(red), appealed(red), appealed(red));
    if let Some(appeal) = &mut rejected.appeal {
        appeal.rejection = Some(said("材料早已齐全"));
    }
    back.withdrawal = Some(said("情况属实"));
    let (officer, office) = (world.viewer(samples::OFFICER), efficacy_office(world));
    let investor = world.viewer(samples::INVESTOR);
    for (name, card, viewer, person) in [
        ("card", red, &officer, samples::OFFICER),
        (
            "card-explained",
            &explained(red),
            &officer,
            samples::OFFICER,
        ),
        ("card-appealed", &waits, &office, samples::SUPERVISOR),
        ("card-rejected", &rejected, &officer, samples::OFFICER),
        ("card-withdrawn", &back, &office, samples::SUPERVISOR),
        ("card-public", &back, &investor, samples::INVESTOR),
    ] {
        let frame = frame(world, language, theme, Some(person), "/cards/x");
        let setting = world.setting(viewer);
        let view = card_page_view(card, &shown.project, past(&[], shown), 7, &setting).unwrap();
        pages.insert(name.into(), card_page(&frame, &view, None).unwrap());
        if name == "card" {
            let form = Form::default()
                .with(Mistake::of(Some("text"), Mistake::MISSING))
                .with(Mistake::refusal(
                    Some("alternative_on"),
                    &Refusal::AlternativeMissing,
                ));
            let refused = RefusedCardForm {
                action: CardAction::Explain,
                form,
            };
            let page = card_page(&frame, &view, Some(&refused)).unwrap();
            pages.insert("card-refused".into(), page);
        }
    }
    lists(world, (&waits, red), (language, theme), pages);
}

/// Desk and board with cards on them.
fn lists(
    world: &World,
    (waits, red): (&Card, &Card),
    (language, theme): (Language, Theme),
    pages: &mut Pages,
) {
    let shown = &world.cases[case(world, "0031")];
    let held = shown.project.stage(red.stage).unwrap();
    let officer = world.viewer(samples::OFFICER);
    let setting = world.setting(&officer);
    let mut desk = desk_view(world.rows(&setting), samples::TODAY);
    desk.cards = vec![card_row(red, &shown.project, held, &setting)];
    let desk_frame = frame(world, language, theme, Some(samples::OFFICER), "/desk");
    let page = crate::web::desk::desk_page(&desk_frame, &desk).unwrap();
    pages.insert("desk-cards".into(), page);
    let office = efficacy_office(world);
    let setting = world.setting(&office);
    let mut board = board_view(&world.rows(&setting), &[]);
    board.appeals = vec![card_row(waits, &shown.project, held, &setting)];
    board.unexplained = vec![card_row(red, &shown.project, held, &setting)];
    let board_frame = frame(world, language, theme, Some(samples::SUPERVISOR), "/board");
    let page = crate::web::board::board_page(&board_frame, &board).unwrap();
    pages.insert("board-cards".into(), page);
}
