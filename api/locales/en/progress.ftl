# How far works are.
progress-title = Progress of works
progress-lamp-done = Works finished
progress-lamp-done_late = Finished late
progress-lamp-green = On schedule
progress-lamp-yellow = Behind schedule
progress-lamp-red = Far behind
progress-head = { $done }% done as reported for { $month }; { $planned }% planned by now
progress-head-none = Nothing reported yet; { $planned }% planned by now
progress-reason-not_started = { $n ->
    [one] Works were to start in { $month }; one month has passed and they have not
   *[other] Works were to start in { $month }; { $n } months have passed and they have not
}
progress-reason-behind = End of { $month }: { $planned }% planned, { $done }% done, { $points } points behind
progress-reason-unreported = { $n ->
    [one] No report for one month, { $month }
   *[other] No report for { $n } months, since { $month }
}
progress-note = This lamp shows whether the works keep to their plan. The lamps of the stages show whether deadlines are kept; neither colours the other.
progress-none = The works are not planned yet.
progress-first-plan = First plan: start in { $from }, finish in { $until }.
progress-newest = Report for { $month }
progress-chart-title = Curve of the progress of works
progress-chart-plan = Planned to start in { $from } and to finish in { $until }.
progress-legend-plan = Plan
progress-legend-first = First plan
progress-legend-done = Done
progress-table = Show progress as a table
progress-col-month = Month
progress-col-report = Report
progress-manage = Report progress, plan the works
progress-back = Back to the project
progress-plan-title = Plan the works
progress-replan-title = Change the plan
progress-plan-submit = Save the plan
progress-report-title = Report progress
progress-report-submit = Send the report
progress-month-reported = { $month } ({ $share }% reported)
board-behind = Works behind schedule
board-project = Project
board-why = Why
field-plan_progress-from = Month in which works start
hint-plan_progress-from = In the form 2026-04.
field-plan_progress-shares = Share done at the end of each month, in percent
hint-plan_progress-shares = From the first month on, with spaces or commas between; never falling, 100 in the last month. For example: 5 15 40 75 100
field-plan_progress-reason = Why the plan changes
hint-plan_progress-reason = Both plans and the reason go into the record, which the investor reads; the first plan is always kept.
field-report_progress-month = Month
field-report_progress-share = Share done so far, in percent
hint-report_progress-share = Of all works since their start, a whole number from 0 to 100.
field-report_progress-text = What stands
hint-report_progress-text = How far the building is, money spent, problems. The investor reads it.
field-report_progress-reason = Why the report is corrected
hint-report_progress-reason = Needed to correct a month that was reported before.
done-progress_planned = The plan is saved.
done-progress_reported = Progress is reported.
fact-progress_planned = Works planned from { $from } to { $until }
fact-progress_planned-again = Plan of works changed: { $from } to { $until } (before: { $old_from } to { $old_until }); differs from { $month } on: { $old }% → { $new }%
fact-progress_reported = Progress for { $month }: { $share }% ({ $planned }% planned)
fact-progress_reported-corrected = Progress for { $month } corrected: { $old }% → { $share }% ({ $planned }% planned)
fact-progress_reported-reason = { $said }. Reason: { $reason }
refusal-progress-plan-too_long = A plan has 1 to { $months_max } months; this one has { $months }.
refusal-progress-plan-falls = { $share }% in { $month } is less than the { $before }% of the month before; the share never falls.
refusal-progress-plan-unfinished = The last month of the plan says { $share }%; it must say 100%.
refusal-progress-plan-outside = The start of works, { $month }, must lie between { $earliest } and { $latest }.
refusal-progress-plan-unchanged = This is the plan that counts already.
refusal-progress-plan-without_reason = Say why the plan changes.
refusal-progress-not_planned = The works are not planned yet; plan them first.
refusal-progress-report-ahead = { $month } has not begun (it is { $current }); nothing can be reported for it.
refusal-progress-report-before_plan = { $month } lies before the planned start of works, { $from }.
refusal-progress-report-reported = { $month } was reported before; say why it is corrected.
refusal-progress-report-out_of_line = { $share }% does not fit the months around it: it must be { $lowest }% to { $highest }%. If another month was reported wrong, correct that one first.
refusal-validation-month = Enter the month in the form 2026-04.
refusal-validation-percent = Enter whole numbers from 0 to 100.
