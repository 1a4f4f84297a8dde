//! The tables as diesel sees them: only column types that both databases have.

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    zone (id) {
        id -> Uid,
        body -> Text,
        calendar_name -> Text,
        calendar_version -> Integer,
        ladder -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    counter (zone_id, name) {
        zone_id -> Uid,
        name -> Text,
        value -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    calendar (zone_id, name, version) {
        zone_id -> Uid,
        name -> Text,
        version -> Integer,
        body -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    template (zone_id, code, version) {
        zone_id -> Uid,
        code -> Text,
        version -> Integer,
        body -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    unit (zone_id, id) {
        zone_id -> Uid,
        id -> Uid,
        code -> Text,
        kind -> Text,
        name_zh -> Text,
        name_en -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    person (zone_id, id) {
        zone_id -> Uid,
        id -> Uid,
        login -> Text,
        name -> Text,
        email -> Nullable<Text>,
        phone -> Nullable<Text>,
        language -> Text,
        unit_id -> Nullable<Uid>,
        is_active -> Bool,
        password_hash -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    person_role (zone_id, person_id, role) {
        zone_id -> Uid,
        person_id -> Uid,
        role -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    project (zone_id, id) {
        zone_id -> Uid,
        id -> Uid,
        code -> Text,
        name -> Text,
        investor -> Text,
        admitted_on -> Date,
        closed_on -> Nullable<Date>,
        steward_id -> Nullable<Uid>,
        stage_count -> Integer,
        done_count -> Integer,
        body -> Text,
        query_hash -> Nullable<Text>,
        source_key -> Nullable<Text>,
        version -> BigInt,
        chain_seq -> BigInt,
        chain_hash -> Binary,
        created_at -> Ts,
        updated_at -> Ts,
        progress_yellow_on -> Nullable<Date>,
        progress_red_on -> Nullable<Date>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    project_contact (zone_id, person_id, project_id) {
        zone_id -> Uid,
        person_id -> Uid,
        project_id -> Uid,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    stage (zone_id, project_id, ordinal) {
        zone_id -> Uid,
        project_id -> Uid,
        ordinal -> Integer,
        id -> Uid,
        unit_id -> Uid,
        officer_id -> Nullable<Uid>,
        state -> Text,
        due_on -> Nullable<Date>,
        done_on -> Nullable<Date>,
        next_check_at -> Nullable<Ts>,
        body -> Text,
        blue_on -> Nullable<Date>,
        yellow_on -> Nullable<Date>,
        red_on -> Nullable<Date>,
        phase -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    event (zone_id, project_id, seq) {
        zone_id -> Uid,
        project_id -> Uid,
        seq -> BigInt,
        stage_id -> Nullable<Uid>,
        kind -> Text,
        is_public -> Bool,
        author -> Text,
        happened_at -> Ts,
        recorded_at -> Ts,
        is_late_entry -> Bool,
        fact -> Text,
        source_key -> Nullable<Text>,
        hash -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    alert (zone_id, id) {
        zone_id -> Uid,
        id -> Uid,
        project_id -> Uid,
        stage_id -> Uid,
        rung -> Integer,
        basis -> Integer,
        due_on -> Date,
        fired_at -> Ts,
        is_carried -> Bool,
        acknowledgement -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    outbox (zone_id, id) {
        zone_id -> Uid,
        id -> Uid,
        dedupe_key -> Text,
        matter -> Text,
        project_id -> Nullable<Uid>,
        stage_id -> Nullable<Uid>,
        alert_id -> Nullable<Uid>,
        person_id -> Uid,
        state -> Text,
        not_before -> Ts,
        created_at -> Ts,
        settled_at -> Nullable<Ts>,
        lease_owner -> Nullable<Uid>,
        lease_until -> Nullable<Ts>,
        fence -> BigInt,
        attempts -> Integer,
        ambiguous -> Integer,
        message_id -> Nullable<Text>,
        address -> Nullable<Text>,
        subject -> Nullable<Text>,
        bytes -> Nullable<Binary>,
        last_error -> Nullable<Text>,
        proposal_id -> Nullable<Uid>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    session (zone_id, token_hash) {
        zone_id -> Uid,
        token_hash -> Text,
        person_id -> Nullable<Uid>,
        project_id -> Nullable<Uid>,
        csrf -> Text,
        created_at -> Ts,
        expires_at -> Ts,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    calendar_proposal (zone_id, id) {
        zone_id -> Uid,
        id -> Uid,
        kind -> Text,
        calendar_name -> Text,
        calendar_version -> Integer,
        base_name -> Text,
        base_version -> Integer,
        body -> Text,
        note -> Text,
        state -> Text,
        proposed_by -> Uid,
        proposed_at -> Ts,
        decided_by -> Nullable<Uid>,
        decided_at -> Nullable<Ts>,
        cursor -> Nullable<Uid>,
        done -> BigInt,
        total -> BigInt,
        previewed -> BigInt,
        moved -> BigInt,
        finished_at -> Nullable<Ts>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    calendar_move (zone_id, proposal_id, is_applied, stage_id) {
        zone_id -> Uid,
        proposal_id -> Uid,
        is_applied -> Bool,
        stage_id -> Uid,
        project_id -> Uid,
        old_due_on -> Nullable<Date>,
        new_due_on -> Nullable<Date>,
        old_statutory_on -> Nullable<Date>,
        new_statutory_on -> Nullable<Date>,
        working_days -> Nullable<Integer>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    card (zone_id, id) {
        zone_id -> Uid,
        id -> Uid,
        number -> Text,
        alert_id -> Uid,
        project_id -> Uid,
        stage_id -> Uid,
        rung -> Integer,
        issued_on -> Date,
        explain_by -> Date,
        is_explained -> Bool,
        state -> Text,
        body -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    chain_head (zone_id, chain) {
        zone_id -> Uid,
        chain -> Text,
        seq -> BigInt,
        hash -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    security_event (zone_id, seq) {
        zone_id -> Uid,
        seq -> BigInt,
        act -> Text,
        outcome -> Text,
        actor_id -> Nullable<Uid>,
        object -> Nullable<Text>,
        address -> Nullable<Text>,
        detail -> Text,
        recorded_at -> Ts,
        hash -> Binary,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    zone,
    counter,
    calendar,
    template,
    unit,
    person,
    person_role,
    project,
    project_contact,
    stage,
    event,
    alert,
    outbox,
    session,
    calendar_proposal,
    calendar_move,
    card,
    chain_head,
    security_event
);

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    idempotency (zone_id, key_hash) {
        zone_id -> Uid,
        key_hash -> Binary,
        fingerprint -> Binary,
        result -> Nullable<Binary>,
        answer -> Nullable<Binary>,
        created_at -> Ts,
    }
}
