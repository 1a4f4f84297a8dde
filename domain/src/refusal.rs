//! Every reason for which a rule says no. Sentences in Chinese and English live in the locale files,
//! under the code.

use alloc::{
    string::{String, ToString},
    vec,
    vec::Vec,
};
use core::fmt;

use time::Date;

use crate::progress::Month;

macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident $({ $($(#[$field_doc:meta])* $field:ident: $type:ty),* $(,)? })? = $code:literal;)*) => {
        /// Why a rule says no. The code is stable; the parameters go into the sentence.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Refusal {
            $($(#[$doc])* $name $({ $($(#[$field_doc])* $field: $type),* })?,)*
        }

        impl Refusal {
            /// Every code.
            pub const CODES: &'static [&'static str] = &[$($code),*];

            /// The stable code.
            pub fn code(&self) -> &'static str {
                match self { $(Self::$name $({ $($field: _),* })? => $code,)* }
            }

            /// The parameters of the sentence, by name.
            pub fn arguments(&self) -> Vec<(&'static str, String)> {
                match self { $(Self::$name $({ $($field),* })? => vec![$($((stringify!($field), $field.to_string())),*)?],)* }
            }
        }
    };
}

refusals! {
    /// The project has no such stage.
    UnknownStage = "stage.unknown";
    /// The stage still waits for others.
    StageWaits {
        /// Their codes.
        stages: String,
    } = "stage.waits";
    /// The stage was accepted before.
    AlreadyAccepted {
        /// When.
        accepted_on: Date,
    } = "stage.already_accepted";
    /// The stage was not accepted yet.
    NotAccepted = "stage.not_accepted";
    /// The stage is finished.
    StageFinished {
        /// When.
        done_on: Date,
    } = "stage.finished";
    /// The clock stands already.
    ClockStopped {
        /// Since when.
        stopped_on: Date,
    } = "stage.clock.stopped";
    /// The clock runs; there is nothing to resume.
    ClockRuns = "stage.clock.runs";
    /// The template does not allow this reason for this stage.
    StopReasonNotAllowed {
        /// The reason as asked.
        reason: String,
        /// What is allowed.
        allowed: String,
    } = "stage.stop.reason_not_allowed";
    /// A stop would last longer than its reason may.
    StopBeyondCap {
        /// The day as expected.
        on: Date,
        /// The last day under the cap.
        latest: Date,
    } = "stage.stop.beyond_cap";
    /// No stop waits for the investor's answer, or the time to answer is over.
    NothingToAnswer = "stage.stop.nothing_to_answer";
    /// An objection without a reason.
    ObjectionWithoutReason = "stage.stop.objection_without_reason";
    /// The investor objects to no stop, or somebody has looked into it.
    NothingToReview = "stage.stop.nothing_to_review";
    /// A resume before its stop.
    ResumeBeforeStop {
        /// The day of the resume.
        on: Date,
        /// The day of the stop.
        stopped_on: Date,
    } = "date.resume_before_stop";
    /// Entered more than one working day late, without saying why.
    LateWithoutReason {
        /// The day.
        on: Date,
        /// Today.
        today: Date,
    } = "date.late_without_reason";
    /// The template allows no extension of this stage, or it has no limit in days.
    ExtensionNotAllowed = "stage.extension.not_allowed";
    /// A request waits for its decision.
    ExtensionPending {
        /// The last day to decide.
        decide_by: Date,
    } = "stage.extension.pending";
    /// The date is over; it is missed.
    ExtensionTooLate {
        /// The date.
        due_on: Date,
    } = "stage.extension.too_late";
    /// On its last day a date is not moved any more.
    ExtensionLocked {
        /// The date.
        due_on: Date,
    } = "stage.extension.locked";
    /// No days, or more than may be added.
    ExtensionTooLong {
        /// As asked.
        days: u16,
        /// What may still be added.
        days_max: u16,
    } = "stage.extension.too_long";
    /// Nobody has asked for more time.
    NoExtensionAsked = "stage.extension.none_asked";
    /// Who asks does not decide.
    OwnExtension = "stage.extension.own";
    /// It is for somebody else to decide.
    NotTheApprover {
        /// Who must.
        approver: String,
    } = "stage.extension.not_the_approver";
    /// A rejection without a reason.
    RejectionWithoutReason = "stage.extension.rejection_without_reason";
    /// Nothing that this stage has issued waits to be used.
    NothingToRenew = "stage.validity.nothing_to_renew";
    /// It was renewed as often as the law allows.
    RenewalsUsedUp {
        /// How often that is.
        renewals_max: u8,
    } = "stage.validity.used_up";
    /// It has expired; what is void is not renewed.
    ValidityOver {
        /// The last day.
        expires_on: Date,
    } = "stage.validity.over";
    /// A day in the future cannot have happened.
    InFuture {
        /// The day.
        on: Date,
        /// Today.
        today: Date,
    } = "date.in_future";
    /// Before the stage was accepted.
    BeforeAcceptance {
        /// The day.
        on: Date,
        /// Day 0.
        accepted_on: Date,
    } = "date.before_acceptance";
    /// Before the project was admitted.
    BeforeAdmission {
        /// The day.
        on: Date,
        /// The day of admission.
        admitted_on: Date,
    } = "date.before_admission";
    /// Before the last stop or resume, which is part of the record.
    BeforeLastStop {
        /// The day.
        on: Date,
        /// The day of the last stop or resume.
        last_on: Date,
    } = "date.before_last_stop";
    /// An expected day must lie ahead.
    ExpectedInPast {
        /// The day.
        on: Date,
        /// Today.
        today: Date,
    } = "date.expected_in_past";
    /// The alert was acknowledged before.
    AlreadyAcknowledged {
        /// On which day.
        on: Date,
    } = "alert.already_acknowledged";
    /// The stage of the alert is finished or its deadline has moved; there is nothing to acknowledge.
    AlertOutdated = "alert.outdated";
    /// An objection is not acknowledged but looked into.
    NeedsReview = "alert.needs_review";
    /// Nobody is responsible for the stage yet.
    NobodyAssigned = "stage.nobody_assigned";
    /// The person is the responsible officer already.
    AlreadyAssigned = "stage.already_assigned";
    /// The person does not work in the unit that is responsible for the stage.
    ForeignOfficer = "stage.foreign_officer";
    /// The project is finished.
    ProjectClosed {
        /// When.
        closed_on: Date,
    } = "project.closed";
    /// Two people make a calendar: one proposes, another approves.
    OwnProposal = "calendar.own_proposal";
    /// What the proposed calendar would move is still being computed.
    NotPreviewed = "calendar.not_previewed";
    /// The proposal was approved, rejected or given up before.
    ProposalDecided {
        /// What became of it.
        state: String,
    } = "calendar.decided";
    /// Another calendar was approved since; the proposal is based on what no longer holds.
    ProposalStale = "calendar.stale";
    /// A plan of works without a month, or with more than a plan may have.
    PlanTooLong {
        /// As sent.
        months: u16,
        /// The most.
        months_max: u16,
    } = "progress.plan.too_long";
    /// A plan by which less is done after a month than before it.
    PlanFalls {
        /// The month.
        month: Month,
        /// What is planned for its end.
        share: u8,
        /// What is planned for the end of the month before.
        before: u8,
    } = "progress.plan.falls";
    /// A plan at whose end not all is done.
    PlanUnfinished {
        /// What is planned for the last month.
        share: u8,
    } = "progress.plan.unfinished";
    /// Works that start before the project was admitted, or in a far future.
    PlanOutside {
        /// The month as sent.
        month: Month,
        /// The month of admission.
        earliest: Month,
        /// The last month in which a plan may begin.
        latest: Month,
    } = "progress.plan.outside";
    /// The plan that counts already.
    PlanUnchanged = "progress.plan.unchanged";
    /// Another plan without a reason.
    PlanWithoutReason = "progress.plan.without_reason";
    /// Nobody has planned the works.
    NotPlanned = "progress.not_planned";
    /// A month that has not begun.
    MonthAhead {
        /// The month.
        month: Month,
        /// The current one.
        current: Month,
    } = "progress.report.ahead";
    /// A month before works start by the plan.
    MonthBeforePlan {
        /// The month.
        month: Month,
        /// The first of the plan.
        from: Month,
    } = "progress.report.before_plan";
    /// A month that was reported before, and no reason to correct it.
    MonthReported {
        /// The month.
        month: Month,
    } = "progress.report.reported";
    /// Less than was reported of an earlier month, or more than of a later one.
    ReportOutOfLine {
        /// The share as reported.
        share: u8,
        /// What was reported of the month before.
        lowest: u8,
        /// What was reported of the month after.
        highest: u8,
    } = "progress.report.out_of_line";
    /// The card was taken back.
    CardWithdrawn {
        /// When.
        on: Date,
    } = "card.withdrawn";
    /// The reason was given before.
    CardExplained {
        /// When.
        on: Date,
    } = "card.already_explained";
    /// A red card is explained with another date for the investor.
    AlternativeMissing = "card.alternative_missing";
    /// Appealed against before: once is enough.
    CardAppealed {
        /// When.
        on: Date,
    } = "card.already_appealed";
    /// No appeal waits for a decision.
    NoAppeal = "card.no_appeal";
    /// Who answers for the stage, or appeals, does not decide.
    OwnCard = "card.own";
    /// The person is steward or lead official of the project already.
    AlreadyEntrusted = "project.already_entrusted";
    /// People still work in the unit.
    UnitHasPeople {
        /// How many.
        people: usize,
    } = "unit.has_people";
    /// Stages that are not finished still name the unit.
    UnitHasWork {
        /// How many.
        stages: i64,
    } = "unit.has_work";
    /// The person has open work, and nobody was named to take it over.
    PersonHasWork {
        /// Open stages.
        stages: usize,
        /// Open projects as steward or lead official.
        projects: usize,
    } = "person.has_work";
    /// Whoever takes over the work must be an officer or head in the unit of each stage.
    SuccessorUnfit = "person.successor_unfit";
    /// Nobody closes their own account.
    OwnAccount = "person.own_account";
    /// No person holds two of the three administrations.
    AdministrationsExclude = "person.administrations_exclude";
    /// The person is away on some of these days already.
    AbsenceOverlaps {
        /// The first day of the other absence.
        from: Date,
        /// Its last day.
        until: Date,
    } = "absence.overlaps";
    /// The absence is over; what has been is not changed.
    AbsenceOver {
        /// The last day.
        until: Date,
    } = "absence.over";
    /// Rows of the file cannot be taken; nothing was changed.
    ImportFlawed {
        /// How many errors there are.
        errors: usize,
    } = "import.flawed";
    /// The file was brought in before.
    ImportCommitted = "import.committed";
    /// A job is at work on the file.
    ImportAtWork = "import.at_work";
    /// The file says what people are to the zone: that is for a security administrator.
    ImportHasRoles = "import.has_roles";
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())?;
        for (name, value) in self.arguments() {
            write!(f, " {name}={value}")?;
        }
        Ok(())
    }
}

impl core::error::Error for Refusal {}
