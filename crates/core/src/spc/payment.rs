//! What a payment is about: what the dialogue shows and the client data repeats.

use crate::error::Misuse;
use crate::origin::Origin;
use alloc::string::String;
use alloc::vec::Vec;
use serde::Serialize;

/// The longest text in a payment, in bytes. Client data as a whole is capped at 8 KiB.
const MAX_TEXT: usize = 2048;

/// The most logos that a dialogue can show.
const MAX_LOGOS: usize = 8;

/// An amount of money (Payment Request, `PaymentCurrencyAmount`). Compared as text: `10.00` is not `10`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Amount {
    currency: String,
    value: String,
}

impl Amount {
    /// An amount in a currency by its three letters of ISO 4217, as a decimal number such as `12.50`.
    ///
    /// # Errors
    ///
    /// [`Misuse::Payment`] for anything else.
    pub fn new(currency: impl Into<String>, value: impl Into<String>) -> Result<Self, Misuse> {
        let (currency, value) = (currency.into(), value.into());
        // Browsers send the currency in capitals, whatever the page wrote.
        if !matches!(currency.as_bytes(), [b'A'..=b'Z', b'A'..=b'Z', b'A'..=b'Z']) || !is_decimal(&value) {
            return Err(Misuse::Payment);
        }
        Ok(Self { currency, value })
    }

    /// The currency.
    #[must_use]
    pub fn currency(&self) -> &str {
        &self.currency
    }

    /// The decimal number.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }
}

/// A valid decimal monetary value (Payment Request §"Validity checkers"), not negative: a total never is.
fn is_decimal(value: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.len() <= 32 && text.bytes().all(|byte| byte.is_ascii_digit());
    match value.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(value),
    }
}

/// What is paid with, as the dialogue shows it: a card, an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Instrument {
    pub(super) display_name: String,
    pub(super) icon: String,
    pub(super) icon_must_be_shown: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) details: Option<String>,
}

impl Instrument {
    /// An instrument by its name and the URL of its icon.
    #[must_use]
    pub fn new(display_name: impl Into<String>, icon: impl Into<String>) -> Self {
        Self { display_name: display_name.into(), icon: icon.into(), icon_must_be_shown: true, details: None }
    }

    /// Lets the payment go on where the icon can't be fetched; the client data then name it by an empty text.
    #[must_use]
    pub const fn icon_may_be_missing(mut self) -> Self {
        self.icon_must_be_shown = false;
        self
    }

    /// A second line, such as the last digits of a card.
    #[must_use]
    pub fn details(mut self, details: impl Into<String>) -> Self {
        self.details = Some(details.into());
        self
    }
}

/// The logo of a network or issuer that the dialogue may show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EntityLogo {
    pub(super) url: String,
    pub(super) label: String,
}

impl EntityLogo {
    /// A logo by its URL, with a text for who can't see it.
    #[must_use]
    pub fn new(url: impl Into<String>, label: impl Into<String>) -> Self {
        Self { url: url.into(), label: label.into() }
    }
}

/// One payment: who gets it, how much, with what, and on which page it is confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    pub(super) total: Amount,
    pub(super) instrument: Instrument,
    pub(super) payee_name: Option<String>,
    pub(super) payee_origin: Option<String>,
    pub(super) logos: Vec<EntityLogo>,
    pub(super) origin: String,
    pub(super) top_origin: String,
}

impl Payment {
    /// A payment on a page of this origin, which may be the payee's own: the dialogue belongs to whoever calls it.
    #[must_use]
    pub fn new(total: Amount, instrument: Instrument, origin: impl Into<String>) -> Self {
        let origin = origin.into();
        Self {
            total,
            instrument,
            payee_name: None,
            payee_origin: None,
            logos: Vec::new(),
            top_origin: origin.clone(),
            origin,
        }
    }

    /// The payee's name. A payment has a name, an origin, or both.
    #[must_use]
    pub fn payee_name(mut self, name: impl Into<String>) -> Self {
        self.payee_name = Some(name.into());
        self
    }

    /// The payee's origin, https.
    #[must_use]
    pub fn payee_origin(mut self, origin: impl Into<String>) -> Self {
        self.payee_origin = Some(origin.into());
        self
    }

    /// The top-level page, where the calling page runs in its iframe.
    #[must_use]
    pub fn top_origin(mut self, origin: impl Into<String>) -> Self {
        self.top_origin = origin.into();
        self
    }

    /// Logos for the dialogue, at most 8. It may show fewer, in this order.
    #[must_use]
    pub fn logos(mut self, logos: impl IntoIterator<Item = EntityLogo>) -> Self {
        self.logos = logos.into_iter().collect();
        self
    }

    /// The amount.
    #[must_use]
    pub const fn total(&self) -> &Amount {
        &self.total
    }

    /// Whether a browser would take it.
    pub(super) fn check(&self) -> Result<(), Misuse> {
        let has_payee = self.payee_name.is_some() || self.payee_origin.is_some();
        // In the one spelling that browsers send: the client data are compared with it as text.
        let https = |origin: &str| Origin::parse(origin).is_ok_and(|origin| origin.is_https());
        let page = |origin: &str| Origin::parse(origin).is_ok_and(|origin| origin.is_web());
        let texts_hold = self.texts().all(|text| !text.is_empty() && text.len() <= MAX_TEXT);
        let holds = has_payee
            && texts_hold
            && self.logos.len() <= MAX_LOGOS
            && self.payee_origin.as_deref().is_none_or(https)
            && page(&self.origin)
            && page(&self.top_origin);
        if holds { Ok(()) } else { Err(Misuse::Payment) }
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        let logos = self.logos.iter().flat_map(|logo| [&logo.url, &logo.label]);
        let optional = [&self.payee_name, &self.payee_origin, &self.instrument.details].into_iter().flatten();
        [&self.instrument.display_name, &self.instrument.icon]
            .into_iter()
            .chain(optional)
            .chain(logos)
            .map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payment() -> Payment {
        let total = Amount::new("EUR", "12.50").unwrap();
        Payment::new(total, Instrument::new("Card ****1234", "https://bank.example/card.png"), "https://shop.example")
    }

    #[test]
    fn amounts_are_decimal_and_of_a_currency() {
        for (currency, value) in [("EUR", "0"), ("JPY", "1000"), ("USD", "0.005")] {
            assert!(Amount::new(currency, value).is_ok(), "{currency} {value}");
        }
        for (currency, value) in [
            ("eur", "1"),
            ("EURO", "1"),
            ("", "1"),
            ("EUR", ""),
            ("EUR", "-1"),
            ("EUR", "1."),
            ("EUR", ".5"),
            ("EUR", "1,5"),
            ("EUR", "1e3"),
            ("EUR", " 1"),
        ] {
            assert_eq!(Amount::new(currency, value), Err(Misuse::Payment), "{currency} {value}");
        }
    }

    #[test]
    fn a_payment_has_a_payee_and_bounded_texts() {
        assert_eq!(payment().check(), Err(Misuse::Payment));
        assert_eq!(payment().payee_name("Shop").check(), Ok(()));
        assert_eq!(payment().payee_origin("https://shop.example").check(), Ok(()));
        assert_eq!(payment().payee_origin("http://shop.example").check(), Err(Misuse::Payment));
        assert_eq!(payment().payee_name("").check(), Err(Misuse::Payment));
        assert_eq!(payment().payee_name("x".repeat(MAX_TEXT + 1)).check(), Err(Misuse::Payment));
        assert_eq!(payment().payee_name("Shop").top_origin("http://localhost:3000").check(), Ok(()));
        for origin in
            ["ftp://x", "https://", "https://shop.example/", "https://Shop.example", "http://localhost.example"]
        {
            assert_eq!(payment().payee_name("Shop").top_origin(origin).check(), Err(Misuse::Payment), "{origin}");
            assert_eq!(payment().payee_origin(origin).check(), Err(Misuse::Payment), "{origin}");
            let elsewhere = Payment { origin: origin.into(), ..payment().payee_name("Shop") };
            assert_eq!(elsewhere.check(), Err(Misuse::Payment), "{origin}");
        }
        let logo = EntityLogo::new("https://net.example/logo.png", "Network");
        assert_eq!(payment().payee_name("Shop").logos(alloc::vec![logo.clone(); MAX_LOGOS]).check(), Ok(()));
        assert_eq!(payment().payee_name("Shop").logos(alloc::vec![logo; MAX_LOGOS + 1]).check(), Err(Misuse::Payment));
    }
}
