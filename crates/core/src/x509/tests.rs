//! Certificates written by hand, and genuine roots.

mod certificate;
mod names;
mod path;
mod pem;
mod properties;
mod revocation;
mod roots;
mod signature;
mod toy;
mod writer;

use super::*;
use crate::error::{CertificateFault, ChainFault};
use crate::time::UnixTime;
use alloc::vec::Vec;
use toy::Toy;
use writer::*;
