//! Mouse and keyboard, as a person uses them: only what is visible and not covered can be clicked.

use super::failure::Result;
use super::page::Page;
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Where to click an element, or why it cannot be clicked.
#[derive(Debug, Deserialize)]
struct Spot {
    problem: Option<String>,
    x: f64,
    y: f64,
}

const FIND_SPOT: &str = r"(selector => {
    const no = problem => ({problem, x: 0, y: 0});
    const element = document.querySelector(selector);
    if (!element) return no('is not there');
    element.scrollIntoView({block: 'center', inline: 'center', behavior: 'instant'});
    const box = element.getBoundingClientRect();
    if (!box.width || !box.height || getComputedStyle(element).visibility !== 'visible') return no('is not visible');
    if (element.matches(':disabled')) return no('is disabled');
    const x = box.x + box.width / 2, y = box.y + box.height / 2;
    const top = document.elementFromPoint(x, y);
    const hit = top && (element.contains(top) || [...(element.labels ?? [])].some(label => label.contains(top)));
    return hit ? {problem: null, x, y} : no('is covered by ' + (top ? top.outerHTML.slice(0, 80) : 'nothing'));
})";

impl Page {
    /// Clicks the middle of the first element that fits, once it is there, visible, enabled and not covered.
    pub(crate) async fn click(&self, selector: &str) -> Result<()> {
        let spot = self.spot(selector).await?;
        for (kind, buttons) in [("mouseMoved", 0), ("mousePressed", 1), ("mouseReleased", 0)] {
            let button = if kind == "mouseMoved" { "none" } else { "left" };
            let event =
                json!({"type": kind, "x": spot.x, "y": spot.y, "button": button, "buttons": buttons, "clickCount": 1});
            self.call("Input.dispatchMouseEvent", event).await?;
        }
        Ok(())
    }

    /// Clicks a field and replaces what it holds.
    pub(crate) async fn type_text(&self, selector: &str, text: &str) -> Result<()> {
        self.click(selector).await?;
        self.eval::<Value>("void document.activeElement?.select?.()").await?;
        if text.is_empty() {
            return self.press("Delete").await;
        }
        self.call("Input.insertText", json!({"text": text})).await?;
        Ok(())
    }

    /// Presses and releases a key, named as `KeyboardEvent.key` does: `Enter`, `Tab`, `ArrowDown`, `a`.
    pub(crate) async fn press(&self, key: &str) -> Result<()> {
        let (code, number, text) = describe(key).ok_or_else(|| self.failure(format!("no key is called {key:?}")))?;
        for kind in ["keyDown", "keyUp"] {
            let mut event = json!({"type": kind, "key": key, "code": code, "windowsVirtualKeyCode": number});
            if let (Some(text), "keyDown") = (&text, kind) {
                event["text"] = text.as_str().into();
            }
            self.call("Input.dispatchKeyEvent", event).await?;
        }
        Ok(())
    }

    async fn spot(&self, selector: &str) -> Result<Spot> {
        let end = Instant::now() + self.patience();
        loop {
            let problem = match self.eval::<Spot>(&format!("{FIND_SPOT}({})", json!(selector))).await {
                Ok(Spot { problem: Some(problem), .. }) => problem,
                Ok(spot) => return Ok(spot),
                Err(failure) if failure.is_passing() => failure.to_string(),
                Err(failure) => return Err(failure),
            };
            if Instant::now() > end {
                return Err(
                    self.failure(format!("cannot click {selector:?} within {:?}: it {problem}", self.patience()))
                );
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }
}

/// `KeyboardEvent.code`, the key code of Windows, and the text that the key writes.
fn describe(key: &str) -> Option<(String, u32, Option<String>)> {
    let named = |number, text: Option<&str>| Some((key.to_owned(), number, text.map(str::to_owned)));
    match key {
        "Enter" => named(13, Some("\r")),
        "Tab" => named(9, None),
        "Escape" => named(27, None),
        "Backspace" => named(8, None),
        "Delete" => named(46, None),
        "Home" => named(36, None),
        "End" => named(35, None),
        "ArrowLeft" => named(37, None),
        "ArrowUp" => named(38, None),
        "ArrowRight" => named(39, None),
        "ArrowDown" => named(40, None),
        " " => Some(("Space".to_owned(), 32, Some(" ".to_owned()))),
        _ => {
            let mut characters = key.chars();
            let character = characters.next().filter(char::is_ascii_alphanumeric)?.to_ascii_uppercase();
            let family = if character.is_ascii_digit() { "Digit" } else { "Key" };
            characters
                .next()
                .is_none()
                .then(|| (format!("{family}{character}"), character.into(), Some(key.to_owned())))
        }
    }
}
