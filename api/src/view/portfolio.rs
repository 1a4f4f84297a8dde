//! The projects of one investor.

use std::cmp::Reverse;

use domain::{clock::Court, lamp::Lamp};
use serde::Serialize;
use time::Date;

use super::project::ProjectView;

/// What an investor has in the zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PortfolioView {
    /// Those that wait for the investor first, then the gravest, then the nearest; what is finished last.
    pub projects: Vec<ProjectView>,
}

impl PortfolioView {
    /// How many wait for the investor.
    pub fn yours_count(&self) -> usize {
        self.count(is_yours)
    }

    /// How many have missed a promise.
    pub fn late_count(&self) -> usize {
        self.count(|project| matches!(project.lamp, Lamp::Yellow | Lamp::Red))
    }

    /// How many are under way.
    pub fn open_count(&self) -> usize {
        self.count(|project| project.actual_on.is_none())
    }

    fn count(&self, is_counted: impl Fn(&ProjectView) -> bool) -> usize {
        let counted = self.projects.iter().filter(|project| is_counted(project));
        counted.count()
    }
}

fn is_yours(project: &ProjectView) -> bool {
    let turn = project.turn.as_ref();
    turn.is_some_and(|turn| turn.party == Court::Investor)
}

/// Sorts the projects of an investor.
pub fn portfolio_view(mut projects: Vec<ProjectView>) -> PortfolioView {
    projects.sort_by_cached_key(|project| {
        let due_on = project.turn.as_ref().and_then(|turn| turn.due_on);
        let urgency = (
            Reverse(is_yours(project)),
            Reverse(project.lamp),
            due_on.unwrap_or(Date::MAX),
        );
        (project.actual_on.is_some(), urgency, project.code.clone())
    });
    PortfolioView { projects }
}
