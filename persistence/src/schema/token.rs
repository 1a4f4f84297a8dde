//! Tables of tokens, of the keys that sign them, and of quotas.

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    signing_key (zone_id, kid) {
        zone_id -> Uid,
        kid -> Text,
        public_key -> Text,
        state -> Text,
        made_at -> Ts,
        since -> Ts,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    token_family (zone_id, id) {
        zone_id -> Uid,
        id -> Uid,
        person_id -> Uid,
        salt -> Text,
        generation -> BigInt,
        client -> Text,
        created_at -> Ts,
        used_at -> Ts,
        ends_at -> Ts,
        revoked_at -> Nullable<Ts>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    refresh_token (zone_id, token_hash) {
        zone_id -> Uid,
        token_hash -> Text,
        family_id -> Uid,
        generation -> BigInt,
        used_at -> Nullable<Ts>,
        used_by -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    api_token (zone_id, id) {
        zone_id -> Uid,
        id -> Uid,
        kind -> Text,
        person_id -> Nullable<Uid>,
        name -> Text,
        roles -> Text,
        unit_id -> Nullable<Uid>,
        scopes -> Text,
        token_hash -> Text,
        last_four -> Text,
        created_by -> Uid,
        created_at -> Ts,
        expires_at -> Ts,
        revoked_at -> Nullable<Ts>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::Uid;

    quota_use (zone_id, policy, subject, time_window, process_id) {
        zone_id -> Uid,
        policy -> Text,
        subject -> Text,
        time_window -> BigInt,
        process_id -> Uid,
        used -> BigInt,
    }
}
