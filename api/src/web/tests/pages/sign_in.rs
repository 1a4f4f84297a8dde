//! The pages on which somebody proves something.

use domain::password::PasswordAge;
use time::macros::datetime;

use super::{
    super::super::{
        form::{Form, Mistake},
        frame::Frame,
        security::{accounts_page, security_page},
        sign_in::{Asked, Offered, StepKind, enrol_page, recovery_page, sign_in_page, step_page},
    },
    Pages,
};
use crate::{
    totp::{Secret, qr_path},
    view::security::{AccountRow, SecurityView, SessionRow},
};

/// Adds one of each.
pub(super) fn steps(frame: &Frame<'_>, pages: &mut Pages) {
    let mut add = |name: &str, page: super::super::super::Rendered| {
        pages.insert(format!("sign-in-{name}"), page.unwrap());
    };
    let wrong = Form::default().with(Mistake::of(Some("otp"), "auth.wrong_code"));
    add("first", sign_in_page(frame, &Form::default(), Asked::Name));
    for kind in [
        StepKind::Code,
        StepKind::Link,
        StepKind::Totp,
        StepKind::Password,
        StepKind::Confirm {
            by_password: true,
            by_authenticator: true,
            by_provider: true,
        },
        StepKind::Confirm {
            by_password: false,
            by_authenticator: false,
            by_provider: false,
        },
        StepKind::Confirm {
            by_password: false,
            by_authenticator: false,
            by_provider: true,
        },
        StepKind::Connect,
        StepKind::Setup,
    ] {
        add(kind.code(), step_page(frame, &Form::default(), kind, ""));
    }
    add("code-refused", step_page(frame, &wrong, StepKind::Code, ""));
    let secret = Secret::of(*b"12345678901234567890");
    let offered = Offered {
        qr: qr_path(&secret.address("示例开发区", "officer")).unwrap(),
        typed_form: secret.typed_form(),
    };
    add("enrol", enrol_page(frame, &Form::default(), offered));
    let codes = vec!["7K4P-9XQ2-7K4P-9XQ2-7K4P-9XQ2".to_owned(); 10];
    add("recovery", recovery_page(frame, &codes, "/desk"));
    let row = |number: u32, is_current| SessionRow {
        id: format!("ses_{number}"),
        device: "Firefox · Windows".into(),
        address: "203.0.113.7".into(),
        created_at: datetime!(2026-10-16 01:00 UTC),
        last_used_at: datetime!(2026-10-16 02:00 UTC),
        idle_until: datetime!(2026-10-16 02:30 UTC),
        expires_at: datetime!(2026-10-16 13:00 UTC),
        is_current,
    };
    let view = SecurityView {
        sessions: vec![row(1, true), row(2, false)],
        has_password: true,
        age: PasswordAge::EndsSoon(3),
        has_authenticator: true,
        recovery_codes: 9,
        is_connected: Some(false),
    };
    add("security", security_page(frame, &view, &Form::default()));
    let account = |number: u32, is_reset_asked| AccountRow {
        id: format!("per_{number}"),
        name: "周国强".into(),
        sessions: 2,
        has_authenticator: true,
        is_connected: true,
        is_reset_asked,
        is_self: false,
    };
    let rows = [account(1, false), account(2, true)];
    add("accounts", accounts_page(frame, &rows));
}
