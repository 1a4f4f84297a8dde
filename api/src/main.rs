//! The binary `green-channel`: hands the command line to the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    api::cli::main()
}
