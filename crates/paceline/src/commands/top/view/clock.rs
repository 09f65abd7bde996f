//! The moment of a picture. Owns times of day and how long ago something was; refuses to look at a
//! clock.

use jiff::tz::TimeZone;

pub struct Clock {
    pub now_ms: i64,
    pub zone: TimeZone,
}

impl Clock {
    /// `14:03:07`, or nothing for a time that no calendar has.
    pub fn time_of_day(&self, at_ms: i64) -> String {
        let instant = jiff::Timestamp::from_millisecond(at_ms);
        let zoned = instant.map(|instant| instant.to_zoned(self.zone.clone()));
        zoned.map_or_else(
            |_| String::new(),
            |zoned| zoned.strftime("%H:%M:%S").to_string(),
        )
    }

    /// `3 s`, `12 min`; a clock that is behind the server's says 0 s.
    pub fn ago(&self, at_ms: i64) -> String {
        let seconds = self.now_ms.saturating_sub(at_ms).max(0) / 1_000;
        match seconds {
            seconds if seconds < 120 => format!("{seconds} s"),
            seconds if seconds < 7_200 => format!("{} min", seconds / 60),
            seconds => format!("{} h", seconds / 3_600),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_in_the_zone_and_ages_in_whole_units() {
        let clock = Clock {
            now_ms: 10_000_000,
            zone: jiff::tz::Offset::constant(2).to_time_zone(),
        };
        assert_eq!(clock.time_of_day(3_600_000), "03:00:00");
        assert_eq!(clock.time_of_day(i64::MAX), "");
        let check = |at_ms, expected: &str| assert_eq!(clock.ago(at_ms), expected);
        check(9_997_100, "2 s");
        check(9_000_000, "16 min");
        check(0, "2 h");
        check(11_000_000, "0 s");
    }
}
