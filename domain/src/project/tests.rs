mod acts;
mod admission;
mod carding;
mod refusals;
mod replan;
mod takeover;
mod walk;
