//! Sessions end when they should.

use domain::id::SessionId;
use persistence::{
    Store, StoreError,
    session::{Session, SessionOf},
};
use time::{Duration, OffsetDateTime};

use crate::harness::{
    store::on_each_store,
    zone::{MONDAY, SampleZone, key},
};

async fn begin(store: &Store, zone: &SampleZone, token_hash: &'static str, of: SessionOf) {
    let id = zone.id;
    let expires_at = MONDAY + Duration::hours(8);
    let session = Session {
        id: SessionId(key(40, u32::from(token_hash.as_bytes()[1]))),
        of,
        csrf: "csrf".into(),
        device: "Firefox · Windows".into(),
        address: "192.0.2.7".into(),
        created_at: MONDAY,
        last_used_at: MONDAY,
        idle_until: expires_at,
        expires_at,
        proved_at: MONDAY,
    };
    let kept: Result<(), StoreError> = store
        .write(async move |tx| tx.add_session(id, token_hash, &session).await)
        .await;
    kept.unwrap();
}

async fn of(
    store: &Store,
    zone: &SampleZone,
    token_hash: &str,
    now: OffsetDateTime,
) -> Option<SessionOf> {
    let found: Result<_, StoreError> = store
        .read(async |tx| tx.find_session(zone.id, token_hash, now).await)
        .await;
    found.unwrap().map(|session| session.of)
}

#[test]
fn a_session_is_found_until_it_expires_or_ends() {
    on_each_store(async |store, zone| {
        let project = zone.admit(&store, 1).await;
        let (person, guest) = (SessionOf::Person(zone.officer), SessionOf::Guest(project));
        begin(&store, &zone, "one", person).await;
        begin(&store, &zone, "two", guest).await;
        begin(&store, &zone, "three", person).await;
        let second = Duration::seconds(1);
        let end = MONDAY + Duration::hours(8);
        assert_eq!(of(&store, &zone, "one", end - second).await, Some(person));
        assert_eq!(of(&store, &zone, "two", MONDAY).await, Some(guest));
        assert_eq!(of(&store, &zone, "one", end).await, None);
        assert_eq!(of(&store, &zone, "four", MONDAY).await, None);
        let id = zone.id;
        let ended: Result<(), StoreError> = store
            .write(async move |tx| tx.end_session(id, "three").await)
            .await;
        ended.unwrap();
        assert_eq!(of(&store, &zone, "three", MONDAY).await, None);
        let prune = async |now| {
            let pruned: Result<usize, StoreError> = store
                .write(async move |tx| tx.prune_sessions(id, now).await)
                .await;
            pruned.unwrap()
        };
        assert_eq!(prune(end - second).await, 0);
        assert_eq!(prune(end).await, 2);
    });
}

#[test]
fn a_session_is_of_one_zone() {
    on_each_store(async |store, zone| {
        let other = SampleZone::found(&store, 2).await;
        begin(&store, &zone, "one", SessionOf::Person(zone.officer)).await;
        assert_eq!(of(&store, &other, "one", MONDAY).await, None);
    });
}
