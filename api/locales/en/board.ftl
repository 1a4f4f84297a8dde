# The board and alerts.
board-title = Board
board-calm = Nothing waits for your answer
board-head-waiting = { $n ->
    [one] One alert waits for an answer
   *[other] { $n } alerts wait for an answer
}
board-head-overdue = { $n ->
    [one] One stage is overdue, and answered
   *[other] { $n } stages are overdue, all answered
}
board-summary = { $open } open, { $late } of them overdue.
board-waiting = Waiting for an answer
board-fired = issued { $time }
board-overdue = Overdue
board-no-overdue = Nothing is overdue; everything is within its promise.
board-told = Supervision so far
board-matrix = Units and phases
board-no-open = Nothing is open.
alerts-title = Supervision so far
alert-title = Supervision: { $rung }
alert-acknowledge = Acknowledge
alert-carried = carried over to the new date
alert-said = acknowledged { $on }, to be done by { $date }
alert-facts = Facts
alert-last-sign = Last sign of work
alert-holds-up = Holds up
alert-consequence = Then your instruction and the new date are on record. Until the end of that day nothing is escalated further; if the stage is not finished by then, escalation goes on. The lamp and the promised date stay as they are.
field-alert-instruction = Instruction
hint-alert-instruction = Who is to do what.
field-alert-new_date = To be done by
