# 事件推送（Webhook）：地址为何不被接受。
refusal-webhook-url-malformed = 这不是一个完整的网址，或者过长、带有“#”。
refusal-webhook-url-scheme = 网址须以 https:// 开头。
refusal-webhook-url-userinfo = 网址中不能带用户名或密码。
refusal-webhook-url-host = 主机名须为普通写法的完整域名，例如 hooks.partner.example；中文域名请用 xn-- 形式。
refusal-webhook-url-port = 端口只能是 443 或 8443。
refusal-webhook-url-address = 请填写域名而不是 IP 地址；内部网络的地址不接受推送。
refusal-webhook-event_unknown = 有不认识的事件名。可以写 gc.stage.started，或用 gc.stage.* 表示一类事件，最多 50 项。
refusal-webhook-too_many = 接收地址已达上限，请先删除一个不再使用的。
refusal-webhook-state = 接收地址目前的状态不允许这样做。
