//! How far a long job has come, on standard error and on a terminal alone.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{IsTerminal, stderr};

/// A bar towards so many bytes, or a count where nobody knows how many there are. In ASCII, and without colours.
pub(crate) fn bytes(total: Option<u64>) -> ProgressBar {
    styled(ProgressBar::with_draw_target(total, target()), "{bytes}", "{bytes}/{total_bytes}")
}

/// A bar towards so many items.
pub(crate) fn items(total: u64) -> ProgressBar {
    styled(ProgressBar::with_draw_target(Some(total), target()), "{pos}", "{pos}/{len}")
}

fn target() -> ProgressDrawTarget {
    if stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() }
}

fn styled(bar: ProgressBar, count: &str, of: &str) -> ProgressBar {
    let template = if bar.length().is_some() {
        format!("{{elapsed_precise}} [{{bar:40}}] {of} {{msg}}")
    } else {
        format!("{{elapsed_precise}} {count} {{msg}}")
    };
    // A template that can't be read is a mistake here, and no reason not to do the job.
    if let Ok(style) = ProgressStyle::with_template(&template) {
        bar.set_style(style.progress_chars("=> "));
    }
    bar
}
