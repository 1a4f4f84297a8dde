# The desk and the workbench.
desk-title = My desk
desk-sections = Sections
desk-overdue = Overdue
desk-due_soon = Due soon
desk-ready = Ready to accept
desk-running = In progress
desk-stopped = Clock stopped
desk-done = Done this week
desk-empty-overdue = Nothing is overdue.
desk-empty-due_soon = Nothing is due soon.
desk-empty-ready = Nothing waits to be accepted.
desk-empty-running = Nothing else is in progress.
desk-empty-stopped = No clock is stopped.
desk-empty-done = Nothing finished this week yet.
desk-calm = Nothing urgent
desk-head-overdue = { $n ->
    [one] One stage is overdue
   *[other] { $n } stages are overdue
}
desk-head-due_soon = { $n ->
    [one] One stage is due soon
   *[other] { $n } stages are due soon
}
desk-head-ready = { $n ->
    [one] One stage waits to be accepted
   *[other] { $n } stages wait to be accepted
}
row-left = { $days } left after resuming
row-since = since { $date }
row-nobody = no officer assigned
row-resume = expected to resume { $date }
row-expected = expected { $date }
row-touched = last sign of work { $date }
row-needs-update = Update needed
bench-acts = What you can do
bench-nothing = There is nothing for you to do here now.
bench-denied = Not possible now
bench-clock = Time limit
bench-used = Used
bench-over = Over
bench-stopped = Stopped in all
bench-unit = Unit
bench-officer = Officer
bench-statutory = Statutory date
bench-statute = By law
bench-held = No further escalation until
bench-update-due = Next update due by
bench-releases = Releases
bench-sources = Sources
bench-unverified = to be verified
bench-may-stop = May stop:
bench-cap = { $n ->
    [one] at most { $n } working day
   *[other] at most { $n } working days
}
bench-materials = Documents
visibility-public = The investor too
visibility-internal = Staff only
form-refused = This could not be submitted
form-error = Error:{" "}
form-optional = (optional)
form-choose = Please choose
field-accept-on = Day of acceptance
hint-accept-on = The day of acceptance is day 0; counting begins the day after.
field-accept-officer = Responsible officer
field-note-text = Progress
hint-note-text = What was done, and what comes next.
field-note-visibility = Who may read it
field-note-expected_on = Expected to finish on
field-stop-reason = Reason
field-stop-on = Stopped on
field-stop-expected_on = Expected to resume on
field-stop-text = What the investor is told
hint-stop-text = When documents are missing, list all of them at once.
field-stop-resumed_on = Already resumed on
hint-stop-resumed_on = Only for a stop that is over and entered afterwards.
field-stop-late_reason = Why entered late
hint-stop-late_reason = Needed when more than one working day has passed.
field-answer_stop-agrees = Answer
field-answer_stop-text = Remark
choice-answer_stop-yes = Confirm the stop
choice-answer_stop-no = Object
field-revise_stop-expected_on = New expected day of the resume
field-revise_stop-text = Why
hint-revise_stop-text = The investor reads this.
field-review_stop-is_upheld = Finding
field-review_stop-text = Why
hint-review_stop-text = The investor reads this.
choice-review_stop-yes = The stop stands
choice-review_stop-no = Annul the stop
field-renew-on = Day of the renewal
field-renew-text = Why
hint-renew-text = The investor reads this.
field-ask_extension-days = Days to add
hint-ask_extension-days = In the unit of the promise (working or calendar days).
field-ask_extension-reason = Reason
field-ask_extension-text = Why
hint-ask_extension-text = The investor can read it.
field-decide_extension-is_granted = Decision
field-decide_extension-text = Why
hint-decide_extension-text = A rejection needs a reason.
choice-decide_extension-yes = Grant
choice-decide_extension-no = Reject
field-resume-on = Resumed on
field-resume-text = Remark
field-resume-late_reason = Why entered late
hint-resume-late_reason = Needed when more than one working day has passed.
field-complete-on = Finished on
field-complete-result = Result
hint-complete-result = For example the number of the permit or decision.
field-assign-officer = New officer
then-accept = Then the clock starts. If accepted today, the stage is due by { $date }. The investor sees it on the project page.
then-accept-bare = Then the work begins. The investor sees it on the project page.
then-note = Then the sign of work is on record, and the time until the next update starts anew.
then-stop = Then the clock stops and there is no due date. The investor sees the reason and your text.
then-resume = Then the clock runs again from tomorrow. If resumed today, the stage is due by { $date }.
then-resume-bare = Then the clock runs again from tomorrow.
then-complete = Then the stage is recorded as finished in time. This cannot be undone.
then-complete-late = Then the stage is recorded as finished late, because the promised date has passed. This cannot be undone.
then-releases = {" "}Next stages that may begin: { $stages }.
then-assign = Then the new officer is told. The clock is not affected.
then-answer_stop = Then the answer is on record; an objection is told to the officer and the steward.
then-revise_stop = Then the new date is on record; if it passes, people are told again.
then-review_stop = Then, upheld, the stop stays as it is; annulled, its days count and a card that was held back is issued at once. The officer and the investor are told.
then-renew = Then the permit is valid for longer, counted from the day on which it would have expired; the investor sees it.
then-ask_extension = Then whoever decides is told and has one working day; no card is issued meanwhile.
then-decide_extension = If granted, the new date is { $date }. If rejected, the old date holds and a card that was held back is issued at once.
then-decide_extension-bare = If granted, the promise is longer; if rejected, the old date holds.
form-field-error = { $label }: { $text }
foreseen-title = What then changes
foreseen-if-granted = What changes if it is granted
foreseen-due = This stage is due
foreseen-statute = Limit in law
foreseen-shift = { $old } → { $new }
foreseen-same = { $date } (as before)
foreseen-stands = { $n ->
    [one] no date while the clock stands, { $n } day left
   *[other] no date while the clock stands, { $n } days left
}
foreseen-no-date = no date
foreseen-target = Forecast: { $stage }
foreseen-later = { $n ->
    [one] { $n } working day later
   *[other] { $n } working days later
}
foreseen-earlier = { $n ->
    [one] { $n } working day earlier
   *[other] { $n } working days earlier
}
foreseen-by = { $days }, { $by }
foreseen-releases = May then begin
foreseen-moved = { $n ->
    [one] { $n } other stage moves
   *[other] { $n } other stages move
}
foreseen-stage = { $stage }: { $days }
foreseen-more = { $n ->
    [one] and { $n } more
   *[other] and { $n } more
}
foreseen-told = Gets a letter
foreseen-nobody = nobody
foreseen-preview = See what follows
