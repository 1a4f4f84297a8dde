mod acts;
mod admission;
mod refusals;
mod takeover;
mod walk;
