# Letters that were lost.
letter-title = Letters not delivered
letter-menu = Letters not delivered
letter-lead = These were refused, or went out twice without an answer. In place of each somebody else was told; check the address, then send it again or reach the reader in another way.
letter-relay-down = The mail server has not worked since { $time }; letters go out by themselves when it does
letter-lost = To see to
letter-none = No letter is lost.
letter-subject = Subject
letter-private = About an account (subject not shown)
letter-reader = Reader
letter-state = State
letter-created = Written
letter-ended = Ended
letter-reason = What the server said
letter-noted = Noted
letter-about = About
letter-stage = Open the stage
letter-back = All letters not delivered
letter-consequence = Sending again: one that was refused gets words and address anew, one that may have arrived goes out as it was. Noting: it stays here, and you tell the reader yourself.
letter-care = What to do
letter-resend = Send again
letter-note = Noted
letter-tries = Tries
letter-no-tries = It never came to be sent.
letter-began = When
letter-outcome = Outcome
letter-reply = What the server said
letter-open = Not known (the worker stopped)
letter-state-pending = To be sent
letter-state-sending = Being sent
letter-state-ambiguous = No answer
letter-state-sent = Taken by the server
letter-state-cancelled = Cancelled
letter-state-covered = In a digest
letter-state-dead = Refused
letter-state-uncertain = Not known whether it arrived
letter-alarm-lost = { $n ->
    [one] One letter was not delivered and waits for somebody.
   *[other] { $n } letters were not delivered and wait for somebody.
}
letter-alarm-relay = The mail server has not worked since { $time }; no letter of supervision goes out.
done-letter_noted = Noted.
done-letter_resent = It is queued once more.
