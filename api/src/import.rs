//! Foreign records: cases of another system become projects, its events recorded work.
//!
//! ```text
//! cli -> takeover  two passes over the file: judge all of it, then store in batches
//!        xes       bytes to cases, as logged
//!        mapping   which attribute says what, and which activity moves the clock
//!        roster    people and departments by their names there
//!        intake    one case: begins, or grows by what is new
//!        pieces    what of its work is in the record, what in the file
//!        progress  how far it is
//!        error     why not
//! ```
//!
//! Everything is found again by its key there, so a file may be imported twice, and a fuller one later
//! adds only what is new. Cases send no letters by being imported; the sweep treats them like all others.
//!
//! Units and people come in too: `table` reads CSV and XLSX into rows; what they mean is in `usecase/import`.
//!
//! Holidays and make-up workdays come in too: `calendar` reads JSON, CSV and iCalendar into days, and makes of them a
//! calendar that somebody may propose.
//!
//! Deliberately absent: changes to what was taken over: another
//! deadline or end in a later file is counted and said, not taken.

pub mod calendar;
pub mod cli;
pub mod error;
pub mod intake;
pub mod mapping;
pub mod pieces;
pub mod progress;
pub mod roster;
pub mod table;
pub mod takeover;
pub mod xes;
