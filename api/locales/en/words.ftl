# Single words: lamps, rungs, roles, courts, reasons, states, days.
lamp-not_started = Not started
lamp-done = Done in time
lamp-done_late = Done late
lamp-green = On track
lamp-paused = Clock paused
lamp-blue = Due soon
lamp-yellow = Yellow card · overdue
lamp-red = Red card · long overdue
phase-approval = Approval
phase-registration = Registration
phase-preparation = Preparation
phase-construction = Construction
phase-completion = Completion
state-waiting = Waiting for others
state-ready = Ready to accept
state-running = In progress
state-stopped = Clock stopped
state-done = Done
rung-silence = Update requested
rung-stop_expired = Stop expired
rung-stop_objected = Stop objected to
rung-expiring = Expires soon
rung-decision_late = Decision late
rung-remind = Reminder
rung-yellow = Yellow card
rung-red = Red card
rung-leadership = Leadership supervision
role-investor = Investor
role-officer = Officer
role-head = Head of unit
role-supervisor = Supervisor
role-efficacy_office = Efficacy office
role-leader = Leader in charge
role-system_administrator = System administrator
role-security_administrator = Security administrator
role-audit_administrator = Audit administrator
court-government = The authorities
court-investor = The investor
court-law = A period fixed by law
court-third_party = A third party
court-nobody = Nobody can act
stop-supplement = Missing documents
stop-expert_review = Expert review
stop-technical_evaluation = Technical evaluation
stop-public_notice = Public notice
stop-hearing = Hearing
stop-inspection_testing = Inspection and testing
stop-bidding_auction = Bidding or auction
stop-higher_level_approval = Approval at a higher level
stop-applicant_request = At the applicant’s request
stop-legal_proceedings = Legal proceedings
stop-force_majeure = Force majeure
remaining-today = due today
remaining-left = { $n ->
    [one] { $n } working day left
   *[other] { $n } working days left
}
remaining-left-calendar = { $n ->
    [one] { $n } day left
   *[other] { $n } days left
}
remaining-left-none = less than one working day left
remaining-over = { $n ->
    [one] { $n } working day over
   *[other] { $n } working days over
}
remaining-over-calendar = { $n ->
    [one] { $n } day over
   *[other] { $n } days over
}
remaining-over-none = just past the date
days-working = { $n ->
    [one] { $n } working day
   *[other] { $n } working days
}
days-calendar = { $n ->
    [one] { $n } day
   *[other] { $n } days
}
limit-same-day = the same day
limit-before = { $days } before { $date }
limit-fixed = by { $date }
action-accept = Accept
action-note = Note progress
action-stop = Stop the clock
action-resume = Resume the clock
action-complete = Finish
action-assign = Assign an officer
action-answer_stop = Answer the stop
action-revise_stop = Move the end of the stop
action-review_stop = Review the objection
action-renew = Renew the permit
action-ask_extension = Ask for an extension
action-decide_extension = Decide on the extension
extension-complexity = Complex case
extension-coordination = Several units must confer
extension-site_visit = Site visit needed
extension-higher_guidance = Guidance from above
extension-system_failure = System failure
extension-other = Other
