# The working calendar, proposals, and what may be wrong with a file.
menu-calendar = Calendar
done-proposed = Proposed. What it would move is being computed; nothing has changed yet.
done-calendar_approved = Approved. The zone counts by this calendar; open stages are being planned anew.
done-calendar_rejected = Rejected. Nothing has changed.
calendar-title = Working calendar
calendar-covered = Published up to { $date }
calendar-uncovered = This year is not published
calendar-version = Calendar { $name }, version { $version }
calendar-base = on { $name }, version { $version }
calendar-nth = version { $version }
calendar-provisional-from = Dates from { $date } on are provisional.
calendar-alarm = No calendar after { $date }: dates beyond are provisional. Please import the next year as soon as its notice is out.
calendar-alarm-over = No calendar for this year: every date is provisional. Please import it now.
calendar-unpublished = The notice for this year is not out. Only weekends are free so far; dates that reach into it are provisional.
calendar-working-days = { $n ->
    [one] { $n } working day
   *[other] { $n } working days
}
calendar-holiday = Holiday
calendar-nameless = Day off
calendar-days-off = Days off
calendar-how-many = Days
calendar-source = Source:
calendar-local = The zone’s own days
calendar-proposals = Proposals
calendar-no-proposals = Nobody has proposed another calendar.
calendar-import = Import a year
calendar-own = Change the zone’s own days
calendar-propose = Propose and preview
calendar-consequence = Nothing changes yet. You will see which stages would move; somebody else must approve.
calendar-versions = Versions
calendar-version-h = Calendar
calendar-since = Approved
calendar-present = in force
field-calendar-file = File with the year
hint-calendar-file = JSON (our own or holiday-cn), CSV with the head date,kind,name, or iCalendar. It replaces the whole year.
field-calendar-note = Reason
hint-calendar-note = Stands in the letter to everybody whose dates move.
field-calendar-days = All of the zone’s own days from today on
hint-calendar-days = One a line: 2026-10-09,off,Trade fair — or work for a day that is worked here although the country is free.
day-workday = working day
day-makeup_workday = make-up workday
day-weekend = weekend
day-holiday = day off
proposal-title = Proposal
proposal-kind-national = National calendar
proposal-kind-local = The zone’s own days
proposal-state = State
proposal-state-previewing = being previewed
proposal-state-previewed = waits for approval
proposal-state-approved = approved, planning anew
proposal-state-applied = in force
proposal-state-rejected = rejected
proposal-state-stale = overtaken
proposal-moves = Stages moved
proposal-by = Proposed by
proposal-base = Based on
proposal-decided = Decided by
proposal-finished = All planned
proposal-decide = Decision
proposal-approve = Approve
proposal-reject = Reject
proposal-own = You proposed this; somebody else must decide.
proposal-nothing = There is nothing to decide now.
proposal-consequence = { $n ->
    [0] The zone counts by this calendar at once. No date moves.
    [one] The zone counts by this calendar at once. One stage gets another date; those concerned are told by one letter each.
   *[other] The zone counts by this calendar at once. { $n } stages get other dates; those concerned are told by one letter each.
}
proposal-head-previewing = Computing what would move: { $done } of { $total } projects
proposal-head-previewed = { $n ->
    [0] No date would move
    [one] One stage would move
   *[other] { $n } stages would move
}
proposal-head-approved = Planning anew: { $done } of { $total } projects
proposal-head-applied = { $n ->
    [0] In force; no date moved
    [one] In force; one stage has moved
   *[other] In force; { $n } stages have moved
}
proposal-head-rejected = Rejected; nothing has changed
proposal-head-stale = Overtaken: another calendar was approved first
proposal-difference = { $previewed } were previewed, { $moved } moved: projects went on in between.
proposal-reload = Refresh
proposal-days = Days that change
proposal-publishes = { $year } becomes a published year: its dates are no longer provisional.
proposal-day = Day
proposal-was = So far
proposal-is = From now on
proposal-more-days = { $n ->
    [one] One more day
   *[other] { $n } more days
}
proposal-would-move = Stages that would move
proposal-moved = Stages that have moved
proposal-no-moves = None.
proposal-show-preview = Show what was previewed
proposal-show-applied = Show what has moved
proposal-first-page = First page
proposal-next-page = Next page
move-old = Date so far
move-new = New date
move-distance = Moves
move-later = { $n ->
    [one] one working day later
   *[other] { $n } working days later
}
move-earlier = { $n ->
    [one] one working day earlier
   *[other] { $n } working days earlier
}
board-unknown = { $n ->
    [one] The deadline of one stage is unknown: the working calendar gives no answer. Work goes on; please correct the calendar.
   *[other] The deadlines of { $n } stages are unknown: the working calendar gives no answer. Work goes on; please correct the calendar.
}
mark-provisional = provisional
mark-unknown = deadline unknown
refusal-calendar-empty = The calendar has no years.
refusal-calendar-year_out_of_range = { $year } is no year that a calendar can be for.
refusal-calendar-missing_year = { $year } is missing between the other years. List it as not published if its notice is not out.
refusal-calendar-misplaced_day = { $day } under { $year } is in another year, listed twice, out of order, or both off and worked.
refusal-calendar-idle_makeup = { $day } is neither Saturday nor Sunday; as a make-up workday it changes nothing.
refusal-calendar-nothing_worked = In { $year } no day would be worked; no limit would ever end.
refusal-calendar-local_conflict = { $day } is listed twice, or both off and worked.
refusal-calendar-local_outside = { $day } is in a year that the calendar does not list.
refusal-calendar-own_proposal = You proposed this calendar; somebody else must decide about it.
refusal-calendar-not_previewed = What this calendar would move is still being computed; please wait for the list.
refusal-calendar-decided = This proposal has been decided upon already ({ $state }).
refusal-calendar-stale = Another calendar was approved since this one was proposed; please propose it again.
refusal-calendar-unchanged = This is the calendar that is in force already; nothing would change.
refusal-calendar-file-not_text = The file is not UTF-8 text. Please save it as UTF-8 and try again.
refusal-calendar-file-too_many = The file has too many days; at most { $max }.
refusal-calendar-file-empty = The file has no day in it.
refusal-calendar-file-header = The first line must be date,kind,name.
refusal-calendar-file-row = Line { $line }: the quotes do not close ({ $found }).
refusal-calendar-file-date = Line { $line }: “{ $found }” is not a date of the form 2026-10-01.
refusal-calendar-file-kind = Line { $line }: “{ $found }” is neither off nor work.
refusal-calendar-file-doubled = Line { $line }: { $day } stands in line { $first } already.
refusal-calendar-file-json = The JSON cannot be read: { $detail }
refusal-calendar-file-not_national = This is the calendar of a zone with days of its own, not a national one. Please import the national calendar; the zone’s own days stay.
refusal-calendar-file-not_icalendar = Line { $line }: this is not a complete iCalendar file { $found }
refusal-calendar-file-repeats = Line { $line }: events that repeat cannot be taken; list every day { $found }
refusal-calendar-file-not_all_day = Line { $line }: the event has a time of day or no day ({ $found }); only whole days count.
refusal-calendar-file-period = Line { $line }: the event ends before it begins or is longer than 31 days ({ $found }).
refusal-calendar-file-summary = Line { $line }: “{ $found }” does not say whether the day is off (休, off, holiday) or worked (班, make-up, work).
refusal-calendar-file-not_days = The zone’s own days are listed as days, not as a whole calendar.
refusal-calendar-file-day_over = Line { $line }: { $day } is over; what is over is not planned anew.
refusal-calendar-file-idle_makeup = Line { $line }: { $day } is worked anyway; as a worked day it changes nothing.
refusal-calendar-file-year_dropped = { $year } is missing in the file; a calendar must list every year that the present one lists.
refusal-calendar-file-past_changed = { $year } is over and differs from the present calendar; what is over is not planned anew.
refusal-calendar-file-too_few = Only { $found } days off for { $year }; a year has at least { $min }. The file replaces the whole year: for a single day, change the zone’s own days.
refusal-calendar-file-other_year = The file is for { $found }, not for { $year }.
refusal-calendar-file-year_over = { $year } is over; what is over is not planned anew.
refusal-calendar-file-year_far = { $year } is too far ahead; the notice for a year comes out in the year before.
refusal-calendar-file-wrong_year = Line { $line }: { $day } does not belong to { $year }.
proposal-pruned = The list of the preview was removed after its time; only the number is kept.
