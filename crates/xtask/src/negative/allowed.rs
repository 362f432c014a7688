//! At which steps a case may be refused.

/// Ids, or whole groups by their letter, and the beginnings of the steps. The first row that fits decides.
const STEPS: &[(&[&str], &[&str])] = &[
    // The envelope is read before any step, which is told as the step that its part belongs to.
    (&["E14"], &["R25"]),
    (&["E38", "E39", "E40"], &["A6"]),
    (&["E41"], &["R4", "A4"]),
    (&["E43"], &["R20", "R13"]),
    (&["E44"], &["R13"]),
    (&["E24", "E25", "E26", "E27"], &["R3", "R13"]),
    (&["E28", "E29", "E30", "E31", "E32", "E33", "E34", "E35"], &["A3", "A7"]),
    (&["E20", "E21", "E22", "E23"], &["R3", "R6", "A3", "A9"]),
    (&["E"], &["R3", "A3", "R4", "A4"]),
    (&["C01", "C02"], &["R5", "A8", "R6", "A9"]),
    (&["C03", "C04"], &["R6", "A9"]),
    (&["C05", "C06", "C07", "C08", "C09", "C10", "C48", "C51"], &["R7", "A10"]),
    (&["C11", "C12", "C13", "C14", "C15", "C16", "C17", "C18", "C19", "C20", "C21", "C49"], &["R8", "A11"]),
    (&["C41", "C42"], &["R10", "A13"]),
    (&["C43", "C44", "C45", "C46", "C47"], &["R11", "A14"]),
    (&["C52", "C53", "C54"], &["R6", "A9"]),
    (&["C55", "C56"], &["R22", "A21"]),
    (&["C"], &["R9", "A12"]),
    (&["B25", "B26", "B27", "B28"], &["R21"]),
    // Inside the COSE key, which is read later.
    (&["B23", "B24"], &["R13", "R20"]),
    (&["B"], &["R13"]),
    (&["D01"], &["R13", "A7"]),
    (&["D02", "D03", "D27", "D28"], &["R14", "A15"]),
    (&["D04", "D29"], &["R15"]),
    (&["D05"], &["A16"]),
    (&["D06"], &["R16", "A17"]),
    (&["D07"], &["R17", "A18"]),
    (&["D08"], &["R18"]),
    (&["D09"], &["R19", "A19.3"]),
    (&["D10"], &["A19.1"]),
    (&["D11"], &["A19.2"]),
    (&["D16", "D17"], &["R25"]),
    (&["D25"], &["A15"]),
    (&["D"], &["R13", "A7", "A15"]),
    (&["K32"], &["R13", "R20"]),
    (&["K27"], &["R13", "R20"]),
    (&["K"], &["R20"]),
    // An empty signature is refused as it is read.
    (&["S03"], &["R22", "A7", "A21"]),
    (&["S"], &["R22", "A21"]),
    (&["O01"], &["R22"]),
    (&["O02", "O03"], &["R24"]),
    (&["M01", "M03"], &["R13", "R22"]),
    // A key that is none, and an algorithm that its copy contradicts.
    (&["U05", "U08"], &["R20", "R22"]),
    (&["N13", "N14", "N15", "N16", "N18", "L06", "X", "G05"], &["R22", "R24"]),
    (&["P", "T", "N", "U", "L", "M", "G"], &["R22"]),
    (&["W03"], &["A5"]),
    (&["W04", "W05", "W06", "W07", "W08"], &["A6"]),
    (&["W09", "W10", "W11"], &["A22"]),
    (&["W16"], &["R28", "A23"]),
    (&["W17"], &["R28"]),
];

/// Whether a case such as `neg-E01.b` may be refused at a step such as `R3`.
pub(super) fn admits(case: &str, step: &str) -> bool {
    let Some(id) = case.strip_prefix("neg-").and_then(|rest| rest.get(..3)) else { return false };
    let row = STEPS.iter().find(|(ids, _)| ids.iter().any(|prefix| id.starts_with(prefix)));
    row.is_some_and(|(_, steps)| steps.iter().any(|allowed| is_at(step, allowed)))
}

/// `A6a` and `A19.1` are parts of `A6` and `A19`; `R22` is no part of `R2`.
fn is_at(step: &str, allowed: &str) -> bool {
    let Some(rest) = step.strip_prefix(allowed) else { return false };
    !rest.starts_with(|next: char| next.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_and_their_parts() {
        assert!(admits("neg-W05", "A6a"));
        assert!(admits("neg-D09.b", "A19.3"));
        assert!(!admits("neg-D09", "A19.1"));
        assert!(!admits("neg-E01", "R22"));
        assert!(admits("neg-E05", "R3"));
        assert!(!admits("pos-x", "R3"));
    }

    #[test]
    fn every_group_of_responses_has_a_row() {
        for id in super::super::ids::all() {
            // Metadata and the rest of the ceremony's state have no case, but a test by name.
            let group = id.chars().next().unwrap_or_default();
            let known = STEPS.iter().any(|(ids, _)| ids.iter().any(|prefix| id.starts_with(prefix)));
            assert!(known || "ZW".contains(group), "{id}");
        }
    }
}
