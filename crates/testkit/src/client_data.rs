//! The client data before it becomes bytes.

use serde_json::Value;

/// The members of clientDataJSON, in the order of writing.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ClientData {
    /// Bytes before the object, such as a byte order mark.
    pub prefix: Vec<u8>,
    /// The members; duplicates are written as they stand.
    pub members: Vec<(String, Value)>,
}

impl ClientData {
    pub(crate) const fn new() -> Self {
        Self { prefix: Vec::new(), members: Vec::new() }
    }

    /// The value of the first member of this name.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Value> {
        self.members.iter().find_map(|(candidate, value)| (candidate == name).then_some(value))
    }

    /// Sets the first member of this name in place, or adds it at the end.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) {
        match self.members.iter_mut().find(|(candidate, _)| candidate == name) {
            Some((_, held)) => *held = value.into(),
            None => self.push(name, value),
        }
    }

    /// Adds a member at the end, even if there is one of this name.
    pub fn push(&mut self, name: &str, value: impl Into<Value>) {
        self.members.push((name.to_owned(), value.into()));
    }

    /// Removes every member of this name.
    pub fn remove(&mut self, name: &str) {
        self.members.retain(|(candidate, _)| candidate != name);
    }

    /// The bytes of clientDataJSON: the prefix, then the members without white space.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = self.prefix.clone();
        out.push(b'{');
        for (index, (name, value)) in self.members.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            out.extend_from_slice(Value::from(name.as_str()).to_string().as_bytes());
            out.push(b':');
            out.extend_from_slice(value.to_string().as_bytes());
        }
        out.push(b'}');
        out
    }
}
