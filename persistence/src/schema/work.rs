//! Long work.

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    job (zone_id, id) {
        zone_id -> Uid,
        id -> Uid,
        kind -> Text,
        state -> Text,
        import_id -> Uid,
        owner_id -> Uid,
        token_id -> Nullable<Uid>,
        done -> BigInt,
        total -> BigInt,
        attempts -> Integer,
        failure -> Nullable<Text>,
        flaws -> BigInt,
        created_at -> Ts,
        started_at -> Nullable<Ts>,
        ended_at -> Nullable<Ts>,
    }
}
