//! Talking: HTTP, pages, worker and command line.
//!
//! | question | file |
//! |---|---|
//! | What can people do? | [`usecase`], one file per noun |
//! | What do programs see? | [`http`] |
//! | What do people see? | [`view`] (what is shown), [`web`] (how it is drawn), [`site`] (page handlers) |
//! | What runs by itself, and how does it end? | [`worker`], [`ending`] |
//! | How do events reach who listens, and an address outside? | [`live`], [`webhook`] |
//! | What can be typed into a terminal? | [`cli`] |
//! | What time is it? Where do keys come from? | [`clock`], [`ids`], [`keys`]: one file each |
//! | How is a proof of identity checked and kept? | [`password`], [`totp`], [`seal`], [`throttle`], [`whence`] |
//! | How do we ask servers of others, and believe an identity provider? | [`outbound`], [`oidc`] |
//! | What is configured? | [`config`] |
//! | How do foreign records come in? | [`import`], [`replay`] |
//! | How is it shown that nothing was changed? | [`audit`] |
//! | How does everything go out at once? | [`dump`] |
//! | What does the demonstration show? | [`demo`] |
//! | Who is let in, how often, how many at once? | [`gate`], [`quota`], [`admission`], [`meter`] |
//! | Why 409? | [`http::problem`] |
//!
//! # Deliberately absent
//!
//! SQL, arithmetic on dates, decisions about what is overdue, and sentences outside `locales/`.

pub mod admission;
pub mod app;
pub mod audit;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod dump;
pub mod ending;
pub mod error;
pub mod gate;
pub mod http;
pub mod ids;
pub mod import;
pub mod keys;
pub mod live;
pub mod log;
pub mod meter;
pub mod oidc;
pub mod outbound;
pub mod password;
pub mod quota;
pub mod replay;
pub mod seal;
pub mod serve;
pub mod site;
pub mod throttle;
pub mod token;
pub mod totp;
pub mod usecase;
pub mod view;
pub mod web;
pub mod webhook;
pub mod whence;
pub mod worker;
