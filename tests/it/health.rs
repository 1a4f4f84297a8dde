//! Health: is the process alive, and can it work?

use actix_web::test::TestRequest;

use crate::harness::office::on_each_office_and_database;

#[test]
fn health_is_told_without_signing_in() {
    on_each_office_and_database(async |office, database| {
        let ask = async |path: &str| office.call(TestRequest::get().uri(path)).await;
        let answer = ask("/livez").await;
        assert_eq!((answer.status, answer.text()), (200, "ok\n"));
        let answer = ask("/readyz").await;
        assert_eq!(answer.good()["database"], "ok");
        // A database that has gone is not ready; the process lives on.
        let mut back_door = database.back_door().await;
        back_door.run("ALTER TABLE zone RENAME TO lost").await;
        assert_eq!(ask("/livez").await.status, 200);
        let answer = ask("/readyz").await;
        assert_eq!(
            (answer.status, &answer.json()["database"]),
            (503, &"failed".into())
        );
    });
}
