# The project's page: answer panel, facts, stages, time line.
word-status = Status:{" "}
turn-you = It is your turn
turn-investor = It is the investor’s turn
turn-unit = Turn: { $unit }
turn-accept = To be accepted by { $unit }
turn-late = { $unit } is late
turn-law = A period fixed by law is running
turn-third_party = Waiting for a third party
turn-nobody = Nobody can act at present
turn-waiting = Waiting for earlier stages
turn-done = This stage is finished
turn-none = Waiting for the next stage to begin
turn-finished = All stages are finished
answer-promised = Promised by
answer-actual = Finished on
answer-waits = To be finished first
answer-next = Next stage
answer-resume = Expected to resume
answer-resume-open = No date yet
answer-after-acceptance = After acceptance
answer-within = done within { $limit }
answer-no-limit = no limit set
answer-unknown = date to be fixed
answer-clock-not-started = The clock has not started; it counts from the day after acceptance.
answer-was-promised = promised { $date }
answer-sorry = We did not keep the promised date, and we apologise.
answer-card-yellow = A yellow card was issued; the head of the unit is following up.
answer-card-red = A red card was issued; the efficacy office is supervising.
answer-card-leadership = The zone’s leadership is supervising.
answer-law = The law fixes this period; nobody can shorten it.
answer-expected = The officer expects to finish on { $date }.
answer-provisional = Part of the period lies in a year whose holidays are not published yet; the date may change.
answer-stopped = { $reason }: the clock has been stopped since { $date }, { $days } so far.
answer-left-after = then { $days } left
answer-asked = What we ask of you
answer-all-done = { $n ->
    [one] { $n } stage in all
   *[other] { $n } stages in all
}
answer-all-in-time = Every stage was finished within its promise.
answer-some-late = { $n ->
    [one] One stage was finished late; the record keeps it.
   *[other] { $n } stages were finished late; the record keeps them.
}
project-key = Key project
project-parallel = At the same time
project-progress = Finished
project-stages-done = stages
project-expected = Expected end
project-finished = All finished
project-earliest = at the earliest; some stages have no limit
project-if-kept = if promises are kept
project-steward = Your contact
project-admitted = Green channel since
project-tracker = Stages
phase-count = { $done } of { $all } finished
stage-waits-for = Waiting for:
stage-no-date-stopped = no date while stopped
stop-ended = clock stopped { $from } to { $to }; { $days } not counted
stop-open = clock stopped since { $from }, { $days } so far
stop-open-until = clock stopped since { $from }, { $days } so far, expected to resume { $to }
col-stage = Stage
col-state = Status
col-started = Accepted
col-first-promise = First promise
col-promised = Promised
col-expected = Expected
col-actual = Actual
col-left = Left
timeline-title = Timeline
timeline-table = Show the timeline as a table
timeline-today = Today { $date }
legend-promise = first promise
legend-actual = actual work
legend-late = past the promise
legend-stop = clock stopped
legend-forecast = expected
legend-today = today
validity-until = Permit valid until
validity-over = expired
validity-renewals = { $n ->
    [one] may be renewed once more
   *[other] may be renewed { $n } times more
}
validity-months = { $n ->
    [one] Permit valid for { $n } month
   *[other] Permit valid for { $n } months
}
