//! How far a long command is: a bar for somebody who watches, else a line for every tenth.

use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::{is_watched, say};

/// Tells how far a command is.
#[derive(Debug)]
pub struct Meter {
    label: String,
    total: u64,
    tenths: u64,
    bar: Option<ProgressBar>,
}

impl Meter {
    /// Begins at nothing of `total`.
    pub fn start(label: &str, total: u64) -> Self {
        let bar = is_watched().then(|| {
            let bar = ProgressBar::new(total).with_message(label.to_owned());
            let style = ProgressStyle::with_template("{msg:>10} [{wide_bar}] {percent:>3} %");
            style.map_or_else(
                |_unstyled| bar.clone(),
                |style| bar.clone().with_style(style),
            )
        });
        Self {
            label: label.to_owned(),
            total,
            tenths: 0,
            bar,
        }
    }

    /// Is now at `done`.
    pub fn reach(&mut self, done: u64) {
        if let Some(bar) = &self.bar {
            bar.set_position(done.min(self.total));
            return;
        }
        let tenths = tenths(done, self.total);
        if tenths > self.tenths {
            self.tenths = tenths;
            say(&format!("{}: {} %", self.label, tenths * 10));
        }
    }

    /// Has come to its end, or is given up.
    pub fn end(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}

fn tenths(done: u64, total: u64) -> u64 {
    let done = u128::from(done.min(total)) * 10;
    let tenths = done.checked_div(u128::from(total)).unwrap_or(10);
    u64::try_from(tenths).unwrap_or(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_is_told_when_it_is_reached() {
        assert_eq!(tenths(0, 100), 0);
        assert_eq!(tenths(9, 100), 0);
        assert_eq!(tenths(10, 100), 1);
        assert_eq!(tenths(100, 100), 10);
        assert_eq!(tenths(200, 100), 10);
        assert_eq!(tenths(0, 0), 10);
        assert_eq!(tenths(u64::MAX, u64::MAX), 10);
    }
}
