# 请求的通用约定。键为稳定代码，点改为连字符。
refusal-idempotency-key_missing = 请用 Idempotency-Key 说明本请求以哪个键重复提交。
refusal-idempotency-key_malformed = Idempotency-Key 只能出现一次，且须为 1 至 255 个可打印的 ASCII 字符，例如 "8e03978e-40d5-43dd-bc93-6894a57f9324"。
refusal-idempotency-key_reused = 该 Idempotency-Key 已用于另一请求；新的请求须使用新的键。
refusal-idempotency-running = 同一请求正在办理；请稍后再次提交以取得结果。
refusal-idempotency-answer_lost = 该请求已经办理，但无法再次给出答复；请读取其所更改的内容。
refusal-query-unknown = 此处没有参数“{ $name }”；可用参数：{ $known }。
refusal-query-repeated = 参数“{ $name }”只能出现一次。
refusal-query-value = 参数“{ $name }”不能取该值；可取：{ $expected }。
refusal-cursor-malformed = 该游标不是本系统给出的；请原样使用先前答复中的 page.next，或不带游标重新开始。
refusal-cursor-foreign = 该游标属于另一列表、筛选或排序；请不带游标重新开始。
refusal-request-not_acceptable = 此地址没有这种形式的答复；可选：{ $known }。
refusal-export-too_many = 文件将超过 { $max } 行；请缩小筛选范围，例如按阶段、单位或状态。如需一次取得全部数据，请使用不限行数的完整导出：GET /api/v1/export。
