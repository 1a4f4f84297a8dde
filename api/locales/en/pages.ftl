# The front page, signing in, problems, letters.
home-title = Check progress
home-lead = Enter the project code and the query code from your acceptance letter, and see at once whose turn it is and by when.
home-submit = Show progress
home-lost = No query code? Call { $hotline }; after checking who you are we send it to the registered e-mail address again.
home-promise = What we promise
home-on-time = In time, last 90 days
home-open = Projects under way
home-done = Stages finished, last 90 days
home-how-1 = Every stage has a promised date and a responsible officer.
home-how-2 = Officers are reminded before the date; misses are escalated level by level.
home-how-3 = A date changes only with a reason, and the first promise stays visible.
field-status-code = Project code
hint-status-code = For example GC-2026-0042; spaces and lower case are fine.
field-status-query_code = Query code
hint-status-query_code = Eight characters, for example 7K4P-9XQ2.
portfolio-title = My projects
portfolio-all = All projects
portfolio-none = No project is registered for you yet
portfolio-finished = { $n ->
    [one] The project is finished
   *[other] All { $n } projects are finished
}
portfolio-calm = Nothing waits for you
portfolio-late = { $n ->
    [one] One project is late
   *[other] { $n } projects are late
}
portfolio-yours = { $n ->
    [one] One project waits for you
   *[other] { $n } projects wait for you
}
sign-in-title = Sign in
sign-in-submit = Sign in
sign-in-investor = Investors without an account can use their query code:
field-account-login = Login
field-account-password = Password
problem-not_found = We cannot find this page
problem-forbidden = You may not see this page
problem-form_expired = This page has expired
problem-too_many_tries = Too many tries
problem-too_large = That is too much for one form
problem-internal = Something went wrong on our side
problem-unavailable = We are busy at the moment
problem-home = Back to the front page
problem-number = Problem number
advice-not_found = The address may be wrong, or the page is not open to you.
advice-forbidden = Please ask the head of your unit or the system administrator.
advice-form_expired = The page was open for too long, or came from another site. Please go back, reload and submit again.
advice-too_many_tries = { $n ->
    [one] Please try again in one minute.
   *[other] Please try again in { $n } minutes.
}
advice-too_large = Nothing was saved. One form may send at most { $kilobytes } KB. Please go back, shorten the text and submit again.
advice-internal = We have recorded the problem. Please try again later, or call the hotline with the problem number.
advice-unavailable = Please try again in a few minutes, or call the hotline.
mail-title = Letters
mail-lead = The demonstration sends no real letters; all of them are kept here.
mail-empty = No letters yet. Press “+1 workday”: the supervision check will write some.
mail-text = Plain text
mail-html = Web format
mail-headers = Show the headers
mail-header = Name
mail-value = Value
mail-queued = Waiting
mail-sent = Sent
mail-deferred = To be tried again
mail-covered = In a digest
mail-dead = Not delivered
mail-unwritten = Not written yet: its words are made when it goes out
