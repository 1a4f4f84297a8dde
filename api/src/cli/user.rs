//! `user add`, `user connect`.

use std::io::Read as _;

use clap::{Args, Subcommand};
use domain::{
    access::Role,
    id::PersonId,
    office::Person,
    security::{SecurityAct, SecurityEvent},
    text::Language,
};

use super::{Answer, Failure, Place, block_on, open::zone, print, say};
use crate::{
    clock::Clock,
    config::Use,
    error::{AppError, OidcFlaw},
    ids::Ids,
    password,
    usecase::sign_in::connect,
};

/// People with an account
#[derive(Debug, Subcommand)]
pub(super) enum User {
    /// Add a person; the password is read from standard input unless --random-password
    Add(Box<Add>),
    /// Say which account of the identity provider is whose
    Connect(Connect),
}

/// Say which account of the identity provider is whose: from then on the person signs in there
#[derive(Debug, Args)]
pub(super) struct Connect {
    #[command(flatten)]
    place: Place,
    /// What the person types to sign in here
    #[arg(long)]
    login: String,
    /// The person's `sub` at the provider that the configuration names
    #[arg(long)]
    subject: String,
}

/// Add a person
#[derive(Debug, Args)]
pub(super) struct Add {
    #[command(flatten)]
    place: Place,
    /// What the person types to sign in
    #[arg(long)]
    login: String,
    /// As printed on pages and letters
    #[arg(long)]
    name: String,
    /// Where letters go
    #[arg(long)]
    email: Option<String>,
    /// Office telephone number
    #[arg(long)]
    phone: Option<String>,
    /// What the person is to the zone; may be repeated. An unknown one is answered with the list
    #[arg(long = "role", required = true, value_parser = role)]
    roles: Vec<Role>,
    /// The code of the unit, for example natural-resources
    #[arg(long)]
    unit: Option<String>,
    /// The language of letters: zh-Hans or en
    #[arg(long, default_value = "zh-Hans", value_parser = language)]
    language: Language,
    /// Make a password and print it
    #[arg(long)]
    random_password: bool,
}

fn role(code: &str) -> Result<Role, String> {
    Role::of_code(code).ok_or_else(|| {
        let known: Vec<&str> = Role::ALL.iter().map(|role| role.code()).collect();
        format!("no role {code:?}; there are {}", known.join(", "))
    })
}

fn language(tag: &str) -> Result<Language, String> {
    Language::of_tag(tag).ok_or_else(|| "zh-Hans or en".to_owned())
}

impl User {
    pub(super) fn run(self) -> Answer {
        match self {
            Self::Add(add) => add.run(),
            Self::Connect(connect) => connect.run(),
        }
    }
}

impl Connect {
    fn run(self) -> Answer {
        let config = self.place.configuration(Use::Keeping)?;
        let issuer = config.oidc.issuer.ok_or_else(|| {
            Failure::usage("oidc.issuer: the configuration names no identity provider")
        })?;
        let subject = self.subject.trim().to_owned();
        if subject.is_empty() {
            return Err(Failure::usage("--subject: empty"));
        }
        let store = self.place.open()?;
        let now = Clock::system().now();
        let connected = block_on(async {
            let zone = zone(&store).await?;
            let whose = (self.login.as_str(), (issuer, subject));
            Ok::<_, Failure>(connect(&store, zone, whose, now).await)
        })??;
        match connected {
            Ok(person) => {
                say(&format!("connected {person}"));
                Ok(())
            }
            Err(AppError::Absent) => Err(Failure::usage(format!(
                "--login: no account {:?}",
                self.login
            ))),
            Err(AppError::Unknown) => Err(Failure::refused("this is nobody who works here")),
            Err(AppError::Oidc(OidcFlaw::Taken)) => Err(Failure::refused(
                "somebody else is connected with this subject",
            )),
            Err(error) => Err(Failure::failed(error)),
        }
    }
}

impl Add {
    fn run(self) -> Answer {
        let store = self.place.open()?;
        let ids = Ids::Random;
        let now = Clock::system().now();
        let made = self.random_password.then(|| random_password(&ids));
        let password = match &made {
            Some(password) => password.clone(),
            None => typed_password()?,
        };
        let secret = ids.secret();
        let salt = std::array::from_fn(|at| secret.get(at).copied().unwrap_or_default());
        let hash = password::hash_password(&password, salt).map_err(Failure::usage)?;
        let id = PersonId(ids.key(now));
        block_on(async {
            let zone = zone(&store).await?;
            let unit = match &self.unit {
                None => None,
                Some(code) => {
                    let units = store
                        .read(async |tx: &mut persistence::Tx| tx.units(zone).await)
                        .await?;
                    let known = units.into_values().find(|unit| unit.code == *code);
                    Some(
                        known
                            .ok_or_else(|| Failure::usage(format!("--unit: no unit {code:?}")))?
                            .id,
                    )
                }
            };
            let person = Person {
                id,
                login: self.login.trim().to_owned(),
                name: self.name.trim().to_owned(),
                email: self.email.clone(),
                phone: self.phone.clone(),
                language: self.language,
                unit,
                roles: self.roles.iter().copied().collect(),
                is_active: true,
            };
            store
                .write(async move |tx| {
                    tx.add_person(zone, &person, Some(&hash)).await?;
                    let roles: Vec<&str> = person.roles.iter().map(|role| role.code()).collect();
                    let added = SecurityEvent::done(SecurityAct::PersonAdded, None)
                        .on(id)
                        .with("roles", roles.join(" "))
                        .with("by", "command line");
                    tx.add_security_event(zone, &added, now).await
                })
                .await
                .map_err(|error| {
                    if matches!(error, persistence::StoreError::Duplicate { .. }) {
                        Failure::refused("this login is taken, or the roles exclude each other")
                    } else {
                        error.into()
                    }
                })
        })??;
        say(&format!("added {id}"));
        match made {
            Some(password) => print(&format!("{password}\n")),
            None => Ok(()),
        }
    }
}

/// A password of 100 random bits in groups of five letters.
fn random_password(ids: &Ids) -> String {
    let secret = ids.secret();
    let letters: Vec<char> = secret
        .iter()
        .take(20)
        .map(|byte| domain::code::crockford::letter(byte & 31))
        .collect();
    let groups: Vec<String> = letters
        .chunks(5)
        .map(|group| group.iter().collect())
        .collect();
    groups.join("-").to_lowercase()
}

fn typed_password() -> Result<String, Failure> {
    let mut text = String::new();
    std::io::stdin()
        .read_to_string(&mut text)
        .map_err(Failure::failed)?;
    Ok(text.trim_end_matches(['\n', '\r']).to_owned())
}
