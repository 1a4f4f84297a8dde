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
        is_active -> Bool,
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
        lead_id -> Nullable<Uid>,
        company_id -> Nullable<Uid>,
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
        webhook_id -> Nullable<Uid>,
        attempt_id -> Nullable<Uid>,
        device_id -> Nullable<Uid>,
        covered_by -> Nullable<Uid>,
        instead_of -> Nullable<Uid>,
        heeded_by -> Nullable<Uid>,
        heeded_at -> Nullable<Ts>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    mail_attempt (zone_id, letter_id, fence) {
        zone_id -> Uid,
        letter_id -> Uid,
        fence -> BigInt,
        intended_at -> Ts,
        ended_at -> Nullable<Ts>,
        outcome -> Nullable<Text>,
        reply -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    sweep_watch (zone_id) {
        zone_id -> Uid,
        swept_at -> Ts,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    outage (zone_id, began_at) {
        zone_id -> Uid,
        began_at -> Ts,
        ended_at -> Ts,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    mail_pace (zone_id, name) {
        zone_id -> Uid,
        name -> Text,
        next_at -> Ts,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    mail_relay (zone_id) {
        zone_id -> Uid,
        failures -> Integer,
        down_since -> Ts,
        rest_until -> Ts,
        reason -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    session (zone_id, token_hash) {
        zone_id -> Uid,
        token_hash -> Text,
        id -> Uid,
        person_id -> Nullable<Uid>,
        project_id -> Nullable<Uid>,
        csrf -> Text,
        device -> Text,
        address -> Text,
        created_at -> Ts,
        last_used_at -> Ts,
        idle_until -> Ts,
        expires_at -> Ts,
        proved_at -> Ts,
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

    feed_due (zone_id, project_id, seq) {
        zone_id -> Uid,
        project_id -> Uid,
        seq -> BigInt,
        recorded_at -> Ts,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    feed (zone_id, position) {
        zone_id -> Uid,
        position -> BigInt,
        project_id -> Uid,
        seq -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    calendar_feed (zone_id, id) {
        zone_id -> Uid,
        id -> Uid,
        person_id -> Uid,
        token_hash -> Text,
        name -> Text,
        created_at -> Ts,
        fetched_at -> Nullable<Ts>,
        revoked_at -> Nullable<Ts>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    calendar_entry (zone_id, feed_id, stage_id) {
        zone_id -> Uid,
        feed_id -> Uid,
        stage_id -> Uid,
        due_on -> Date,
        sequence -> Integer,
        is_cancelled -> Bool,
        print -> Text,
        changed_at -> Ts,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    webhook (zone_id, id) {
        zone_id -> Uid,
        id -> Uid,
        owner_id -> Uid,
        url -> Text,
        events -> Text,
        is_full -> Bool,
        state -> Text,
        secret -> Binary,
        old_secret -> Nullable<Binary>,
        old_until -> Nullable<Ts>,
        position -> BigInt,
        created_at -> Ts,
        changed_at -> Ts,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    delivery (zone_id, id) {
        zone_id -> Uid,
        id -> Uid,
        webhook_id -> Uid,
        message_id -> Text,
        event -> Text,
        position -> Nullable<BigInt>,
        body -> Text,
        state -> Text,
        not_before -> Ts,
        created_at -> Ts,
        settled_at -> Nullable<Ts>,
        lease_owner -> Nullable<Uid>,
        lease_until -> Nullable<Ts>,
        fence -> BigInt,
        attempts -> Integer,
        tried_at -> Nullable<Ts>,
        status -> Nullable<Integer>,
        duration_ms -> Nullable<BigInt>,
        answer -> Nullable<Text>,
        last_error -> Nullable<Text>,
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

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    post (zone_id, person_id, unit_id, role) {
        zone_id -> Uid,
        person_id -> Uid,
        unit_id -> Uid,
        role -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    deputy (zone_id, person_id) {
        zone_id -> Uid,
        person_id -> Uid,
        deputy_id -> Uid,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    absence (zone_id, id) {
        zone_id -> Uid,
        id -> Uid,
        person_id -> Uid,
        from_on -> Date,
        until_on -> Date,
        reason -> Text,
        substitute_id -> Nullable<Uid>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    company (zone_id, id) {
        zone_id -> Uid,
        id -> Uid,
        name -> Text,
        registration_key -> Nullable<Text>,
        registration -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    company_contact (zone_id, company_id, person_id) {
        zone_id -> Uid,
        company_id -> Uid,
        person_id -> Uid,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    directory_entry (zone_id, thing_id) {
        zone_id -> Uid,
        thing_id -> Uid,
        version -> BigInt,
        changed_by -> Nullable<Uid>,
        changed_at -> Ts,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    import (zone_id, id) {
        zone_id -> Uid,
        id -> Uid,
        kind -> Text,
        state -> Text,
        total -> BigInt,
        done -> BigInt,
        body -> Text,
        created_by -> Uid,
        created_at -> Ts,
        committed_by -> Nullable<Uid>,
        committed_at -> Nullable<Ts>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    credential (zone_id, person_id) {
        zone_id -> Uid,
        person_id -> Uid,
        password_changed_at -> Nullable<Ts>,
        must_change_password -> Bool,
        totp_secret -> Nullable<Binary>,
        totp_step -> Nullable<BigInt>,
        reset_asked_by -> Nullable<Uid>,
        reset_asked_at -> Nullable<Ts>,
        oidc_issuer -> Nullable<Text>,
        oidc_subject -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    recovery_code (zone_id, person_id, code_hash) {
        zone_id -> Uid,
        person_id -> Uid,
        code_hash -> Text,
        used_at -> Nullable<Ts>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    sign_in_attempt (zone_id, id) {
        zone_id -> Uid,
        id -> Uid,
        person_id -> Nullable<Uid>,
        awaited -> Text,
        wrong -> Integer,
        next -> Text,
        created_at -> Ts,
        used_at -> Nullable<Ts>,
        is_letter_due -> Bool,
        vouched_at -> Nullable<Ts>,
        mail -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    guess (zone_id, door) {
        zone_id -> Uid,
        door -> Text,
        tries -> Integer,
        since -> Ts,
        last_at -> Ts,
        locks -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    device (zone_id, person_id, token_hash) {
        zone_id -> Uid,
        person_id -> Uid,
        token_hash -> Text,
        id -> Uid,
        name -> Text,
        address -> Text,
        created_at -> Ts,
        last_used_at -> Ts,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::types::{Ts, Uid};

    setup_token (zone_id, token_hash) {
        zone_id -> Uid,
        token_hash -> Text,
        role -> Text,
        created_at -> Ts,
        used_at -> Nullable<Ts>,
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
    mail_attempt,
    mail_pace,
    mail_relay,
    sweep_watch,
    outage,
    session,
    calendar_proposal,
    calendar_move,
    card,
    feed_due,
    feed,
    calendar_feed,
    calendar_entry,
    webhook,
    delivery,
    chain_head,
    security_event,
    post,
    deputy,
    absence,
    company,
    company_contact,
    directory_entry,
    import,
    credential,
    recovery_code,
    sign_in_attempt,
    guess,
    device,
    setup_token
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
mod token;

pub(crate) use token::{api_token, quota_use, refresh_token, signing_key, token_family};

mod audit;

pub(crate) use audit::{checkpoint, checkpoint_leaf, person_salt, project_seal};

mod work;

pub(crate) use work::job;
