//! Why settings can't be used.

use std::error::Error as StdError;
use std::fmt;

/// A setting that can't be used, and where it stands.
///
/// `Debug` is the text with its causes, as `main` prints an error that it returns.
pub struct SettingsError {
    place: String,
    problem: String,
    cause: Option<Box<dyn StdError + Send + Sync>>,
}

impl SettingsError {
    pub(crate) fn new(place: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { place: place.into(), problem: problem.into(), cause: None }
    }

    pub(crate) fn because(mut self, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// Where it stands: a variable, or a file and a name in it.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.problem)
    }
}

impl StdError for SettingsError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.cause {
            Some(cause) => Some(&**cause),
            None => None,
        }
    }
}

impl fmt::Debug for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        with_causes(self, f)
    }
}

/// An error and its causes in one line.
pub(crate) fn with_causes(error: &dyn StdError, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{error}")?;
    let mut cause = error.source();
    while let Some(next) = cause {
        write!(f, ": {next}")?;
        cause = next.source();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_main_prints_has_the_place_the_problem_and_the_causes() {
        let error = SettingsError::new("PASSKEYS_RP_ID", "can't be used").because("it is empty");
        assert_eq!(format!("{error:?}"), "PASSKEYS_RP_ID: can't be used: it is empty");
    }
}
