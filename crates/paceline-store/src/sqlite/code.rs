//! How enumerations are stored. Owns one table per enumeration, whose order is the file format;
//! refuses to reorder: a new word goes to the end.

use paceline_core::agent::{Activity, Health};
use paceline_core::alert::{DeliveryState, EventKind, Kind};
use paceline_core::election::TermEnd;
use paceline_core::task::{Event, Source, Status};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef};

/// A value of an enumeration on its way to or from a column.
#[derive(Clone, Copy)]
pub(crate) struct Code<T>(pub T);

pub(crate) trait Coded: Copy + PartialEq + 'static {
    const ALL: &'static [Self];

    fn code(self) -> i64 {
        let found = Self::ALL.iter().position(|each| *each == self);
        found
            .and_then(|index| i64::try_from(index).ok())
            .unwrap_or(-1)
    }
}

impl<T: Coded> FromSql for Code<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let code = value.as_i64()?;
        let found = usize::try_from(code)
            .ok()
            .and_then(|index| T::ALL.get(index));
        found
            .map(|value| Self(*value))
            .ok_or(FromSqlError::OutOfRange(code))
    }
}

impl<T: Coded> rusqlite::ToSql for Code<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.0.code()))
    }
}

impl Coded for Status {
    const ALL: &'static [Self] = &Status::ALL;
}

impl Coded for Source {
    const ALL: &'static [Self] = &[
        Self::Human,
        Self::AgentRequirements,
        Self::AgentPlanner,
        Self::AgentImplementation,
    ];
}

impl Coded for Event {
    const ALL: &'static [Self] = &[
        Self::Submitted,
        Self::BecameReady,
        Self::Claimed,
        Self::Renewed,
        Self::Completed,
        Self::Failed,
        Self::WillRetry,
        Self::Released,
        Self::LeaseExpired,
        Self::AgentDied,
        Self::AgentLeft,
        Self::Cancelled,
        Self::CascadeCancelled,
        Self::Updated,
    ];
}

impl Coded for Activity {
    const ALL: &'static [Self] = &[Self::Active, Self::Idle, Self::Working, Self::Blocked];
}

impl Coded for Health {
    const ALL: &'static [Self] = &[Self::Healthy, Self::Warning, Self::Stale, Self::Dead];
}

impl Coded for Kind {
    const ALL: &'static [Self] = &Self::ALL;
}

impl Coded for EventKind {
    const ALL: &'static [Self] = &Self::ALL;
}

impl Coded for DeliveryState {
    const ALL: &'static [Self] = &Self::ALL;
}

impl Coded for TermEnd {
    const ALL: &'static [Self] = &[
        Self::Resigned,
        Self::Expired,
        Self::Deregistered,
        Self::Died,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip<T: Coded>() {
        for (index, value) in T::ALL.iter().enumerate() {
            assert_eq!(value.code(), i64::try_from(index).unwrap());
            let read = Code::<T>::column_result(ValueRef::Integer(value.code())).unwrap();
            assert!(read.0 == *value);
        }
        let beyond = i64::try_from(T::ALL.len()).unwrap();
        assert!(Code::<T>::column_result(ValueRef::Integer(beyond)).is_err());
        assert!(Code::<T>::column_result(ValueRef::Integer(-1)).is_err());
    }

    #[test]
    fn every_enumeration_survives_storage_and_unknown_numbers_are_refused() {
        round_trip::<Status>();
        round_trip::<Source>();
        round_trip::<Event>();
        round_trip::<Activity>();
        round_trip::<Health>();
        round_trip::<TermEnd>();
        round_trip::<Kind>();
        round_trip::<EventKind>();
        round_trip::<DeliveryState>();
    }
}
