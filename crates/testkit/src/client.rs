//! The browser's part: the page's origin and what else goes into the client data.

use serde_json::Value;

use crate::{client_data::ClientData, error::Error, options};

/// A browser tab, or a native application, in which a ceremony runs.
///
/// It behaves as a browser does: it refuses an RP ID that does not cover the origin's host, unless the origin was
/// declared related with [`Client::related_origin`] or is no web origin at all (`android:apk-key-hash:`...).
#[derive(Clone, Debug)]
pub struct Client {
    pub(crate) origin: String,
    cross_origin: Option<bool>,
    top_origin: Option<String>,
    members: Vec<(String, Value)>,
    byte_order_mark: bool,
    related_origin: bool,
    pub(crate) conditional: bool,
    pub(crate) choice: Option<Vec<u8>>,
}

impl Client {
    /// A tab whose page has this origin, written into the client data exactly so; `crossOrigin` is `false`.
    #[must_use]
    pub fn new(origin: impl Into<String>) -> Self {
        Self {
            origin: origin.into(),
            cross_origin: Some(false),
            top_origin: None,
            members: Vec::new(),
            byte_order_mark: false,
            related_origin: false,
            conditional: false,
            choice: None,
        }
    }

    /// Sets the member `crossOrigin`; `None` leaves it out, as older browsers do.
    #[must_use]
    pub fn cross_origin(mut self, cross_origin: impl Into<Option<bool>>) -> Self {
        self.cross_origin = cross_origin.into();
        self
    }

    /// Puts the page into an iframe under this top-level origin: `crossOrigin` true, `topOrigin` set.
    #[must_use]
    pub fn top_origin(mut self, top_origin: impl Into<String>) -> Self {
        self.cross_origin = Some(true);
        self.top_origin = Some(top_origin.into());
        self
    }

    /// Adds a member that relying parties don't know, after the known ones.
    #[must_use]
    pub fn member(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.members.push((name.into(), value.into()));
        self
    }

    /// Writes a UTF-8 byte order mark before the client data, which relying parties strip.
    #[must_use]
    pub const fn byte_order_mark(mut self, on: bool) -> Self {
        self.byte_order_mark = on;
        self
    }

    /// Takes it as read that `/.well-known/webauthn` of the RP ID lists this origin.
    #[must_use]
    pub const fn related_origin(mut self) -> Self {
        self.related_origin = true;
        self
    }

    /// Runs with conditional mediation: a registration then has the flags UP and UV clear.
    #[must_use]
    pub const fn conditional(mut self, on: bool) -> Self {
        self.conditional = on;
        self
    }

    /// Makes the user choose this credential where several could answer; without it the newest does.
    #[must_use]
    pub fn choose(mut self, credential_id: impl Into<Vec<u8>>) -> Self {
        self.choice = Some(credential_id.into());
        self
    }

    /// The RP ID in effect: the one of the options, else the origin's host.
    pub(crate) fn rp_id(&self, requested: Option<&str>) -> Result<String, Error> {
        let host = options::host(&self.origin);
        let Some(requested) = requested else {
            return host.map(str::to_owned).ok_or(Error::Security);
        };
        let covered = match host {
            Some(host) => host == requested || host.strip_suffix(requested).is_some_and(|rest| rest.ends_with('.')),
            // Not a web origin: the platform, not the name, ties the application to the RP ID.
            None => true,
        };
        if covered || self.related_origin { Ok(requested.to_owned()) } else { Err(Error::Security) }
    }

    /// The client data of one ceremony; `challenge` is the base64url text of the options.
    pub(crate) fn client_data(&self, kind: &str, challenge: &str) -> ClientData {
        let mut data = ClientData::new();
        if self.byte_order_mark {
            data.prefix = vec![0xef, 0xbb, 0xbf];
        }
        data.push("type", kind);
        data.push("challenge", challenge);
        data.push("origin", self.origin.as_str());
        if let Some(cross_origin) = self.cross_origin {
            data.push("crossOrigin", cross_origin);
        }
        if let Some(top_origin) = &self.top_origin {
            data.push("topOrigin", top_origin.as_str());
        }
        for (name, value) in &self.members {
            data.push(name, value.clone());
        }
        data
    }
}
