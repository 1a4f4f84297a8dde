//! The own account: where one is signed in, and what one proves.

use askama::Template;
use domain::{access::Role, password::PasswordAge};

use super::{
    Rendered,
    form::{ErrorLine, Field, FieldKind, Form, error_lines},
    frame::{Frame, Theme},
    words::Words,
};
use crate::view::security::{AccountRow, SecurityView};

#[derive(Template)]
#[template(path = "security.html")]
struct SecurityPage<'a> {
    f: &'a Frame<'a>,
    w: &'a Words<'a>,
    title: String,
    view: &'a SecurityView,
    fields: Vec<Field>,
    errors: Vec<ErrorLine>,
    ends_in: Option<String>,
    leads_to_accounts: bool,
}

/// The page of the own account. `form` is that of a change of password.
pub fn security_page(frame: &Frame<'_>, view: &SecurityView, form: &Form) -> Rendered {
    let w = &frame.words();
    let secret = |name, hint| {
        let kind = FieldKind::Secret(hint);
        Field::new(w, form, ("account", name), "", kind)
    };
    let ends_in = match view.age {
        PasswordAge::EndsSoon(days) => Some(w.count("security-password-ends", days)),
        PasswordAge::Fresh | PasswordAge::Over => None,
    };
    SecurityPage {
        f: frame,
        w,
        title: frame.title(&w.t("security-title"), form.is_refused()),
        view,
        fields: vec![
            secret("current_password", "current-password"),
            secret("new_password", "new-password"),
        ],
        errors: error_lines(w, form, "account"),
        ends_in,
        leads_to_accounts: frame
            .account
            .as_ref()
            .is_some_and(|account| account.roles.contains(&Role::SecurityAdministrator)),
    }
    .render()
}

#[derive(Template)]
#[template(path = "accounts.html")]
struct AccountsPage<'a> {
    f: &'a Frame<'a>,
    w: &'a Words<'a>,
    title: String,
    rows: &'a [AccountRow],
}

/// The accounts of a zone, for security administrators.
pub fn accounts_page(frame: &Frame<'_>, rows: &[AccountRow]) -> Rendered {
    let w = &frame.words();
    AccountsPage {
        f: frame,
        w,
        title: frame.title(&w.t("accounts-title"), false),
        rows,
    }
    .render()
}
