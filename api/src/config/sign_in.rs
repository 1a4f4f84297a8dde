//! How people sign in.

use domain::password::{PasswordProfile, PasswordRules};
use serde::Deserialize;

use crate::password::Cost;

/// How people sign in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SignIn {
    /// Whether those who work in or for the zone must have an authenticator.
    pub totp: Totp,
    /// Which rules passwords follow.
    pub passwords: Profile,
    /// After how many days the profile `mlps` wants another password, 90 to 180.
    pub password_days: u16,
    /// How much work it is to check a password.
    pub password_cost: PasswordCost,
    /// Whether a letter tells of a browser that was not known.
    pub device_mail: bool,
}

/// Whether staff must have an authenticator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Totp {
    /// Yes: who has none sets one up at the next sign-in.
    Required,
    /// No; who has one is still asked for it.
    Off,
}

/// Which rules passwords follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// GB/T 22239-2019.
    Mlps,
    /// OWASP ASVS 5.0.
    Asvs,
}

/// How much work it is to check a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PasswordCost {
    /// 19 MiB, two passes: the least that OWASP names.
    Standard,
    /// 46 MiB, one pass, for machines with memory to spare.
    High,
    /// Next to none. For tests and the demonstration: refused by `serve`.
    #[serde(skip)]
    Nothing,
}

impl Default for SignIn {
    fn default() -> Self {
        Self {
            totp: Totp::Required,
            passwords: Profile::Mlps,
            password_days: 90,
            password_cost: PasswordCost::Standard,
            device_mail: true,
        }
    }
}

impl SignIn {
    /// For the demonstration, where one becomes a person by choosing it.
    pub fn without_factors() -> Self {
        Self {
            totp: Totp::Off,
            device_mail: false,
            ..Self::default()
        }
    }

    /// The rules for new passwords.
    pub fn rules(&self) -> PasswordRules {
        PasswordRules {
            profile: match self.passwords {
                Profile::Mlps => PasswordProfile::Mlps,
                Profile::Asvs => PasswordProfile::Asvs,
            },
            days_max: self.password_days,
        }
    }

    /// The parameters of argon2id.
    pub fn cost(&self) -> Cost {
        match self.password_cost {
            PasswordCost::Standard => Cost::STANDARD,
            PasswordCost::High => Cost::HIGH,
            PasswordCost::Nothing => Cost::NOTHING,
        }
    }

    /// What fits its type and still cannot be.
    pub(super) fn faults(&self) -> Vec<String> {
        if (90..=180).contains(&self.password_days) {
            Vec::new()
        } else {
            vec!["sign_in.password_days: 90 to 180".into()]
        }
    }
}
