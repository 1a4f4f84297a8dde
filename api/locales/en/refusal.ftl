# Why not. Keys are the stable codes with hyphens for dots.
refusal-stage-unknown = The project has no such stage.
refusal-stage-waits = Other stages must be finished first: { $stages }.
refusal-stage-already_accepted = This stage was accepted on { $accepted_on }.
refusal-stage-not_accepted = This stage has not been accepted yet.
refusal-stage-finished = This stage was finished on { $done_on }.
refusal-stage-clock-stopped = The clock has been stopped since { $stopped_on }.
refusal-stage-clock-runs = The clock is running; there is nothing to resume.
refusal-stage-stop-reason_not_allowed = The clock of this stage cannot stop for “{ $reason }”. Allowed reasons: { $allowed }.
refusal-stage-stop-none_allowed = The stage template does not allow the clock of this stage to stop.
refusal-stage-stop-beyond_cap = The clock must run again by { $latest } at the latest; { $on } is too late.
refusal-stage-stop-nothing_to_answer = No stop waits for an answer, or the time to answer is over.
refusal-stage-stop-objection_without_reason = Please give the reason of your objection.
refusal-stage-stop-nothing_to_review = There is no objection to a stop to look into.
refusal-stage-validity-nothing_to_renew = Nothing that this stage has issued waits to be used.
refusal-stage-validity-used_up = The permit may be renewed { $renewals_max } times and has been; a new one is needed.
refusal-stage-validity-over = The permit expired on { $expires_on } and cannot be renewed.
refusal-stage-extension-not_allowed = This stage has no limit that could be extended.
refusal-stage-extension-pending = A request waits for its decision, due by { $decide_by }.
refusal-stage-extension-too_late = The date { $due_on } is over; no extension can be asked for.
refusal-stage-extension-locked = Today is the last day ({ $due_on }); no extension can be asked for any more.
refusal-stage-extension-too_long = { $days } days cannot be added; at most { $days_max } more.
refusal-stage-extension-none_asked = Nobody has asked for an extension.
refusal-stage-extension-own = Who asks for an extension cannot decide upon it.
refusal-stage-extension-not_the_approver = This extension is for { $approver ->
    [head] the head of the unit
    [leader] the leader in charge
   *[efficacy_office] the efficacy office
} to decide.
refusal-stage-extension-rejection_without_reason = Please give the reason of the rejection.
refusal-date-resume_before_stop = The resume on { $on } lies before the stop on { $stopped_on }.
refusal-date-late_without_reason = What happened on { $on } is entered only today ({ $today }); please say why so late.
refusal-date-in_future = { $on } is after today ({ $today }); a day that has not come cannot be recorded.
refusal-date-before_acceptance = { $on } is before the day of acceptance, { $accepted_on }.
refusal-date-before_admission = { $on } is before the project entered the green channel on { $admitted_on }.
refusal-date-before_last_stop = { $on } is before the last stop or resume on { $last_on }, which is already on record.
refusal-date-expected_in_past = The expected date { $on } must be after today ({ $today }).
refusal-alert-already_acknowledged = This alert was acknowledged on { $on }.
refusal-alert-needs_review = An objection to a stop must be looked into; acknowledging is not enough.
refusal-alert-outdated = The stage is finished or its date has changed; there is nothing to acknowledge.
refusal-stage-nobody_assigned = Nobody has been assigned to this stage yet.
refusal-stage-already_assigned = This person is the responsible officer already.
refusal-stage-foreign_officer = This person does not work in the unit responsible for the stage.
refusal-project-closed = The project was finished on { $closed_on }.
refusal-access-denied = You do not have the right to do this.
refusal-validation-empty = Please fill this in.
refusal-validation-too_long = This is too long; at most { $max } characters.
refusal-validation-many_lines = Only one line fits here.
refusal-validation-control_character = There is a character we cannot read; please type it again.
refusal-validation-date = Please give the date in the form 2026-10-14.
refusal-validation-choice = Please choose one of the options.
refusal-conflict-version = Somebody updated this stage after you opened the page. What you typed is kept; please check the latest state below and submit again.
refusal-status-no_match = The project code and the query code do not belong together. Please check the top right corner of your acceptance letter, or call the hotline.
refusal-auth-wrong_password = The login or the password is not correct.
refusal-rate-limited = Too many tries; please try again later.
refusal-form-expired = The page was open for too long; please submit again.
refusal-other = This cannot be done now. Please try again later or call the hotline.
