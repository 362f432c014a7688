//! What is frozen between begin and finish of a payment.

use super::payment::{Amount, EntityLogo, Instrument, Payment};
use crate::authentication::AuthenticationState;
use crate::error::Misuse;
use crate::time::UnixTime;
use crate::wire::{Corrupt, Reader, Writer};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

const VERSION: u8 = 1;
const PAYMENT: u8 = b'P';

/// A begun payment, consumed by [`finish_payment`](crate::Ceremony::finish_payment). It can't finish a sign-in, nor the
/// state of a sign-in a payment.
pub struct PaymentState {
    pub(crate) authentication: AuthenticationState,
    pub(crate) payment: Payment,
}

impl fmt::Debug for PaymentState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PaymentState").field("authentication", &self.authentication).finish_non_exhaustive()
    }
}

impl PaymentState {
    /// When the ceremony expires.
    #[must_use]
    pub const fn expires_at(&self) -> UnixTime {
        self.authentication.expires_at()
    }

    /// The payment to be confirmed.
    #[must_use]
    pub const fn payment(&self) -> &Payment {
        &self.payment
    }

    /// The state as bytes, up to some kilobytes: the payment's texts are in it. They hold the challenge: keep them on
    /// the server.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        let mut to = Writer::with_capacity(1024);
        to.u8(VERSION);
        to.u8(PAYMENT);
        to.bytes(&self.authentication.into_bytes());
        let Payment { total, instrument, payee_name, payee_origin, logos, origin, top_origin } = self.payment;
        for text in [total.currency(), total.value(), &instrument.display_name, &instrument.icon, &origin, &top_origin]
        {
            to.bytes(text.as_bytes());
        }
        to.bool(instrument.icon_must_be_shown);
        for text in [&instrument.details, &payee_name, &payee_origin] {
            to.bool(text.is_some());
            to.bytes(text.as_deref().unwrap_or_default().as_bytes());
        }
        to.count(logos.len());
        for logo in &logos {
            to.bytes(logo.url.as_bytes());
            to.bytes(logo.label.as_bytes());
        }
        to.finish()
    }

    /// Reads a state's bytes.
    ///
    /// # Errors
    ///
    /// [`Misuse::StateBytes`] if they are not the bytes of a payment's state.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Misuse> {
        let mut from = Reader::new(bytes);
        let read = read(&mut from).and_then(|parts| from.end().map(|()| parts));
        let (authentication, payment) = read.map_err(|Corrupt| Misuse::StateBytes)?;
        payment.check().map_err(|_| Misuse::StateBytes)?;
        Ok(Self { authentication: AuthenticationState::from_bytes(authentication)?, payment })
    }
}

fn read<'a>(from: &mut Reader<'a>) -> Result<(&'a [u8], Payment), Corrupt> {
    if from.u8()? != VERSION || from.u8()? != PAYMENT {
        return Err(Corrupt);
    }
    let authentication = from.bytes()?;
    let total = Amount::new(from.text()?, from.text()?).map_err(|_| Corrupt)?;
    let (display_name, icon, origin, top_origin) = (from.text()?, from.text()?, from.text()?, from.text()?);
    let icon_must_be_shown = from.bool()?;
    let (details, payee_name, payee_origin) = (optional(from)?, optional(from)?, optional(from)?);
    let count = from.u16()?;
    let logo = |_| Ok(EntityLogo { url: from.text()?, label: from.text()? });
    let logos = (0..count).map(logo).collect::<Result<Vec<_>, Corrupt>>()?;
    let instrument = Instrument { display_name, icon, icon_must_be_shown, details };
    Ok((authentication, Payment { total, instrument, payee_name, payee_origin, logos, origin, top_origin }))
}

fn optional(from: &mut Reader<'_>) -> Result<Option<String>, Corrupt> {
    let is_some = from.bool()?;
    let text = from.text()?;
    Ok(is_some.then_some(text))
}
