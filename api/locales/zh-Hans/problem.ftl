# 除拒绝理由外程序接口的提示。键为稳定代码，点换成连字符。
refusal-request-malformed = 无法读取该请求：{ $detail }
refusal-request-too_large = 一次提交的内容过多。
refusal-validation-failed = 有字段不符合要求，逐项原因见列表。
refusal-project-not_admitted = 不能按此认定项目：{ $detail }
refusal-template-unknown = 没有此代码的环节模板。
refusal-not_found = 没有此内容，或不属于您。
refusal-auth-required = 请先登录：访问令牌缺失、已过期或不是本系统签发。
refusal-conflict-version_required = 请用 If-Match 说明修改所依据的版本。
refusal-server-busy = 同时请求过多，请稍后再试。
refusal-internal = 系统出错，已记录。
start-no_zone = 数据库中还没有开发区：请先运行 `green-channel migrate --zone-name-zh 中文名 --zone-name-en 英文名 --hotline 热线电话` 建立，再重新启动
refusal-validation-days = 请填写 0 至 3650 的整数天数。
