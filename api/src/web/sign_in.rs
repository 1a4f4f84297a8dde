//! Signing in: the first page, and one page for each step.

use askama::Template;

use super::{
    Rendered,
    form::{ErrorLine, Field, FieldKind, Form, error_lines},
    frame::{Frame, Theme},
    words::Words,
};

/// What the first page asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Who it is.
    Name,
    /// Who it is, and the password.
    Password,
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage<'a> {
    f: &'a Frame<'a>,
    w: &'a Words<'a>,
    title: String,
    fields: Vec<Field>,
    next: &'a str,
    errors: Vec<ErrorLine>,
    asks_name: bool,
    at_provider: Option<(String, String)>,
}

/// The sign-in page. `form` has the fields `login`, `password`, of which the second is never shown
/// again, and `next`: where to go afterwards.
pub fn sign_in_page(frame: &Frame<'_>, form: &Form, asked: Asked) -> Rendered {
    let w = &frame.words();
    let mut fields = vec![field(w, form, "login", FieldKind::Line("username"))];
    if asked == Asked::Password {
        let secret = FieldKind::Secret("current-password");
        fields.push(field(w, form, "password", secret));
    }
    SignInPage {
        f: frame,
        w,
        title: frame.title(&w.t("sign-in-title"), form.is_refused()),
        fields,
        next: form.value("next"),
        errors: error_lines(w, form, "account"),
        asks_name: asked == Asked::Name,
        at_provider: at_provider(
            frame,
            "sign-in-at",
            ("/auth/oidc/start", form.value("next")),
        ),
    }
    .render()
}

/// A link that leads to the identity provider, if there is one: address and words. A form must not lead there: the
/// policy of our pages ends it at the border.
fn at_provider(
    frame: &Frame<'_>,
    key: &str,
    (path, next): (&str, &str),
) -> Option<(String, String)> {
    let name = frame.provider.as_deref()?;
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if !next.is_empty() {
        query.append_pair("next", next);
    }
    let query = query.finish();
    let mark = if query.is_empty() { "" } else { "?" };
    let words = frame.words().with(key, "provider", name);
    Some((format!("{path}{mark}{query}"), words))
}

fn field(w: &Words<'_>, form: &Form, name: &'static str, kind: FieldKind) -> Field {
    Field::new(w, form, ("account", name), "", kind)
}

/// A page on which somebody proves something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepKind {
    /// The code of a mail.
    Code,
    /// The link of a mail, opened.
    Link,
    /// The code of an authenticator, or a recovery code.
    Totp,
    /// A new password for one that is too old.
    Password,
    /// Once more, before something that matters.
    Confirm {
        /// Those who have no password get a mail.
        by_password: bool,
        /// Those who have an authenticator are asked for its code.
        by_authenticator: bool,
        /// Those who sign in at the identity provider may prove it there.
        by_provider: bool,
    },
    /// Before somebody goes to the identity provider to connect the own account.
    Connect,
    /// The first administrator.
    Setup,
}

impl StepKind {
    /// The code in the catalogue, and the last part of the address.
    pub fn code(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Link => "link",
            Self::Totp => "totp",
            Self::Password => "password",
            Self::Confirm {
                by_password: true, ..
            } => "confirm",
            Self::Confirm {
                by_provider: true, ..
            } => "confirm-provider",
            Self::Confirm {
                by_password: false,
                by_provider: false,
                ..
            } => "confirm-mail",
            Self::Connect => "connect",
            Self::Setup => "setup",
        }
    }

    fn action(self) -> &'static str {
        match self {
            Self::Code => "/auth/code",
            Self::Link => "/auth/link",
            Self::Totp => "/auth/totp",
            Self::Password => "/auth/password",
            Self::Confirm { .. } => "/auth/confirm",
            Self::Connect => "/auth/oidc/link",
            Self::Setup => "/setup",
        }
    }

    /// Where the same is proved at the identity provider, and what that link says.
    fn at_provider(self, frame: &Frame<'_>, next: &str) -> Option<(String, String)> {
        match self {
            Self::Confirm {
                by_provider: true, ..
            } => at_provider(frame, "step-at-provider", ("/auth/oidc/confirm", next)),
            Self::Connect => at_provider(frame, "step-go-to-provider", ("/auth/oidc/leave", "")),
            Self::Code
            | Self::Link
            | Self::Totp
            | Self::Password
            | Self::Confirm { .. }
            | Self::Setup => None,
        }
    }

    /// True where something is sent to us: some prove it at the identity provider alone.
    fn has_form(self) -> bool {
        !matches!(
            self,
            Self::Connect
                | Self::Confirm {
                    by_password: false,
                    by_provider: true,
                    ..
                }
        )
    }

    fn family(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::Code
            | Self::Link
            | Self::Totp
            | Self::Password
            | Self::Confirm { .. }
            | Self::Connect => "account",
        }
    }

    fn fields(self, w: &Words<'_>, form: &Form) -> Vec<Field> {
        let one_time = || field(w, form, "otp", FieldKind::Line("one-time-code"));
        let family = self.family();
        let of = |name, kind| Field::new(w, form, (family, name), "", kind);
        let secret = |name, hint| of(name, FieldKind::Secret(hint));
        let line = |name, hint| of(name, FieldKind::Line(hint));
        match self {
            Self::Code | Self::Totp => vec![one_time()],
            Self::Link | Self::Connect => Vec::new(),
            Self::Password => vec![secret("new_password", "new-password")],
            Self::Confirm {
                by_password,
                by_authenticator,
                ..
            } => {
                let password = by_password.then(|| secret("password", "current-password"));
                let code = (by_password && by_authenticator).then(one_time);
                password.into_iter().chain(code).collect()
            }
            Self::Setup => vec![
                line("token", "off"),
                line("login", "username"),
                line("name", "name"),
                line("email", "email").optional(),
                secret("new_password", "new-password"),
            ],
        }
    }
}

#[derive(Template)]
#[template(path = "step.html")]
struct StepPage<'a> {
    f: &'a Frame<'a>,
    w: &'a Words<'a>,
    title: String,
    heading: String,
    lead: String,
    submit: String,
    action: &'static str,
    hidden: Vec<(&'static str, &'a str)>,
    fields: Vec<Field>,
    errors: Vec<ErrorLine>,
    has_form: bool,
    at_provider: Option<(String, String)>,
    is_code: bool,
    may_begin_again: bool,
}

/// The page of a step. `token` is that of a link.
pub fn step_page(frame: &Frame<'_>, form: &Form, kind: StepKind, token: &str) -> Rendered {
    let w = &frame.words();
    let heading = w.code("step-title", kind.code());
    let next = form.value("next");
    let hidden = [("next", next), ("token", token)];
    StepPage {
        f: frame,
        w,
        title: frame.title(&heading, form.is_refused()),
        heading,
        lead: w.code("step-lead", kind.code()),
        submit: w.code("step-submit", kind.code()),
        action: kind.action(),
        hidden: hidden
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .collect(),
        fields: kind.fields(w, form),
        errors: error_lines(w, form, kind.family()),
        has_form: kind.has_form(),
        at_provider: kind.at_provider(frame, next),
        is_code: kind == StepKind::Code,
        may_begin_again: !matches!(
            kind,
            StepKind::Confirm { .. } | StepKind::Setup | StepKind::Connect
        ),
    }
    .render()
}

#[derive(Template)]
#[template(path = "enrol.html")]
struct EnrolPage<'a> {
    f: &'a Frame<'a>,
    w: &'a Words<'a>,
    title: String,
    qr_path: String,
    view_box: String,
    secret: String,
    fields: Vec<Field>,
    errors: Vec<ErrorLine>,
}

/// A secret as it is offered to an authenticator.
#[derive(Debug, Clone)]
pub struct Offered {
    /// The path of the QR code and the modules of a side.
    pub qr: (String, usize),
    /// For typing.
    pub typed_form: String,
}

/// White modules around a QR code, as its standard asks.
const QR_MARGIN: usize = 4;

/// The page on which an authenticator is set up.
pub fn enrol_page(frame: &Frame<'_>, form: &Form, offered: Offered) -> Rendered {
    let w = &frame.words();
    let (qr_path, width) = offered.qr;
    let side = width + 2 * QR_MARGIN;
    EnrolPage {
        f: frame,
        w,
        title: frame.title(&w.t("enrol-title"), form.is_refused()),
        qr_path,
        view_box: format!("-{QR_MARGIN} -{QR_MARGIN} {side} {side}"),
        secret: offered.typed_form,
        fields: vec![field(w, form, "otp", FieldKind::Line("one-time-code"))],
        errors: error_lines(w, form, "account"),
    }
    .render()
}

#[derive(Template)]
#[template(path = "recovery.html")]
struct RecoveryPage<'a> {
    f: &'a Frame<'a>,
    w: &'a Words<'a>,
    title: String,
    codes: &'a [String],
    next: &'a str,
}

/// The recovery codes, shown once.
pub fn recovery_page(frame: &Frame<'_>, codes: &[String], next: &str) -> Rendered {
    let w = &frame.words();
    RecoveryPage {
        f: frame,
        w,
        title: frame.title(&w.t("recovery-title"), false),
        codes,
        next,
    }
    .render()
}
