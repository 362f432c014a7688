//! Pictures of the page, and what no width may break.

use crate::visit::Visit;
use serde_json::json;

async fn resize(visit: &Visit, width: u32, height: u32) {
    let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
    visit.page.call("Emulation.setDeviceMetricsOverride", size).await.unwrap();
    let wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth";
    visit.wait(wide).await;
}

async fn colours(visit: &Visit, scheme: &str) {
    let features = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
    visit.page.call("Emulation.setEmulatedMedia", features).await.unwrap();
}

/// The page is the same file whatever serves it.
#[test]
fn every_size_in_light_and_dark() {
    crate::lab::run(every_size("axum"));
}

async fn every_size(framework: &str) {
    let Some(visit) = Visit::start(framework).await else { return };
    let sizes = [("wide", 1200, 900), ("phone", 360, 780)];
    let schemes = ["light", "dark"];
    for (size, width, height) in sizes {
        resize(&visit, width, height).await;
        for scheme in schemes {
            colours(&visit, scheme).await;
            visit.screenshot(&format!("signed-out-{size}-{scheme}")).await;
        }
    }
    resize(&visit, 1200, 900).await;
    visit.create_account().await;
    visit.screenshot("signed-in-offer").await;
    visit.add_passkey("My laptop with a name that is rather long").await;
    for (size, width, height) in sizes {
        resize(&visit, width, height).await;
        for scheme in schemes {
            colours(&visit, scheme).await;
            visit.screenshot(&format!("signed-in-{size}-{scheme}")).await;
        }
    }
    visit.click("#passkey-list .remove").await;
    visit.wait("document.getElementById('remove-dialog').open").await;
    visit.screenshot("remove-phone-dark").await;
    visit.assert_clean();
}
