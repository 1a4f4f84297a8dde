# Conventions of requests. Keys are the stable codes with hyphens for dots.
refusal-idempotency-key_missing = Say with Idempotency-Key under which key this request may be repeated.
refusal-idempotency-key_malformed = Idempotency-Key must stand there once and be a string of 1 to 255 printable ASCII characters, for example "8e03978e-40d5-43dd-bc93-6894a57f9324".
refusal-idempotency-key_reused = This Idempotency-Key was used for another request; a new request needs a new key.
refusal-idempotency-running = The same request is being carried out at this moment; ask again shortly to hear its answer.
refusal-idempotency-answer_lost = The request was carried out, but its answer cannot be given again; please read what it changed.
refusal-query-unknown = There is no parameter "{ $name }" here; there are: { $known }.
refusal-query-repeated = The parameter "{ $name }" may stand there only once.
refusal-query-value = The parameter "{ $name }" cannot have this value; it may be: { $expected }.
refusal-cursor-malformed = This cursor is not one of ours; take page.next of an earlier answer unchanged, or begin without a cursor.
refusal-cursor-foreign = This cursor belongs to another list, filter or order; begin again without a cursor.
refusal-request-not_acceptable = This address has no such form of answer; there are: { $known }.
refusal-export-too_many = The file would have more than { $max } rows; please narrow the filter, for example by phase, unit or state. Everything at once, without a limit, is the full export: GET /api/v1/export.
