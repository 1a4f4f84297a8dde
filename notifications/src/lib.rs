//! Telling: letters, how they become bytes, and how the bytes leave.
//!
//! | question | file |
//! |---|---|
//! | Which rungs are due and have no alert? | [`sweep`] |
//! | Who is told? | [`recipient`] |
//! | How do letters leave the outbox? | [`deliver`] |
//! | What are the facts of a letter? | [`compose`] |
//! | What does a letter say, and in which words? | [`letter`], `templates/`, examples in `golden/` |
//! | Which bytes is it? | [`mime`] |
//! | What does the letter of a sign-in prove? | [`proof`] |
//! | Did it leave? May we try again, and when? | [`mailer`] |
//!
//! A letter is facts in the outbox, words once ([`letter::render`]), bytes once ([`mime::build`]), and
//! the same bytes at every attempt ([`mailer::Mailer::send`]).
//!
//! # Why is it so?
//!
//! *Why are there two templates for one letter?* (2026-11) A text made from HTML reads like one. Sentences
//! that both share are included by both; a test compares what is left word by word.
//!
//! *Why is SMTP spoken step by step?* (2026-11) The library's own `send` does not say whether the end of
//! the letter had left when it failed. Only that decides between "try again" and "nobody knows".
//!
//! # Deliberately absent
//!
//! Clock reads, randomness and waiting: dates, keys and delays are values. Images, tracking and anything
//! fetched when a letter is opened. Names, addresses and letters in the log. Bounces that arrive later;
//! signing (the relay signs). A pool of connections: letters are few, and each wants its own verdict.

pub mod compose;
pub mod deliver;
pub mod letter;
pub mod mailer;
pub mod mime;
pub mod proof;
pub mod recipient;
pub mod sweep;
