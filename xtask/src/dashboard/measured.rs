//! What the page, the fleet and the machine told in one run. Owns finding figures in it; refuses to
//! judge them.

use serde_json::Value;

/// Raw, as it came.
pub struct Measured {
    /// Cold loads, and what was loaded.
    pub cold: Value,
    /// What the page counted before and after.
    pub page: Value,
    /// What the browser's trace said.
    pub traced: Value,
    /// The fleet's stretch meanwhile.
    pub fleet: Value,
    pub processor: Shares,
}

/// Of one core.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shares {
    pub server: f64,
    pub browser: f64,
    pub fleet: f64,
    pub driver: f64,
}

impl Measured {
    pub fn page_seconds(&self) -> Option<f64> {
        let at = |when: &str| self.page[when]["at_ms"].as_f64();
        Some((at("after")? - at("before")?) / 1e3)
    }

    /// By how much a count of the page rose.
    pub fn page_count(&self, group: &str, field: &str) -> Option<f64> {
        let at = |when: &str| self.page[when][group][field].as_f64();
        Some(at("after")? - at("before")?)
    }

    /// One figure of each frame of the feed.
    pub fn frames(&self, field: &str) -> Vec<f64> {
        numbers(&self.traced["frames"], Some(field))
    }

    pub fn presented_after(&self) -> Vec<f64> {
        numbers(&self.traced["presented_after_ms"], None)
    }

    /// One figure of each cold load.
    pub fn loads(&self, field: &str) -> Vec<f64> {
        numbers(&self.cold["loads"], Some(field))
    }
}

fn numbers(list: &Value, field: Option<&str>) -> Vec<f64> {
    let list = list.as_array().into_iter().flatten();
    list.filter_map(|one| field.map_or(one, |field| &one[field]).as_f64())
        .collect()
}
