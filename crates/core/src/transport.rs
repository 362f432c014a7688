//! How a client may reach an authenticator (WebAuthn §5.8.4).

use alloc::string::String;

/// A transport. Unknown ones are kept, since the specification's list grows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Transport {
    /// USB.
    Usb,
    /// Near field communication.
    Nfc,
    /// Bluetooth Low Energy.
    Ble,
    /// A smart card with contacts.
    SmartCard,
    /// A phone beside the client device.
    Hybrid,
    /// Built into the client device.
    Internal,
    /// One that this version does not know: 1 to 32 bytes of printable ASCII.
    Other(String),
}

impl Transport {
    /// Reads the specification's word for a transport. `None` for what can't be one: empty, longer than 32 bytes, or
    /// not printable ASCII.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "usb" => Self::Usb,
            "nfc" => Self::Nfc,
            "ble" => Self::Ble,
            "smart-card" => Self::SmartCard,
            "hybrid" => Self::Hybrid,
            "internal" => Self::Internal,
            other if (1..=32).contains(&other.len()) && other.bytes().all(|b| b.is_ascii_graphic()) => {
                Self::Other(String::from(other))
            }
            _ => return None,
        })
    }

    /// The specification's word.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Usb => "usb",
            Self::Nfc => "nfc",
            Self::Ble => "ble",
            Self::SmartCard => "smart-card",
            Self::Hybrid => "hybrid",
            Self::Internal => "internal",
            Self::Other(other) => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_round_trip_and_nonsense_is_dropped() {
        for word in ["usb", "nfc", "ble", "smart-card", "hybrid", "internal", "cable"] {
            assert_eq!(Transport::parse(word).unwrap().as_str(), word);
        }
        assert_eq!(Transport::parse(""), None);
        assert_eq!(Transport::parse("two words"), None);
        assert_eq!(Transport::parse(&"x".repeat(33)), None);
    }
}
