//! Two officers with the same edition: one of them wins, and the other hears who was faster and when.

use futures_util::future::join;
use serde_json::json;

use crate::harness::{
    office::{Answer, on_each_office},
    staff::person_id,
};

/// Races on each database. The full number is asked for by an environment variable: `RACES=10000`.
const RACES: usize = 60;

fn races() -> usize {
    let wished = std::env::var("RACES").ok();
    wished.map_or(RACES, |wished| wished.parse().unwrap())
}

#[test]
fn of_two_officers_with_the_same_edition_one_wins_and_the_other_hears_who_and_when() {
    on_each_office(async |office| {
        let project = office.admit_to_planning("海龙精密三期").await;
        office.accept("officer", &project, "P01").await;
        let path = format!("/api/v1/stages/{}/notes", project.stage("P01"));
        let names = [
            office.get("officer", "/api/v1/me").await.good(),
            office.get("head", "/api/v1/me").await.good(),
        ];
        assert_eq!(names[0]["id"], person_id("officer").as_str());
        let mut tag = project.tag();
        let mut wins = [0, 0];
        for race in 0..races() {
            // Signing in anew when the token has ended is no part of the race.
            office.token("officer").await;
            office.token("head").await;
            let text = |who: &str| json!({ "text": format!("{who} {race}") });
            let (first, second) = (text("officer"), text("head"));
            // Who is asked first changes, so that each of them may win.
            let (officer, head) = if race % 2 == 0 {
                join(
                    office.post("officer", &path, Some(&tag), &first),
                    office.post("head", &path, Some(&tag), &second),
                )
                .await
            } else {
                let (head, officer) = join(
                    office.post("head", &path, Some(&tag), &second),
                    office.post("officer", &path, Some(&tag), &first),
                )
                .await;
                (officer, head)
            };
            let is_won = [officer.status == 200, head.status == 200];
            let (winner, loser, by): (&Answer, &Answer, &str) = match is_won {
                [true, false] => (&officer, &head, "承办人戊"),
                [false, true] => (&head, &officer, "Helen Head"),
                both => panic!("{race}: {both:?} {} {}", officer.text(), head.text()),
            };
            wins[usize::from(is_won[1])] += 1;
            assert_eq!(loser.failure(), (412, "conflict.version".into()));
            let answer_of_loser = loser.json();
            let version = winner.header("etag").unwrap();
            let version = version.trim_start_matches("\"v").split('-').next().unwrap();
            assert_eq!(answer_of_loser["current_version"].to_string(), version);
            assert_eq!(answer_of_loser["changed_by"], by);
            assert_eq!(answer_of_loser["changed_at"], "2026-03-02T01:00:00Z");
            winner.header("etag").unwrap().clone_into(&mut tag);
        }
        assert!(wins.iter().all(|count| *count > 0), "{wins:?}");
        // Every race left exactly one line.
        let events = format!("/api/v1/stages/{}", project.stage("P01"));
        let version = office.get("officer", &events).await;
        assert_eq!(version.header("etag"), Some(tag.as_str()));
    });
}
