//! The calendar of the message list: days and minutes at some distance from UTC. Pure arithmetic.
//!
//! It is not a time zone library: the distance comes from the server, then from the browser, for each moment.

use chat::Millis;

const MS_PER_MINUTE: i64 = 60_000;
const MS_PER_DAY: i64 = 86_400_000;

/// A moment as a clock on the wall shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Days since 1 January 1970.
    pub day: i64,
    /// Minutes since midnight.
    pub minute: u32,
}

impl Moment {
    /// The moment `at`, `offset` minutes east of UTC.
    pub fn new(at: Millis, offset: i32) -> Moment {
        let local = at + i64::from(offset) * MS_PER_MINUTE;
        let minute = local.rem_euclid(MS_PER_DAY) / MS_PER_MINUTE;
        Moment { day: local.div_euclid(MS_PER_DAY), minute: minute as u32 }
    }

    /// `14:05`.
    pub fn clock(self) -> String {
        let mut text = String::with_capacity(5);
        push_padded(&mut text, self.minute / 60, 2);
        text.push(':');
        push_padded(&mut text, self.minute % 60, 2);
        text
    }
}

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date {
    /// The year.
    pub year: i64,
    /// From 0, January.
    pub month: usize,
    /// From 1.
    pub day: u32,
    /// From 0, Sunday.
    pub weekday: usize,
}

impl Date {
    /// The date of a day counted from 1 January 1970. In the proleptic Gregorian calendar, by eras of 400 years
    /// that begin in March, so that the leap day is the last of its year.
    pub fn of(days: i64) -> Date {
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * day_of_year + 2) / 153;
        let month = (from_march + 2) % 12;
        let year = year_of_era + era * 400 + i64::from(month < 2);
        Date {
            year,
            month: month as usize,
            day: (day_of_year - (153 * from_march + 2) / 5 + 1) as u32,
            weekday: (days + 4).rem_euclid(7) as usize,
        }
    }

    /// `2026-03-12`.
    pub fn iso(self) -> String {
        let mut text = String::with_capacity(10);
        push_padded(&mut text, self.year.unsigned_abs() as u32, 4);
        text.push('-');
        push_padded(&mut text, self.month as u32 + 1, 2);
        text.push('-');
        push_padded(&mut text, self.day, 2);
        text
    }
}

/// The moment as machines read it, in UTC: `2026-03-12T17:05Z`.
pub fn iso(at: Millis) -> String {
    let moment = Moment::new(at, 0);
    let mut text = Date::of(moment.day).iso();
    text.push('T');
    text.push_str(&moment.clock());
    text.push('Z');
    text
}

/// Without `format!`, whose machinery would be the largest part of this file in the page.
fn push_padded(text: &mut String, number: u32, width: usize) {
    let digits = number.to_string();
    for _ in digits.len()..width {
        text.push('0');
    }
    text.push_str(&digits);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_moves_with_the_distance_from_utc() {
        let at = 1_773_335_100_000; // 2026-03-12 17:05 UTC
        assert_eq!(iso(at), "2026-03-12T17:05Z");
        assert_eq!(Moment::new(at, -180).clock(), "14:05");
        assert_eq!(Moment::new(at, 8 * 60).clock(), "01:05");
        assert_eq!(Moment::new(at, 8 * 60).day, Moment::new(at, 0).day + 1);
    }

    #[test]
    fn a_moment_before_1970_is_a_moment_too() {
        assert_eq!(iso(-60_000), "1969-12-31T23:59Z");
    }

    #[test]
    fn leap_days_and_centuries_are_where_they_belong() {
        for (days, iso, weekday) in [
            (0, "1970-01-01", 4),
            (11_016, "2000-02-29", 2),
            (11_017, "2000-03-01", 3),
            (20_524, "2026-03-12", 4),
            (47_540, "2100-02-28", 0),
            (47_541, "2100-03-01", 1),
        ] {
            let date = Date::of(days);
            assert_eq!((date.iso().as_str(), date.weekday), (iso, weekday), "{days}");
        }
    }
}
