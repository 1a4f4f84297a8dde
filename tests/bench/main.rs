//! How fast is it? Reads, writes and the sweep, each beside its floor in the same run.
//!
//! `cargo bench` measures; `cargo bench -- seed` only makes the data; `cargo bench -- calendar` plans 100,000 stages anew. docs/PERFORMANCE.md explains the
//! figures.

#[cfg(test)]
mod act;
#[cfg(test)]
mod calendar;
#[cfg(test)]
mod http;
#[cfg(test)]
mod place;
#[cfg(test)]
mod postgres;
#[cfg(test)]
mod read;
#[cfg(test)]
mod seed;
#[cfg(test)]
mod sweep;

fn main() {
    #[cfg(test)]
    if std::env::args().any(|argument| argument == "seed") {
        place::print_urls();
        return;
    }
    #[cfg(test)]
    if std::env::args().any(|argument| argument == "calendar") {
        calendar::run();
        return;
    }
    divan::main();
}
