//! Which series of a block a question means. Owns the way from matchers to series numbers; where a
//! part of the index is damaged it reads the series themselves instead.

use std::collections::BTreeSet;

use roaring::RoaringBitmap;

use super::file::BlockFile;
use super::format::ReadError;
use super::frames::SERIES_A_FRAME;
use super::near::Near;
use super::postings::decode_bitmap;
use crate::{MatchOp, Matcher, Warnings};

impl BlockFile {
    /// The numbers of the series that all matchers let through.
    pub(super) fn find(&self, matchers: &[Matcher], warnings: &Warnings) -> RoaringBitmap {
        match self.find_by_postings(matchers) {
            Ok(found) => found,
            Err(error) => {
                warnings.add(format!(
                    "`{}`, {error}: this part of the index was not used",
                    self.place
                ));
                self.find_by_series(matchers, warnings)
            }
        }
    }

    fn find_by_postings(&self, matchers: &[Matcher]) -> Result<RoaringBitmap, ReadError> {
        let mut found = RoaringBitmap::new();
        found.insert_range(0..self.footer.series);
        // Those that need one value first: they are cheap, and may leave nothing to do.
        let (exact, others): (Vec<_>, Vec<_>) = matchers
            .iter()
            .partition(|matcher| matcher.op == MatchOp::Equal && !matcher.value.is_empty());
        for matcher in exact.into_iter().chain(others) {
            if found.is_empty() {
                break;
            }
            // An absent label matches as empty: then the values that are refused are few or many,
            // but the series without the label are never listed.
            if matcher.matches("") {
                found -= self.carrying(matcher, false)?;
            } else {
                found &= self.carrying(matcher, true)?;
            }
        }
        Ok(found)
    }

    /// The series whose value of the matcher's label is one that it takes, or refuses.
    fn carrying(&self, matcher: &Matcher, taken: bool) -> Result<RoaringBitmap, ReadError> {
        let names = self.names()?;
        let value = (taken && matcher.op == MatchOp::Equal).then_some(matcher.value.as_str());
        let mut all = RoaringBitmap::new();
        for (_, place) in names.frames(&matcher.name, value) {
            let frame = self.postings(*place)?;
            let damaged = |problem| ReadError::damaged(place.offset, problem);
            if let Some(value) = value {
                if let Some(body) = frame.find(value) {
                    all |= decode_bitmap(body).map_err(damaged)?;
                }
                continue;
            }
            for (_, body) in frame
                .values()
                .filter(|(value, _)| matcher.matches(value) == taken)
            {
                all |= decode_bitmap(body).map_err(damaged)?;
            }
        }
        Ok(all)
    }

    fn find_by_series(&self, matchers: &[Matcher], warnings: &Warnings) -> RoaringBitmap {
        let mut found = RoaringBitmap::new();
        let mut near = Near::default();
        for first in (0..self.footer.series).step_by(SERIES_A_FRAME) {
            let frame = match self.series_frame(first) {
                Ok(frame) => frame,
                Err(error) => {
                    self.warn(&error, warnings);
                    continue;
                }
            };
            for at in 0..frame.len() {
                match self.labels(&frame, at, &mut near) {
                    Ok(labels) if matchers.iter().all(|one| one.matches_labels(&labels)) => {
                        found.insert(first + at as u32);
                    }
                    Ok(_) => {}
                    Err(error) => self.warn(&error, warnings),
                }
            }
        }
        found
    }

    pub(super) fn add_label_names(&self, names: &mut BTreeSet<String>) -> Result<(), ReadError> {
        names.extend(self.names()?.0.keys().cloned());
        Ok(())
    }

    pub(super) fn add_label_values(
        &self,
        name: &str,
        values: &mut BTreeSet<String>,
    ) -> Result<(), ReadError> {
        for (_, place) in self.names()?.frames(name, None) {
            let frame = self.postings(*place)?;
            values.extend(frame.values().map(|(value, _)| value.to_owned()));
        }
        Ok(())
    }
}
