//! An investor looks at all that is the investor's own.

use domain::access::{Actor, Permission, Reach};
use persistence::project::ProjectFilter;

use super::{
    look::{self, Surroundings},
    project::ProjectName,
};
use crate::{
    app::App,
    error::AppError,
    view::{
        portfolio::{PortfolioView, portfolio_view},
        setting::Viewer,
    },
};

/// Projects in the list. More than this no investor has; those decided upon last are shown.
const PROJECTS_SHOWN_MAX: i64 = 50;

/// The projects of somebody who sees the own ones only. Everybody else has a desk or a board.
pub async fn portfolio(
    app: &App,
    actor: &Actor,
) -> Result<(PortfolioView, Surroundings), AppError> {
    if actor.reach(Permission::ReadProject) != Some(Reach::Own) {
        return Err(AppError::Forbidden(Permission::ReadProject));
    }
    let filter = ProjectFilter::default();
    let own = look::projects(app, actor, filter, PROJECTS_SHOWN_MAX).await?;
    let viewer = Viewer::Person(actor.clone());
    let mut projects = Vec::with_capacity(own.len());
    for header in own {
        let name = ProjectName::Id(header.id);
        projects.push(look::project(app, &name, &viewer, None).await?.view);
    }
    let surroundings = look::surroundings(app).await?;
    Ok((portfolio_view(projects), surroundings))
}
