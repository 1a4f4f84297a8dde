# Signing in, the own account, and the first administrator.
sign-in-go-on = Continue
sign-in-how = Investors type their mail address and get a code; staff type their login, then the password.
hint-account-login = Investors: your mail address. Staff: your login.
field-account-otp = Code
field-account-new_password = New password
field-account-current_password = Current password
field-setup-token = Setup token
hint-setup-token = The 26 letters and digits that green-channel setup prints on the server.
field-setup-name = Name
field-setup-email = Mail address
hint-account-new_password = 12 to 128 characters, without your name, your unit or the zone, and none that everybody uses.
field-setup-login = Login
field-setup-new_password = Password
hint-setup-new_password = 12 to 128 characters, without your name, your unit or the zone, and none that everybody uses.
step-title-code = Check your mail
step-lead-code = If this address belongs to an investor, we have sent it a code of six digits and a link. The code is good for 10 minutes.
step-submit-code = Sign in
step-title-link = Confirm the sign-in
step-lead-link = Please press "Sign in". The link works once, on any device.
step-submit-link = Sign in
step-title-totp = One-time code
step-lead-totp = Type the six digits your authenticator shows. Without your phone, type a recovery code.
step-submit-totp = Sign in
step-title-password = Please change your password
step-lead-password = Your password has reached its age limit. Change it and you are in.
step-submit-password = Change and sign in
step-title-confirm = Please confirm that it is you
step-lead-confirm = What comes next concerns the safety of an account. Type your password again and, if you have an authenticator, its code.
step-submit-confirm = Confirm
step-title-confirm-mail = Please confirm that it is you
step-lead-confirm-mail = What comes next concerns the safety of an account. We will send a code to your mail address.
step-submit-confirm-mail = Send the code
step-title-setup = The first administrator
step-lead-setup = The token is good for 24 hours, once. There are no default accounts.
step-submit-setup = Make the account
step-staff = Staff?
step-with-password = Sign in with a password
step-again = Begin again
enrol-title = Set up an authenticator
enrol-lead = Staff sign in with a one-time code. Scan this with the authenticator on your phone, then type the six digits it shows.
enrol-qr = QR code for the authenticator
enrol-typed = If you cannot scan, type this instead:
enrol-submit = Finish
recovery-title = Keep your recovery codes
recovery-lead = When the phone is lost, each code signs you in once. They are shown this once only: print or copy them, and keep them apart from the phone.
recovery-kept = I have kept them
security-title = Account security
security-sessions = Where you are signed in
security-sessions-lead = If one is not yours, end it now and change your password.
security-this = this device
security-used = last used { $time }
security-ends = ends { $time } at the latest
security-end = End this session
security-end-all = End all other sessions
security-password = Password
security-password-ends = { $n ->
    [0] Your password ends today; please change it.
    [one] Your password ends in one day; please change it.
   *[other] Your password ends in { $n } days; please change it.
}
security-password-change = Change the password
security-authenticator = Authenticator
security-authenticator-on = { $n ->
    [one] Set up. One recovery code is left.
   *[other] Set up. { $n } recovery codes are left.
}
security-authenticator-off = Not set up. Once it is, signing in asks for a one-time code besides the password or the mail.
security-authenticator-set = Set up
security-authenticator-again = Set up anew
accounts-title = Accounts
accounts-lead = Ending sessions takes effect at once. Two security administrators, one after the other within 24 hours, can take an authenticator away.
accounts-sessions = { $n ->
    [one] one session
   *[other] { $n } sessions
}
accounts-authenticator = authenticator set up
accounts-no-authenticator = no authenticator
accounts-end = End all sessions
accounts-reset-ask = Ask to take the authenticator away
accounts-reset-agree = Agree to take the authenticator away
frame-session-until = Signed out at { $time } unless you go on
done-password_changed = The password is changed; sessions on other devices have ended.
done-password_ends = Your password ends soon; please change it under "Account security".
done-sessions_ended = Ended.
done-confirmed = Thank you; please go on.
done-set_up = The account is there; please sign in.
done-reset_asked = Asked. Another security administrator must agree within 24 hours.
done-reset_done = The authenticator is gone, and every session of the person has ended.
refusal-auth-wrong_code = The code is wrong, or was used before.
refusal-auth-attempt_expired = This sign-in is too old; please begin again.
refusal-auth-attempt_used = This link or code was used before; please begin again.
refusal-auth-attempt_void = Too many wrong answers; this sign-in is void. Please begin again.
refusal-auth-code_needed = A one-time code of the authenticator is needed, too.
refusal-auth-password_over = The password has reached its age limit; please change it on the sign-in page first.
refusal-auth-enrolment_needed = Please set up an authenticator on the sign-in page first.
refusal-auth-proof_needed = Please confirm once more that it is you.
refusal-auth-own_account = Nobody does this to the own account.
refusal-password-too_short = At least { $min } characters.
refusal-password-too_long = At most { $max } characters.
refusal-password-too_plain = At least three of: small letters, capitals, digits, other characters.
refusal-password-common = This is a common password, quickly guessed.
refusal-password-name = It must not contain your name, your login, your unit, the zone or this product.
refusal-password-unchanged = The new password must differ from the current one.
refusal-setup-token = The token is wrong, used or too old; please run green-channel setup on the server again.
refusal-setup-login_taken = Somebody has this login already.
