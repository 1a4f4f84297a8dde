//! `template validate`.

use std::path::PathBuf;

use clap::Subcommand;
use domain::calendar::china;

use super::{Answer, Failure, say};

/// Stage templates
#[derive(Debug, Subcommand)]
pub(super) enum Template {
    /// Check a template as a whole: cycles, unknown units, promises beyond the statute, missing
    /// translations
    Validate {
        /// The template (JSON)
        file: PathBuf,
    },
}

impl Template {
    pub(super) fn run(self) -> Answer {
        let Self::Validate { file } = self;
        let name = file.display();
        let text = std::fs::read_to_string(&file)
            .map_err(|error| Failure::usage(format!("{name}: {error}")))?;
        let template: domain::template::Template = serde_json::from_str(&text)
            .map_err(|error| Failure::usage(format!("{name}: {error}")))?;
        let flaws = template.flaws(&china::mainland());
        if flaws.is_empty() {
            let stages = template.stages.len();
            say(&format!(
                "{name}: {} version {} is sound ({stages} stages)",
                template.code, template.version
            ));
            return Ok(());
        }
        let lines: Vec<String> = flaws.iter().map(|flaw| format!("{name}: {flaw}")).collect();
        Err(Failure::usage(lines.join("\n")))
    }
}
