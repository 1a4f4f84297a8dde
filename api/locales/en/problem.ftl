# What programs hear besides refusals. Keys are the stable codes with hyphens for dots.
refusal-request-malformed = The request cannot be read: { $detail }
refusal-request-too_large = This is too much for one request.
refusal-validation-failed = Some fields cannot be taken; each is listed with its reason.
refusal-project-not_admitted = The project cannot be admitted as asked: { $detail }
refusal-template-unknown = There is no template with this code.
refusal-not_found = There is no such thing, or it is not yours.
refusal-auth-required = Please sign in; the access token is missing, expired or not ours.
refusal-conflict-version_required = Say with If-Match which version the change is based on.
refusal-server-busy = Too much at once; please try again in a moment.
refusal-internal = Something went wrong on our side; it has been recorded.
start-no_zone = the database has no zone yet; found it with `green-channel migrate --zone-name-zh NAME --zone-name-en NAME --hotline NUMBER`, then start again
refusal-validation-days = Please give a whole number of days from 0 to 3650.
