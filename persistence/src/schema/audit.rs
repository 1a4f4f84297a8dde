//! Checkpoints, and what they are made of.

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    checkpoint (zone_id, number) {
        zone_id -> Uid,
        number -> BigInt,
        made_at -> Ts,
        heads -> BigInt,
        entries -> BigInt,
        root -> Binary,
        previous -> Binary,
        key_id -> Binary,
        signature -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    checkpoint_leaf (zone_id, number, slot) {
        zone_id -> Uid,
        number -> BigInt,
        slot -> BigInt,
        chain_kind -> Integer,
        chain_of -> Uid,
        seq -> BigInt,
        hash -> Binary,
        is_last -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    person_salt (zone_id, person_id) {
        zone_id -> Uid,
        person_id -> Uid,
        salt -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    // The columns of `project` that sealing works with.
    #[sql_name = "project"]
    project_seal (zone_id, id) {
        zone_id -> Uid,
        id -> Uid,
        chain_seq -> BigInt,
        chain_hash -> Binary,
        sealed_seq -> BigInt,
    }
}
