# Why a date is what it is, and whose the days were.
explain-title = How the date is counted
explain-open = Day by day
explain-nothing = This stage is not accepted yet, has no limit, or the calendar has no answer.
explain-summary = Accepted on { $from } (day 0), { $limit } later it is due on { $due }.
explain-due = due { $date }
explain-no-date = { $n ->
    [one] The clock stands with { $n } day left; there is no due date.
   *[other] The clock stands with { $n } days left; there is no due date.
}
explain-under = Counted under calendar { $name }, version { $version }.
explain-under-provisional = Counted under calendar { $name }, version { $version }; a year in the count is not published yet, so the date is provisional.
col-days = Days
col-number = Number
col-why = Why
why-day_zero = day of acceptance, not counted
why-workday = workday, counted
why-makeup_workday = make-up workday, counted
why-every_day = calendar day, counted
why-weekend = weekend, not counted
why-holiday = holiday, not counted
why-holiday-named = holiday ({ $name }), not counted
why-stopped = clock stopped ({ $reason }), not counted
why-rolled_on = the last day is not worked, the limit runs on
ledger-title = Where the days went
ledger-lead = { $n ->
    [one] { $n } day after { $after }, and it has one owner.
   *[other] { $n } days after { $after }, each with one owner.
}
owner-unit = A unit
owner-investor = The investor
owner-law = Fixed by law
owner-third_party = A third party
owner-holiday = Weekends and holidays
owner-stop = Clock stopped
calculator-title = Deadline calculator
calculator-lead = Filed today, due when? Counted day by day under this zone’s calendar, by the same rule as every stage.
calculator-submit = Calculate
field-calculator-on = Day of acceptance
field-calculator-days = Limit
hint-calculator-days = Days, at most 3650.
field-calculator-unit = Unit
unit-working_day = Working days
unit-calendar_day = Calendar days
schedule-works = Works may start
schedule-critical = Critical
schedule-float = { $n ->
    [0] No room
    [one] { $n } working day of room
   *[other] { $n } working days of room
}
extension-pending = Extension asked for
extension-asked = { $days } more days are asked for (until { $due }); { $approver } decides by { $until }.
approver-head = the head of the unit
approver-leader = the leader in charge
approver-efficacy_office = the efficacy office
stop-page-title = Please confirm a stop
stop-page-lead = The clock of { $stage } has stood since { $from } for “{ $reason }”, and it is your turn.
stop-page-until = Please answer by { $until }; silence is consent.
stop-page-none = No stop waits for your answer.
stop-page-submit = Send the answer
stop-page-link = A stop waits for your answer
stop-page-back = Back to the project
consent-asked = waits for the investor
consent-silent = no answer in time: consent
consent-given = confirmed by the investor
consent-upheld = objection reviewed, the stop stands
consent-annulled = objection reviewed, the stop is annulled
consent-refused = the investor objects
