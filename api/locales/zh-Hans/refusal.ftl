# Why not. Keys are the stable codes with hyphens for dots.
refusal-stage-unknown = 项目中没有这个环节。
refusal-stage-waits = 前置环节尚未办结：{ $stages }。
refusal-stage-already_accepted = 该环节已于 { $accepted_on } 受理。
refusal-stage-not_accepted = 该环节尚未受理。
refusal-stage-finished = 该环节已于 { $done_on } 办结。
refusal-stage-clock-stopped = 计时自 { $stopped_on } 起已经暂停。
refusal-stage-clock-runs = 计时没有暂停，无需恢复。
refusal-stage-stop-reason_not_allowed = 该环节不能因“{ $reason }”暂停计时，可用的原因：{ $allowed }。
refusal-stage-stop-none_allowed = 按照环节模板，该环节不得暂停计时。
refusal-stage-stop-beyond_cap = 按规定最迟应于 { $latest } 恢复计时，不能填 { $on }。
refusal-stage-stop-nothing_to_answer = 没有等待答复的停表，或答复期限已过。
refusal-stage-stop-objection_without_reason = 提出异议请写明理由。
refusal-stage-stop-nothing_to_review = 没有待复核的停表异议。
refusal-stage-validity-nothing_to_renew = 该环节没有待使用的证照。
refusal-stage-validity-used_up = 该证照最多延期 { $renewals_max } 次，已用完，须重新申领。
refusal-stage-validity-over = 该证照已于 { $expires_on } 失效，不能再延期。
refusal-stage-extension-not_allowed = 该环节没有可延长的期限。
refusal-stage-extension-pending = 已有延期申请待审批，应于 { $decide_by } 前作出决定。
refusal-stage-extension-too_late = 期限 { $due_on } 已过，不能再申请延期。
refusal-stage-extension-locked = 今天是期限最后一天（{ $due_on }），不能再申请延期。
refusal-stage-extension-too_long = 不能延长 { $days } 天，最多还可延长 { $days_max } 天。
refusal-stage-extension-none_asked = 没有待审批的延期申请。
refusal-stage-extension-own = 申请人不能审批自己的延期申请。
refusal-stage-extension-not_the_approver = 该延期应由{ $approver ->
    [head] 单位负责人
    [leader] 分管领导
   *[efficacy_office] 效能办
}审批。
refusal-stage-extension-rejection_without_reason = 不批准请写明理由。
refusal-date-resume_before_stop = 恢复日期 { $on } 早于停表日期 { $stopped_on }。
refusal-date-late_without_reason = { $on } 的事项今天（{ $today }）才登记，属于补录，请写明原因。
refusal-date-in_future = { $on } 在今天({ $today })之后，不能登记尚未发生的日期。
refusal-date-before_acceptance = { $on } 早于受理日 { $accepted_on }。
refusal-date-before_admission = { $on } 早于项目进入绿色通道的日期 { $admitted_on }。
refusal-date-before_last_stop = { $on } 早于上一次停表或恢复的日期 { $last_on }，已有记录不能改动。
refusal-date-expected_in_past = 预计日期 { $on } 必须在今天({ $today })之后。
refusal-alert-already_acknowledged = 该督办已于 { $on } 签收。
refusal-alert-needs_review = 停表异议须复核，不能仅签收。
refusal-alert-outdated = 环节已办结或期限已变更，无需再签收。
refusal-stage-nobody_assigned = 该环节尚未指派承办人。
refusal-stage-already_assigned = 此人已经是该环节的承办人。
refusal-stage-foreign_officer = 此人不在该环节的责任单位工作。
refusal-project-closed = 项目已于 { $closed_on } 全部办结。
refusal-access-denied = 您没有办理这一操作的权限。
refusal-validation-empty = 请填写这一项。
refusal-validation-too_long = 内容过长，最多 { $max } 个字。
refusal-validation-many_lines = 这里只能填写一行。
refusal-validation-control_character = 内容中有无法识别的字符，请重新输入。
refusal-validation-date = 请按“2026-10-14”的形式填写日期。
refusal-validation-choice = 请从列出的选项中选择。
refusal-conflict-version = 您打开页面之后，有人更新了该环节。您填写的内容已保留，请核对下方的最新情况后再提交。
refusal-status-no_match = 项目代码与查询码不匹配。请核对受理通知书右上角，或拨打服务热线。
refusal-auth-wrong_password = 账号或密码不正确。
refusal-rate-limited = 尝试次数过多，请稍后再试。
refusal-form-expired = 页面停留过久，请重新提交。
refusal-other = 无法办理，请稍后再试或拨打服务热线。
