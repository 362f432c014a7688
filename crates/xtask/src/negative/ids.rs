//! The ids of the catalogue of negative cases.

/// A group: its letter, what it is about, and how many cases it has, counted from 01.
pub(super) struct Group {
    pub(super) letter: char,
    pub(super) title: &'static str,
    pub(super) cases: u8,
}

const fn group(letter: char, title: &'static str, cases: u8) -> Group {
    Group { letter, title, cases }
}

/// All groups: 387 cases.
pub(super) const GROUPS: &[Group] = &[
    group('E', "Envelope", 46),
    group('C', "Client data", 56),
    group('B', "CBOR and attestation object", 28),
    group('D', "Authenticator data", 29),
    group('K', "COSE key", 32),
    group('S', "Signature", 19),
    group('P', "Format packed", 31),
    group('T', "Format tpm", 33),
    group('N', "Format android-key", 18),
    group('U', "Format fido-u2f", 9),
    group('O', "Format none, and what a policy accepts", 3),
    group('L', "Format apple", 7),
    group('M', "Format compound", 8),
    group('G', "Format android-safetynet", 8),
    group('X', "Chains and trust", 17),
    group('Z', "Metadata service", 21),
    group('W', "Ceremony and state", 22),
];

/// Every id, such as `E01`.
pub(super) fn all() -> impl Iterator<Item = String> {
    GROUPS.iter().flat_map(|group| (1..=group.cases).map(move |number| format!("{}{number:02}", group.letter)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_387() {
        assert_eq!(all().count(), 387);
        assert_eq!(all().next().as_deref(), Some("E01"));
    }
}
