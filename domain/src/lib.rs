//! The rules of the green channel, and nothing else: values in, values out.
//!
//! | question | file |
//! |---|---|
//! | When is it due? Is this day worked? | [`calendar`], [`limit`], [`clock`], [`extension`], [`validity`] |
//! | Which local day is it, and when does it begin? | [`moment`], [`zone_time`] |
//! | What must be done, by whom, after what? | [`template`] |
//! | What happened to a project, what may happen next? | [`project`], [`stage`] |
//! | Whose were the days that have passed? When will the rest happen? | [`ledger`], [`schedule`] |
//! | When do we nag, and whom? How often at most? | [`ladder`], [`alert`], [`notice`], [`pace`] |
//! | What does a miss cost, and who answers for it? | [`card`] |
//! | What colour is it? | [`lamp`] |
//! | Are works as far as planned? | [`progress`] |
//! | Who may? | [`access`] |
//! | What is sent to whom outside, and to which addresses never? | [`webhook`], [`egress`] |
//! | What does a calendar program hear? | [`calendar_feed`] |
//! | How long is a token good, and what of one that comes twice? | [`token`] |
//! | Who is it, how sure are we, and for how long? | [`sign_in`], [`password`], [`guess`], [`session`] |
//! | Why not? | [`refusal`] |
//! | What goes into the record? Into that of security? | [`event`], [`security`] |
//! | Who is who? | [`office`], [`company`], [`uscc`] |
//! | Who stands in for somebody who is away? | [`deputy`] |
//! | What must not be seen by accident? | [`secret`] |
//! | Names and codes | [`id`], [`code`], [`text`] |
//! | What do other systems keep with a project? | [`metadata`] |
//!
//! Every change of a project is one method that returns a [`project::Step`]: the new project, the events
//! for the record and the notices to send. Whoever saves it saves all three.
//!
//! # Why is it so?
//!
//! *Why do domain types carry `serde` derives?* (2026-11) What is stored as a document is exactly these
//! values; a mirror of each type in `persistence` would be a second home for their shape. The derives
//! name no format.
//!
//! *Why is there a time-zone table here?* (2026-11) "The day" of an event is a rule. The table is data
//! inside the binary; the same instant gives the same day on every machine.
//!
//! # Deliberately absent
//!
//! Files, network, clock reads, randomness, async, SQL, HTTP, JSON, and any sentence shown to people.
//! If a rule seems to need one of these, pass its result in.
#![cfg_attr(not(test), no_std)]

extern crate alloc;

pub mod access;
pub mod alert;
pub mod calendar;
pub mod calendar_feed;
pub mod card;
pub mod clock;
pub mod code;
pub mod company;
pub mod deputy;
pub mod egress;
pub mod event;
pub mod extension;
pub mod guess;
pub mod id;
pub mod ladder;
pub mod lamp;
pub mod ledger;
pub mod limit;
pub mod metadata;
pub mod moment;
pub mod notice;
pub mod office;
pub mod pace;
pub mod password;
pub mod progress;
pub mod project;
pub mod refusal;
pub mod schedule;
pub mod secret;
pub mod security;
pub mod session;
pub mod sign_in;
pub mod stage;
pub mod template;
pub mod text;
pub mod token;
pub mod uscc;
pub mod validity;
pub mod webhook;
pub mod zone_time;

#[cfg(test)]
mod sample;
