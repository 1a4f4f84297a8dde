# Around every page.
frame-skip = Skip to content
frame-product = Green Channel
frame-product-long = Green Channel · project progress and supervision
frame-menu = Main menu
frame-display = Display and sign-in
frame-theme = Display
frame-sign-in = Staff sign-in
frame-sign-out = Sign out
frame-hotline = Service hotline
frame-hours = Working days 8:30–17:30 (Beijing time)
frame-as-of = Data as of { $time }
frame-waiting = { $n ->
    [one] { $n } item waiting
   *[other] { $n } items waiting
}
frame-title = { $page } · Green Channel
frame-title-error = Error: { $title }
theme-auto = As the device
theme-light = Light
theme-dark = Dark
menu-home = Check progress
menu-own = My projects
menu-desk = My desk
menu-board = Board
menu-mail = Letters
demo-title = Demo data
demo-today = Today is { $date }
demo-persona = Switch person
demo-switch = Switch
demo-advance = +1 workday
done-accept = Accepted. The clock has started.
done-note = Progress noted.
done-stop = The clock has stopped; the reason is on record.
done-answer_stop = Your answer is on record.
done-revise_stop = The new expected day is on record.
done-review_stop = Your finding is on record; the officer and the investor are told.
done-renew = The renewal is on record.
done-ask_extension = The extension is asked for; whoever decides is told.
done-decide_extension = The decision is on record; who asked is told.
done-resume = The clock is running again.
done-complete = The stage is finished.
done-assign = Assigned. The officer will be told.
done-acknowledged = Acknowledged. Your instruction and the new date are on record.
done-advanced = The demonstration has moved on by one working day; the supervision check has run.
done-signed_out = You have signed out.
list-comma = ,{" "}
demo-guest = Guest (not signed in)
