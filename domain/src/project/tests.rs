mod acts;
mod admission;
mod refusals;
mod replan;
mod takeover;
mod walk;
