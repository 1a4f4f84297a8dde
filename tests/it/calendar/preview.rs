//! Previews of proposals are kept for a while after the decision, and then removed.

use api::usecase::calendar::PREVIEW_KEPT;
use time::{Duration, macros::date};

use super::{FRIDAY, year_2026};
use crate::harness::{html, office::on_each_office};

#[test]
fn an_old_preview_is_removed_and_what_has_moved_stays() {
    on_each_office(async |office| {
        let project = office.admit_to_planning("海龙精密三期").await;
        office.accept("officer", &project, "P01").await;
        // One is rejected, one overtaken by another, one approved and applied; the last one waits.
        let rejected = office.propose_holiday("system", FRIDAY).await;
        office.turn().await;
        office
            .decide("efficacy", &rejected, "rejection")
            .await
            .good();
        let overtaken = office
            .propose_holiday("system", date!(2026 - 03 - 05))
            .await;
        office.turn().await;
        let applied = office.propose_holiday("system", FRIDAY).await;
        office.turn().await;
        office.decide("efficacy", &applied, "approval").await.good();
        office.turn().await;
        let both = year_2026(&[(FRIDAY, "临时放假"), (date!(2026 - 03 - 05), "临时放假")]);
        let both = ("application/json", both.to_string());
        let waiting = office.propose("system", "", both).await;
        office.turn().await;
        let kept = async || {
            let mut kept = Vec::new();
            for id in [&rejected, &overtaken, &applied, &waiting] {
                kept.push(office.moves(id, "preview").await.len());
            }
            kept
        };
        assert_eq!(kept().await, [1, 1, 1, 1]);
        let begun = office.app.now();
        office
            .pass_to_instant(begun + PREVIEW_KEPT - Duration::hours(1))
            .await;
        assert_eq!(kept().await, [1, 1, 1, 1]);
        office
            .pass_to_instant(begun + PREVIEW_KEPT + Duration::hours(1))
            .await;
        // One in each turn.
        assert_eq!(kept().await.iter().sum::<usize>(), 3);
        for _turn in 0..3 {
            office.turn().await;
        }
        assert_eq!(kept().await, [0, 0, 0, 1]);
        assert_eq!(office.moves(&applied, "applied").await.len(), 1);
        assert_eq!(office.proposal(&rejected).await["previewed"], 1);
        let browser = office.browser();
        browser.sign_in("efficacy").await;
        let page = browser
            .get(&format!("/calendar/proposals/{rejected}"))
            .await;
        assert!(html::text(page.text()).contains("逐项预览已按期清理"));
        office.new_letters();
    });
}
