//! Work in the office: admission and the acts on stages, over the API, each based on the last answer.

use std::{cell::RefCell, collections::BTreeMap};

use serde_json::{Value, json};

use super::{
    office::{Answer, Office},
    staff,
};

/// A project as the office that admitted it knows it.
#[derive(Debug)]
pub(crate) struct Project {
    /// `prj_...`
    pub(crate) id: String,
    /// `GC-2026-0001`
    pub(crate) code: String,
    /// For the investor.
    pub(crate) query_code: String,
    /// The keys of its stages by their codes.
    stages: BTreeMap<String, String>,
    /// The entity tag of the last answer about it.
    tag: RefCell<String>,
}

impl Project {
    /// The key of a stage.
    pub(crate) fn stage(&self, code: &str) -> &str {
        let known = self.stages.get(code);
        known.unwrap_or_else(|| panic!("no stage {code}: {:?}", self.stages))
    }

    /// The entity tag of the last answer about it.
    pub(crate) fn tag(&self) -> String {
        self.tag.borrow().clone()
    }
}

impl Office {
    /// Admits a project that the steward looks after and the investor may see.
    pub(crate) async fn admit(&self, name: &str) -> Project {
        self.admit_with(name, json!({})).await
    }

    /// The same with other members of the body.
    pub(crate) async fn admit_with(&self, name: &str, more: Value) -> Project {
        let mut body = json!({
            "name": name, "investor": "某精密机械有限公司", "investment_yuan": 350_000_000_u64,
            "is_key": true, "steward": staff::person_id("steward"),
            "contacts": [staff::person_id("investor")],
        });
        for (member, value) in more.as_object().unwrap() {
            body[member] = value.clone();
        }
        let answer = self.post("efficacy", "/api/v1/projects", None, &body).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        let admitted = answer.json();
        let id = admitted["id"].as_str().unwrap().to_owned();
        let path = format!("/api/v1/projects/{id}");
        assert_eq!(answer.header("location"), Some(path.as_str()));
        let seen = self.get("efficacy", &path).await;
        let stages = stages(&seen.good())
            .map(|stage| {
                let text = |member: &str| stage[member].as_str().unwrap().to_owned();
                (text("code"), text("id"))
            })
            .collect();
        Project {
            id,
            code: admitted["code"].as_str().unwrap().to_owned(),
            query_code: admitted["query_code"].as_str().unwrap().to_owned(),
            stages,
            tag: RefCell::new(seen.header("etag").unwrap().to_owned()),
        }
    }

    /// Admits a project and brings it to where P01 may be accepted by `officer`: green-channel admission
    /// and the efficacy office's check are done.
    pub(crate) async fn admit_to_planning(&self, name: &str) -> Project {
        let project = self.admit(name).await;
        for (login, stage) in [("recruiter", "G01"), ("steward", "G02")] {
            self.accept(login, &project, stage).await;
            self.complete(login, &project, stage).await;
        }
        project
    }

    /// Tries an act on a stage, based on the last answer about the project.
    pub(crate) async fn try_act(
        &self,
        login: &str,
        (project, stage): (&Project, &str),
        act: &str,
        body: &Value,
    ) -> Answer {
        let path = format!("/api/v1/stages/{}/{act}", project.stage(stage));
        let tag = project.tag();
        let answer = self.post(login, &path, Some(&tag), body).await;
        if let Some(tag) = answer.header("etag") {
            tag.clone_into(&mut project.tag.borrow_mut());
        }
        answer
    }

    /// Accepts a stage today.
    pub(crate) async fn accept(&self, login: &str, project: &Project, stage: &str) -> Value {
        self.try_act(login, (project, stage), "acceptance", &json!({}))
            .await
            .good()
    }

    /// Notes progress for everybody to read.
    pub(crate) async fn note(
        &self,
        login: &str,
        project: &Project,
        stage: &str,
        text: &str,
    ) -> Value {
        self.try_act(login, (project, stage), "notes", &json!({ "text": text }))
            .await
            .good()
    }

    /// Stops the clock today for an expert review.
    pub(crate) async fn stop(&self, login: &str, project: &Project, stage: &str) -> Value {
        let body = json!({ "reason": "expert_review", "text": "送专家评审" });
        self.try_act(login, (project, stage), "stops", &body)
            .await
            .good()
    }

    /// Lets the clock run again today.
    pub(crate) async fn resume(&self, login: &str, project: &Project, stage: &str) -> Value {
        self.try_act(login, (project, stage), "resumption", &json!({}))
            .await
            .good()
    }

    /// Finishes a stage today.
    pub(crate) async fn complete(&self, login: &str, project: &Project, stage: &str) -> Value {
        let body = json!({ "result": "已办结" });
        self.try_act(login, (project, stage), "completion", &body)
            .await
            .good()
    }

    /// Makes somebody responsible.
    pub(crate) async fn assign(
        &self,
        login: &str,
        (project, stage): (&Project, &str),
        officer: &str,
    ) -> Value {
        let body = json!({ "officer": staff::person_id(officer) });
        self.try_act(login, (project, stage), "assignment", &body)
            .await
            .good()
    }

    /// Answers an alert.
    pub(crate) async fn acknowledge(
        &self,
        login: &str,
        project: &Project,
        alert: &str,
        new_date: &str,
    ) -> Answer {
        let path = format!("/api/v1/alerts/{alert}/acknowledgement");
        let body = json!({ "instruction": "请今日会签", "new_date": new_date });
        let tag = project.tag();
        let answer = self.post(login, &path, Some(&tag), &body).await;
        if let Some(tag) = answer.header("etag") {
            tag.clone_into(&mut project.tag.borrow_mut());
        }
        answer
    }

    /// The project as `login` sees it.
    pub(crate) async fn project(&self, login: &str, project: &Project) -> Value {
        self.get(login, &format!("/api/v1/projects/{}", project.id))
            .await
            .good()
    }

    /// A stage as the efficacy office sees it.
    pub(crate) async fn stage(&self, project: &Project, stage: &str) -> Value {
        let path = format!("/api/v1/stages/{}", project.stage(stage));
        let answer = self.get("efficacy", &path).await;
        answer
            .header("etag")
            .unwrap()
            .clone_into(&mut project.tag.borrow_mut());
        answer.good()
    }
}

/// The stages of a project as the API shows it.
pub(crate) fn stages(project: &Value) -> impl Iterator<Item = &Value> {
    let phases = project["phases"].as_array().unwrap().iter();
    phases.flat_map(|phase| phase["stages"].as_array().unwrap())
}

/// The codes of the stages in a state.
pub(crate) fn stages_in(project: &Value, state: &str) -> Vec<String> {
    stages(project)
        .filter(|stage| stage["state"] == state)
        .map(|stage| stage["code"].as_str().unwrap().to_owned())
        .collect()
}
