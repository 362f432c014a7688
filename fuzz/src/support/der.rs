//! DER as far as a certificate's key needs it: places, no judgements.

/// An element: its tag, its contents, and itself.
#[derive(Clone, Copy, Debug)]
pub struct Element<'a> {
    /// The one byte of a tag below 31.
    pub tag: u8,
    /// What is inside.
    pub contents: &'a [u8],
    /// Tag, length and contents.
    pub raw: &'a [u8],
}

/// The first element, and what comes behind it.
pub fn first(input: &[u8]) -> Option<(Element<'_>, &[u8])> {
    let (&tag, rest) = input.split_first()?;
    let (&len, rest) = rest.split_first()?;
    let (len, rest) = if len < 0x80 {
        (usize::from(len), rest)
    } else {
        let (octets, rest) = rest.split_at_checked(usize::from(len & 0x7f))?;
        (octets.iter().try_fold(0_usize, |sum, byte| Some(sum.checked_mul(256)? + usize::from(*byte)))?, rest)
    };
    let (contents, rest) = rest.split_at_checked(len)?;
    let raw = input.get(..input.len() - rest.len())?;
    Some((Element { tag, contents, raw }, rest))
}

/// All of them; `None` where something is no element.
pub fn all(mut input: &[u8]) -> Option<Vec<Element<'_>>> {
    let mut elements = Vec::new();
    while !input.is_empty() {
        let (element, rest) = first(input)?;
        elements.push(element);
        input = rest;
    }
    Some(elements)
}

/// The parts of a certificate that chains are made of.
#[derive(Clone, Debug)]
pub struct Certificate<'a> {
    /// What is signed.
    pub tbs: &'a [u8],
    /// The contents of the signature's AlgorithmIdentifier.
    pub algorithm: &'a [u8],
    /// The signature's bytes.
    pub signature: &'a [u8],
    /// The serial number's contents.
    pub serial: &'a [u8],
    /// The issuer's name.
    pub issuer: &'a [u8],
    /// The two times, as text.
    pub validity: [&'a [u8]; 2],
    /// The subject's name.
    pub subject: &'a [u8],
    /// The AlgorithmIdentifier's elements and the key's bytes, if it has the shape of a key: until somebody asks for the key,
    /// nobody looks.
    pub key: Option<(Vec<Element<'a>>, &'a [u8])>,
    /// Each extension's type, whether it is critical, and its value.
    pub extensions: Vec<(&'a [u8], bool, &'a [u8])>,
}

impl<'a> Certificate<'a> {
    /// Takes a certificate apart.
    pub fn read(der: &'a [u8]) -> Option<Self> {
        let (whole, []) = first(der)? else { return None };
        let parts = all(whole.contents)?;
        let [tbs, algorithm, signature] = parts[..] else { return None };
        let mut fields = all(tbs.contents)?;
        if fields.first()?.tag == 0xa0 {
            fields.remove(0);
        }
        let [serial, _, issuer, validity, subject, key, rest @ ..] = &fields[..] else { return None };
        let validity = all(validity.contents)?;
        let [not_before, not_after] = validity[..] else { return None };
        let key = all(key.contents).and_then(|parts| {
            let [identifier, bits] = parts[..] else { return None };
            Some((all(identifier.contents)?, bits.contents.get(1..)?))
        });
        let mut extensions = Vec::new();
        for list in rest.iter().filter(|element| element.tag == 0xa3) {
            for extension in all(first(list.contents)?.0.contents)? {
                let parts = all(extension.contents)?;
                let critical = parts.len() == 3 && parts[1].contents != [0];
                extensions.push((parts.first()?.contents, critical, parts.last()?.contents));
            }
        }
        Some(Self {
            tbs: tbs.raw,
            algorithm: algorithm.contents,
            signature: signature.contents.get(1..)?,
            serial: serial.contents,
            issuer: issuer.raw,
            validity: [not_before.contents, not_after.contents],
            subject: subject.raw,
            key,
            extensions,
        })
    }
}
