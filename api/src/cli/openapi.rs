//! `green-channel openapi`: the description of the API.

use clap::{Args, ValueEnum};

use super::{Answer, Failure, print};
use crate::http::document;

/// In which words and form.
#[derive(Debug, Args)]
pub(super) struct Openapi {
    /// Print JSON, as `/api/v1/openapi.json` is served
    #[arg(long)]
    json: bool,
    /// The version of OpenAPI; that of 3.0 is JSON, for generators of clients that know nothing newer
    #[arg(long = "for", value_name = "VERSION", default_value = "3.1")]
    version: Version,
}

/// A version of `OpenAPI`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Version {
    #[value(name = "3.1")]
    Newer,
    #[value(name = "3.0")]
    Older,
}

impl Openapi {
    /// Prints it.
    pub(super) fn run(&self) -> Answer {
        let text = match (self.version, self.json) {
            (Version::Older, _) => document::json_for_3_0(),
            (Version::Newer, true) => document::json(),
            (Version::Newer, false) => document::yaml(),
        };
        print(&text.ok_or_else(|| Failure::failed("the description cannot be written"))?)
    }
}
