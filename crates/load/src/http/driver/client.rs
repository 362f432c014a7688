//! One connection that is kept, and one request on it at a time: HTTP/1.1 with as little work as it takes.

use crate::http::Failure;
use crate::http::serve::{ORIGIN, PREFIX, USER};
use std::io::Write;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The most of an answer that is read.
const MAX_ANSWER: usize = 64 * 1024;

/// A browser that has one connection.
pub(crate) struct Browser {
    stream: TcpStream,
    /// What the server's cookie is, once there is one.
    cookie: Option<String>,
    request: Vec<u8>,
    answer: Vec<u8>,
}

impl Browser {
    pub(crate) async fn connect(port: u16) -> Result<Self, Failure> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, cookie: None, request: Vec::new(), answer: Vec::new() })
    }

    /// Posts JSON below the prefix, as a page does, and gives the body of the answer.
    ///
    /// # Errors
    ///
    /// If the answer has another status than 200 or 201; with its body.
    pub(crate) async fn post(&mut self, path: &str, user: Option<&str>, body: &str) -> Result<&str, Failure> {
        let request = &mut self.request;
        request.clear();
        write!(
            request,
            "POST {PREFIX}/{path} HTTP/1.1\r\nhost: example.com\r\nuser-agent: ceremony-load\r\naccept: */*\r\norigin: {ORIGIN}\r\nsec-fetch-site: same-origin\r\ncontent-type: application/json\r\n"
        )?;
        if let Some(user) = user {
            write!(request, "{USER}: {user}\r\n")?;
        }
        if let Some(cookie) = &self.cookie {
            write!(request, "cookie: {cookie}\r\n")?;
        }
        write!(request, "content-length: {}\r\n\r\n{body}", body.len())?;
        self.stream.write_all(request).await?;
        self.answer.clear();
        let (head, length) = loop {
            if self.stream.read_buf(&mut self.answer).await? == 0 || self.answer.len() > MAX_ANSWER {
                return Err(format!("{path}: the connection ended in an answer's head").into());
            }
            if let Some(end) = self.answer.windows(4).position(|four| four == b"\r\n\r\n") {
                break (end, content_length(self.answer.get(..end).unwrap_or_default())?);
            }
        };
        let start = head.saturating_add(4);
        let end = start.saturating_add(length);
        while self.answer.len() < end {
            if self.stream.read_buf(&mut self.answer).await? == 0 || self.answer.len() > MAX_ANSWER {
                return Err(format!("{path}: the connection ended in an answer's body").into());
            }
        }
        let head = std::str::from_utf8(self.answer.get(..head).unwrap_or_default())?;
        let body = std::str::from_utf8(self.answer.get(start..end).unwrap_or_default())?;
        let (status, headers) = head.split_once("\r\n").unwrap_or((head, ""));
        if !matches!(status.split(' ').nth(1), Some("200" | "201")) {
            return Err(format!("{path} was answered {status}: {body}").into());
        }
        if let Some(cookie) = header(headers, "set-cookie") {
            self.cookie = cookie.split(';').next().map(str::to_owned);
        }
        Ok(body)
    }
}

fn content_length(head: &[u8]) -> Result<usize, Failure> {
    let head = std::str::from_utf8(head)?;
    Ok(header(head, "content-length").ok_or("an answer without content-length")?.parse()?)
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = head.split("\r\n").filter_map(|line| line.split_once(':'));
    lines.find(|(header, _)| header.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}
