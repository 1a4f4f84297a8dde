//! Both languages say the same things, every key that is used exists, and every key that exists is used.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use domain::{
    access::Role,
    calendar::{DayKind, ProposalKind, ProposalState},
    card::CardState,
    clock::{Court, StopReason},
    deputy::AbsenceReason,
    extension::ExtensionReason,
    ladder::Rung,
    lamp::Lamp,
    office::UnitKind,
    progress::ProgressLamp,
    refusal::Refusal,
    schedule::ForecastCause,
    stage::StageState,
    template::Phase,
};

use super::*;
use crate::{
    config::OIDC_FAULTS,
    error::{GateFlaw, OidcFlaw},
    http::{body::VERDICTS, catalogue, change::CHANGES},
    usecase::import::ImportState,
    view::{action::Action, card::CardAction, desk::DeskKind, mail::MailState},
    web::{frame::Theme, refusal::key},
};

/// Every key of a language with the names of its holes.
fn keys(language: Language) -> BTreeMap<String, BTreeSet<String>> {
    let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut current = String::new();
    for line in sources(language).iter().flat_map(|source| source.lines()) {
        if let Some((key, _)) = line
            .split_once(" = ")
            .filter(|_| !line.starts_with([' ', '#']))
        {
            current = key.to_owned();
            let is_new = keys.insert(current.clone(), BTreeSet::new()).is_none();
            assert!(is_new, "{current} stands twice in {language:?}");
        }
        for hole in line.split('$').skip(1) {
            let name = hole.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
            keys.get_mut(&current)
                .unwrap()
                .insert(name.take(1).collect());
        }
    }
    keys
}

/// The files that use keys: templates and code, without tests.
fn users(folder: &Path, texts: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "tests" && name != "samples" {
            users(&path, texts);
        } else if path.is_file() && name != "tests.rs" && name != "samples.rs" {
            texts.push(std::fs::read_to_string(path).unwrap());
        }
    }
}

/// Keys that are put together from a family and a code.
#[expect(
    clippy::too_many_lines,
    reason = "one line per family, read like a table"
)]
fn composed() -> BTreeSet<String> {
    let mut keys: BTreeSet<String> = Refusal::CODES.iter().map(|code| key(code)).collect();
    let mut add = |family: &str, codes: &[&str]| {
        keys.extend(codes.iter().map(|code| format!("{family}-{code}")));
    };
    add("lamp", &Lamp::ALL.map(Lamp::code));
    add("phase", &Phase::ALL.map(Phase::code));
    add("rung", &Rung::ALL.map(Rung::code));
    add("role", &Role::ALL.map(Role::code));
    add("stop", &StopReason::ALL.map(StopReason::code));
    add("action", &Action::ALL.map(Action::code));
    add("done", &Action::ALL.map(Action::code));
    add("done", &["acknowledged", "advanced", "signed_out"]);
    add(
        "done",
        &["proposed", "calendar_approved", "calendar_rejected"],
    );
    add(
        "proposal-state",
        &ProposalState::ALL.map(ProposalState::code),
    );
    add("proposal-kind", &ProposalKind::ALL.map(ProposalKind::code));
    add("day", &DayKind::ALL.map(DayKind::code));
    add("desk", &DeskKind::ALL.map(DeskKind::code));
    add("desk-empty", &DeskKind::ALL.map(DeskKind::code));
    add("mail", &MailState::ALL.map(MailState::code));
    add("theme", &Theme::ALL.map(Theme::code));
    let states = [
        StageState::Waiting,
        StageState::Ready,
        StageState::Running,
        StageState::Stopped,
        StageState::Done,
    ];
    add("cause", &ForecastCause::ALL.map(ForecastCause::code));
    add("state", &states.map(StageState::code));
    let courts = [
        Court::Government,
        Court::Investor,
        Court::Law,
        Court::ThirdParty,
        Court::Nobody,
    ];
    add("court", &courts.map(Court::code));
    add(
        "extension",
        &ExtensionReason::ALL.map(ExtensionReason::code),
    );
    for action in [
        Action::AnswerStop,
        Action::ReviewStop,
        Action::DecideExtension,
    ] {
        add(&format!("choice-{}", action.code()), &["yes", "no"]);
    }
    add("approver", &["head", "leader", "efficacy_office"]);
    let owners = ["unit", "investor", "law", "third_party", "holiday", "stop"];
    add("owner", &owners);
    add("unit", &["working_day", "calendar_day"]);
    add(
        "consent",
        &["asked", "silent", "given", "refused", "upheld", "annulled"],
    );
    add("why", &WHYS);
    add("visibility", &["public", "internal"]);
    add("card-action", &CardAction::ALL.map(CardAction::code));
    add("card-action", &["look"]);
    add("card-then", &CardAction::ALL.map(CardAction::code));
    add("card-state", &CardState::ALL.map(CardState::code));
    add("card-verdict", &VERDICTS.map(|(code, _)| code));
    add("done", &["card_explained", "card_appealed", "card_decided"]);
    add("problem", &PROBLEMS);
    add("advice", &PROBLEMS);
    add("fact", &FACTS);
    let corrected = ["name", "investor", "investment_yuan", "is_key", "contacts"];
    add("corrected", &corrected);
    add("corrected", &["line", "none", "yes", "no"]);
    add("progress-lamp", &ProgressLamp::ALL.map(ProgressLamp::code));
    add("progress-reason", &["not_started", "behind", "unreported"]);
    add("done", &["progress_planned", "progress_reported"]);
    let acts = domain::security::SecurityAct::ALL.map(|act| act.code().replace('.', "-"));
    add("act", &acts.each_ref().map(String::as_str));
    add("audit-outcome", &["done", "refused"]);
    add("done", &["feed_revoked"]);
    add(
        "done",
        &["webhook_changed", "webhook_queued", "webhook_removed"],
    );
    let states = domain::webhook::WebhookState::ALL.map(domain::webhook::WebhookState::code);
    add("webhook-state", &states);
    add("webhook-explain", &states);
    let states = domain::webhook::DeliveryState::ALL.map(domain::webhook::DeliveryState::code);
    add("delivery-state", &states);
    let states = persistence::outbox::LetterState::ALL.map(persistence::outbox::LetterState::code);
    add("letter-state", &states);
    add("done", &["letter_noted", "letter_resent"]);
    add("unit-kind", &UnitKind::ALL.map(UnitKind::code));
    add(
        "absence-reason",
        &AbsenceReason::ALL.map(AbsenceReason::code),
    );
    add("language", &Language::ALL.map(Language::tag));
    add(
        "person-act",
        &["change", "deputy", "close", "open", "roles"],
    );
    add(
        "person-then",
        &["change", "deputy", "close", "open", "roles"],
    );
    add("import-kind", &["units", "people"]);
    add("import-state", &ImportState::ALL.map(ImportState::code));
    add(
        "done",
        &[
            "directory_kept",
            "absence_kept",
            "absence_ended",
            "imported",
        ],
    );
    let steps = [
        "code",
        "link",
        "totp",
        "password",
        "confirm",
        "confirm-mail",
        "confirm-provider",
        "connect",
        "setup",
    ];
    for family in ["step-title", "step-lead", "step-submit"] {
        add(family, &steps);
    }
    add(
        "done",
        &["password_changed", "password_ends", "sessions_ended"],
    );
    add(
        "done",
        &["confirmed", "set_up", "reset_asked", "reset_done"],
    );
    keys.extend(CODES.iter().map(|code| key(code)));
    keys.extend(GateFlaw::CODES.iter().map(|code| key(code)));
    keys.extend(OidcFlaw::ALL.iter().map(|flaw| key(flaw.code())));
    keys.extend(OIDC_FAULTS.map(|code| format!("oidc-fault-{code}")));
    keys.insert("oidc-name".to_owned());
    keys.extend(["done-oidc_linked", "done-oidc_unlinked"].map(str::to_owned));
    for kind in catalogue::kinds() {
        keys.insert(key(kind.code));
        if !kind.is_of_field {
            keys.insert(catalogue::name_key(kind.code));
        }
        keys.insert(format!("remedy-{}", kind.status.as_str()));
    }
    keys.insert("kind-field".to_owned());
    keys.extend(CHANGES.iter().map(|(_, code)| format!("change-{code}")));
    keys
}

const WHYS: [&str; 8] = [
    "day_zero",
    "workday",
    "makeup_workday",
    "every_day",
    "weekend",
    "holiday",
    "stopped",
    "rolled_on",
];

const PROBLEMS: [&str; 7] = [
    "not_found",
    "forbidden",
    "form_expired",
    "too_many_tries",
    "too_large",
    "internal",
    "unavailable",
];

/// Every kind of fact, with the variants of its sentence.
const FACTS: [&str; 57] = [
    "project_closed",
    "project_admitted",
    "project_imported",
    "project_imported-bare",
    "stage_ready",
    "stage_accepted",
    "stage_accepted-bare",
    "stage_assigned",
    "progress_noted",
    "progress_noted-expected",
    "work_recorded",
    "clock_stopped",
    "clock_stopped-expected",
    "clock_resumed",
    "clock_stopped-over",
    "stop_answered",
    "stop_answered-no",
    "stop_revised",
    "stop_reviewed",
    "stop_reviewed-no",
    "validity_began",
    "validity_renewed",
    "extension_requested",
    "extension_decided",
    "extension_decided-no",
    "extension_lapsed",
    "deadline_moved",
    "deadline_moved-first",
    "calendar_changed",
    "statutory_moved",
    "statutory_moved-first",
    "forecast_moved",
    "forecast_moved-earlier",
    "forecast_moved-works",
    "forecast_moved-works-earlier",
    "deadline_unknown",
    "stage_completed",
    "stage_completed-late",
    "rung_fired",
    "rung_fired-carried",
    "alert_acknowledged",
    "progress_planned",
    "progress_planned-again",
    "progress_reported",
    "progress_reported-corrected",
    "progress_reported-reason",
    "rung_fired-card",
    "card_explained",
    "card_explained-date",
    "card_appealed",
    "card_withdrawn",
    "card_appeal_rejected",
    "steward_assigned",
    "lead_assigned",
    "project_corrected",
    "project_corrected-bare",
    "metadata_changed",
];

/// Codes of this crate that are not refusals of a rule.
const CODES: [&str; 136] = [
    "access.denied",
    "stage.stop.none_allowed",
    "validation.empty",
    "validation.too_long",
    "validation.many_lines",
    "validation.control_character",
    "validation.date",
    "validation.choice",
    "validation.days",
    "conflict.version",
    "status.no_match",
    "auth.wrong_password",
    "rate.limited",
    "form.expired",
    "auth.required",
    "conflict.version_required",
    "internal",
    "not_found",
    "project.not_admitted",
    "request.malformed",
    "request.too_large",
    "server.busy",
    "template.unknown",
    "validation.failed",
    "calendar.empty",
    "calendar.year_out_of_range",
    "calendar.missing_year",
    "calendar.misplaced_day",
    "calendar.idle_makeup",
    "calendar.nothing_worked",
    "calendar.local_conflict",
    "calendar.local_outside",
    "calendar.unchanged",
    "calendar.file.not_text",
    "calendar.file.too_many",
    "calendar.file.empty",
    "calendar.file.header",
    "calendar.file.row",
    "calendar.file.date",
    "calendar.file.kind",
    "calendar.file.doubled",
    "calendar.file.json",
    "calendar.file.not_national",
    "calendar.file.not_icalendar",
    "calendar.file.repeats",
    "calendar.file.not_all_day",
    "calendar.file.period",
    "calendar.file.summary",
    "calendar.file.not_days",
    "calendar.file.day_over",
    "calendar.file.idle_makeup",
    "calendar.file.year_dropped",
    "calendar.file.past_changed",
    "calendar.file.too_few",
    "calendar.file.other_year",
    "calendar.file.year_over",
    "calendar.file.year_far",
    "calendar.file.wrong_year",
    "validation.month",
    "validation.percent",
    "idempotency.key_missing",
    "idempotency.key_malformed",
    "idempotency.key_reused",
    "idempotency.running",
    "idempotency.answer_lost",
    "query.unknown",
    "query.repeated",
    "query.value",
    "cursor.malformed",
    "cursor.foreign",
    "request.not_acceptable",
    "calendar_feed.too_many",
    "webhook.url.malformed",
    "webhook.url.scheme",
    "webhook.url.userinfo",
    "webhook.url.host",
    "webhook.url.port",
    "webhook.url.address",
    "webhook.event_unknown",
    "webhook.too_many",
    "webhook.state",
    "token.no_scope",
    "token.scope_beyond_rights",
    "token.scope_needs_person",
    "token.no_role",
    "token.role_needs_person",
    "token.lifetime",
    "token.too_many",
    "project.patron_unfit",
    "project.metadata_key",
    "project.metadata_text",
    "project.metadata_full",
    "person.login_taken",
    "person.email_malformed",
    "unit.code_taken",
    "unit.code_malformed",
    "unit.closed",
    "deputy.self",
    "deputy.handles_no_stages",
    "absence.backwards",
    "absence.in_past",
    "absence.too_long",
    "company.uscc.length",
    "company.uscc.character",
    "company.uscc.check",
    "company.uscc.organisation_check",
    "company.number_taken",
    "company.number_twice",
    "company.country",
    "import.unreadable",
    "import.empty",
    "import.too_many_rows",
    "import.unknown_column",
    "import.column_twice",
    "import.missing_column",
    "import.row.duplicate",
    "import.row.unknown_unit",
    "import.row.unknown_role",
    "auth.wrong_code",
    "auth.attempt_expired",
    "auth.attempt_used",
    "auth.attempt_void",
    "auth.code_needed",
    "auth.password_over",
    "auth.enrolment_needed",
    "auth.proof_needed",
    "auth.own_account",
    "password.too_short",
    "password.too_long",
    "password.too_plain",
    "password.common",
    "password.name",
    "password.unchanged",
    "setup.token",
    "setup.login_taken",
    "export.too_many",
];

#[test]
fn both_languages_have_the_same_keys_with_the_same_holes() {
    assert_eq!(keys(Language::Zh), keys(Language::En));
}

#[test]
fn every_sentence_can_be_read() {
    for language in Language::ALL {
        for source in sources(language) {
            let errors = FluentResource::try_new((*source).to_owned()).err();
            assert!(errors.is_none(), "{:?}", errors.map(|(_, errors)| errors));
        }
        for key in keys(language).keys() {
            assert!(find(language, key, &[]).is_some(), "{key}");
        }
    }
}

#[test]
fn every_composed_key_exists() {
    let known = keys(Language::Zh);
    let missing: Vec<String> = composed()
        .into_iter()
        .filter(|key| !known.contains_key(key))
        .collect();
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn every_refusal_finds_its_parameters() {
    let known = keys(Language::Zh);
    let on = time::macros::date!(2026 - 10 - 14);
    let refusal = Refusal::BeforeLastStop { on, last_on: on };
    let holes: BTreeSet<String> = refusal
        .arguments()
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .collect();
    assert_eq!(known[&key(refusal.code())], holes);
}

#[test]
fn every_key_in_templates_and_code_exists_and_none_is_left_over() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = Vec::new();
    users(&root.join("templates"), &mut texts);
    users(&root.join("src/web"), &mut texts);
    users(&root.join("src/cli"), &mut texts);
    let known = keys(Language::Zh);
    let mut used = composed();
    for text in &texts {
        for start in ["w.t(\"", "w.with(\"", "w.count(\"", "w.filled(\""] {
            for piece in text.split(start).skip(1) {
                let key = piece.split('"').next().unwrap_or_default();
                assert!(known.contains_key(key), "{start}{key}");
            }
        }
        // A key may also stand alone in a table or a match.
        used.extend(
            text.split('"')
                .filter(|piece| known.contains_key(*piece))
                .map(str::to_owned),
        );
    }
    let fields = ["field-", "hint-"];
    let left: Vec<&String> = known
        .keys()
        .filter(|key| !used.contains(*key) && !fields.iter().any(|start| key.starts_with(start)))
        .collect();
    assert_eq!(left, Vec::<&String>::new());
}

#[test]
fn every_code_with_a_sentence_is_in_the_catalogue_of_problems() {
    let codes = Refusal::CODES.iter().chain(&CODES);
    let missing: Vec<_> = codes
        .filter(|code| catalogue::kind(code).is_none())
        .collect();
    assert_eq!(
        missing,
        Vec::<&&str>::new(),
        "add them to http/catalogue.rs"
    );
}
