//! The program itself, as a process: command line, server, signals, power cuts and a real mail relay.

mod audit;
mod calendar;
mod command;
mod crash;
mod dump;
mod import;
mod mapping;
mod process;
mod proposal;
mod relay;
mod server;
