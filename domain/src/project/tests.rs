mod acts;
mod admission;
mod forecast;
mod refusals;
mod replan;
mod takeover;
mod validity;
mod walk;
