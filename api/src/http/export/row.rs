//! What a row of each list has in a sheet.

use super::{Cell, Sheet};
use crate::{
    http::projects::ProjectRow,
    view::{name::PersonView, row::StageRow},
};

impl Sheet for ProjectRow {
    const NAME: &'static str = "projects";
    const NAME_ZH: &'static str = "项目";
    const COLUMNS: &'static [&'static str] = &[
        "code",
        "name",
        "investor",
        "admitted_on",
        "closed_on",
        "stage_count",
        "done_count",
        "id",
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::Text(self.code.clone()),
            Cell::Text(self.name.clone()),
            Cell::Text(self.investor.clone()),
            Cell::day(&self.admitted_on),
            self.closed_on.as_deref().map_or(Cell::Empty, Cell::day),
            Cell::Number(self.stage_count.into()),
            Cell::Number(self.done_count.into()),
            Cell::Text(self.id.clone()),
        ]
    }
}

impl Sheet for StageRow {
    const NAME: &'static str = "stages";
    const NAME_ZH: &'static str = "环节";
    const COLUMNS: &'static [&'static str] = &[
        "project_code",
        "project_name",
        "stage_code",
        "stage_name_zh",
        "stage_name_en",
        "phase",
        "unit",
        "officer",
        "state",
        "lamp",
        "promised_on",
        "expected_on",
        "actual_on",
        "touched_on",
        "is_mine",
        "id",
    ];

    fn cells(&self) -> Vec<Cell> {
        let officer: Option<&PersonView> = self.officer.as_ref();
        vec![
            Cell::Text(self.project.code.clone()),
            Cell::Text(self.project.name.clone()),
            Cell::Text(self.stage.code.clone()),
            Cell::Text(self.stage.name.zh.to_string()),
            Cell::Text(self.stage.name.en.to_string()),
            Cell::Text(self.phase.code().to_owned()),
            Cell::Text(self.unit.code.clone()),
            officer.map(|officer| officer.name.clone()).into(),
            Cell::Text(self.state.code().to_owned()),
            Cell::Text(self.lamp.code().to_owned()),
            self.promised_on.into(),
            self.expected_on.into(),
            self.actual_on.into(),
            self.touched_on.into(),
            Cell::Flag(self.is_mine),
            Cell::Text(self.stage.id.clone()),
        ]
    }
}
