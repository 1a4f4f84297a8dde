# Webhooks: why an address is not taken.
refusal-webhook-url-malformed = This is not a complete address, or it is too long or has a “#”.
refusal-webhook-url-scheme = The address must begin with https://.
refusal-webhook-url-userinfo = The address must not hold a user name or password.
refusal-webhook-url-host = The host must be a full name in its plain spelling, such as hooks.partner.example; write names with other letters in their xn-- form.
refusal-webhook-url-port = The port must be 443 or 8443.
refusal-webhook-url-address = Please give a name, not an IP address; nothing is sent to addresses of internal networks.
refusal-webhook-event_unknown = There is an event name that we do not know. Write gc.stage.started, or gc.stage.* for all of a kind; at most 50.
refusal-webhook-too_many = You have as many addresses as are allowed. Remove one that you no longer use first.
refusal-webhook-state = The address is not in a state in which this can be done.
