//! Protobuf's wire format, read in place. Owns fields and their bounds; refuses to know a message,
//! to copy, and to go past the end: each fault names the message and the byte.

use thiserror::Error;

/// Where a message cannot be read, and why.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("read `{message}` at byte {at}: {problem}")]
pub struct Malformed {
    pub message: &'static str,
    /// Of the decompressed body.
    pub at: usize,
    pub problem: String,
}

/// A message's fields, one after another. Places are those of the whole body.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'b> {
    whole: &'b [u8],
    at: usize,
    end: usize,
    message: &'static str,
}

#[derive(Clone, Copy, Debug)]
pub struct Field<'b> {
    pub number: u32,
    /// Where its tag begins.
    pub from: usize,
    value: Value<'b>,
    message: &'static str,
}

#[derive(Clone, Copy, Debug)]
enum Value<'b> {
    Varint(u64),
    Fixed64(u64),
    Fixed32,
    Bytes {
        whole: &'b [u8],
        from: usize,
        end: usize,
    },
}

const VARINT: u64 = 0;
const FIXED64: u64 = 1;
const LENGTH_DELIMITED: u64 = 2;
const FIXED32: u64 = 5;

impl<'b> Reader<'b> {
    #[must_use]
    pub fn new(whole: &'b [u8], message: &'static str) -> Self {
        Self {
            whole,
            at: 0,
            end: whole.len(),
            message,
        }
    }

    /// A message whose place is known already.
    #[must_use]
    pub fn within(whole: &'b [u8], place: std::ops::Range<usize>, message: &'static str) -> Self {
        Self {
            whole,
            at: place.start,
            end: place.end.min(whole.len()),
            message,
        }
    }

    /// The next field, or none at the end of the message.
    ///
    /// # Errors
    /// When what is there is no field.
    #[inline]
    pub fn next(&mut self) -> Result<Option<Field<'b>>, Malformed> {
        if self.end <= self.at {
            return Ok(None);
        }
        let from = self.at;
        let tag = self.varint()?;
        let number = u32::try_from(tag >> 3).unwrap_or(0);
        if number == 0 {
            return Err(self.malformed(from, "no field has this number"));
        }
        let value = match tag & 7 {
            VARINT => Value::Varint(self.varint()?),
            FIXED64 => Value::Fixed64(self.fixed64()?),
            LENGTH_DELIMITED => self.bytes()?,
            FIXED32 => self.fixed32()?,
            other => {
                let problem = format!("field {number} has the wire type {other}, which is unused");
                return Err(self.malformed(from, problem));
            }
        };
        let message = self.message;
        Ok(Some(Field {
            number,
            from,
            value,
            message,
        }))
    }

    /// Where the next field begins.
    #[must_use]
    pub fn at(&self) -> usize {
        self.at
    }

    #[must_use]
    pub fn is_at_end(&self) -> bool {
        self.end <= self.at
    }

    /// # Errors
    /// When it does not end, or is larger than 64 bits.
    #[inline]
    pub fn varint(&mut self) -> Result<u64, Malformed> {
        match self.whole[..self.end].get(self.at) {
            Some(byte) if *byte < 0x80 => {
                self.at += 1;
                Ok(u64::from(*byte))
            }
            _ => self.long_varint(),
        }
    }

    fn long_varint(&mut self) -> Result<u64, Malformed> {
        let from = self.at;
        let mut value = 0_u64;
        for (place, byte) in self.whole[from..self.end].iter().take(10).enumerate() {
            let bits = u64::from(byte & 0x7f);
            if place == 9 && 1 < bits {
                return Err(self.malformed(from, "a number is larger than 64 bits"));
            }
            value |= bits << (7 * place);
            if *byte < 0x80 {
                self.at = from + place + 1;
                return Ok(value);
            }
        }
        let problem = match self.end - from < 10 {
            true => "the message ends within a number",
            false => "a number is longer than ten bytes",
        };
        Err(self.malformed(from, problem))
    }

    #[inline]
    fn fixed64(&mut self) -> Result<u64, Malformed> {
        let rest = &self.whole[self.at..self.end];
        let Some(bytes) = rest.first_chunk::<8>() else {
            return Err(self.malformed(self.at, "the message ends within a 64-bit value"));
        };
        self.at += 8;
        Ok(u64::from_le_bytes(*bytes))
    }

    fn fixed32(&mut self) -> Result<Value<'b>, Malformed> {
        if self.end - self.at < 4 {
            return Err(self.malformed(self.at, "the message ends within a 32-bit value"));
        }
        self.at += 4;
        Ok(Value::Fixed32)
    }

    #[inline]
    fn bytes(&mut self) -> Result<Value<'b>, Malformed> {
        let place = self.at;
        let length = self.varint()?;
        let left = self.end - self.at;
        match usize::try_from(length) {
            Ok(length) if length <= left => {
                let (whole, from) = (self.whole, self.at);
                self.at += length;
                let end = self.at;
                Ok(Value::Bytes { whole, from, end })
            }
            _ => {
                let problem = format!("a length of {length} bytes, {left} are left");
                Err(self.malformed(place, problem))
            }
        }
    }

    #[cold]
    pub fn malformed(&self, at: usize, problem: impl Into<String>) -> Malformed {
        Malformed {
            message: self.message,
            at,
            problem: problem.into(),
        }
    }
}

impl<'b> Field<'b> {
    /// The field as a message of its own, or what a packed list holds.
    ///
    /// # Errors
    /// When it is a number.
    #[inline]
    pub fn message(&self, message: &'static str) -> Result<Reader<'b>, Malformed> {
        match self.value {
            Value::Bytes { whole, from, end } => Ok(Reader {
                whole,
                at: from,
                end,
                message,
            }),
            _ => Err(self.of_wrong_type("a message")),
        }
    }

    /// # Errors
    /// When it is a number.
    #[inline]
    pub fn bytes(&self) -> Result<&'b [u8], Malformed> {
        match self.value {
            Value::Bytes { whole, from, end } => Ok(&whole[from..end]),
            _ => Err(self.of_wrong_type("text")),
        }
    }

    /// # Errors
    /// When it is anything else.
    #[inline]
    pub fn double(&self) -> Result<f64, Malformed> {
        match self.value {
            Value::Fixed64(bits) => Ok(f64::from_bits(bits)),
            _ => Err(self.of_wrong_type("a 64-bit float")),
        }
    }

    /// # Errors
    /// When it is anything else.
    #[inline]
    pub fn varint(&self) -> Result<u64, Malformed> {
        match self.value {
            Value::Varint(value) => Ok(value),
            _ => Err(self.of_wrong_type("a whole number")),
        }
    }

    /// # Errors
    /// When it is anything else. Negative numbers are written as their 64 bits.
    #[inline]
    pub fn int64(&self) -> Result<i64, Malformed> {
        self.varint().map(u64::cast_signed)
    }

    #[must_use]
    pub fn is_packed(&self) -> bool {
        matches!(self.value, Value::Bytes { .. })
    }

    #[cold]
    fn of_wrong_type(&self, expected: &str) -> Malformed {
        self.malformed(format!("field {} is not {expected}", self.number))
    }

    #[cold]
    pub fn malformed(&self, problem: String) -> Malformed {
        Malformed {
            message: self.message,
            at: self.from,
            problem,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<Vec<(u32, String)>, String> {
        let mut reader = Reader::new(bytes, "m");
        let mut fields = Vec::new();
        while let Some(field) = reader.next().map_err(|error| error.to_string())? {
            let value = match field.value {
                Value::Varint(value) => value.to_string(),
                Value::Fixed64(value) => format!("{value:x}"),
                Value::Fixed32 => "32".to_owned(),
                Value::Bytes { whole, from, end } => format!("{:?}", &whole[from..end]),
            };
            fields.push((field.number, value));
        }
        Ok(fields)
    }

    #[test]
    fn fields_of_each_type_are_read() {
        let check = |bytes: &[u8], expected: &[(u32, &str)]| {
            let expected: Vec<_> = expected
                .iter()
                .map(|(n, v)| (*n, (*v).to_owned()))
                .collect();
            assert_eq!(read(bytes).unwrap(), expected);
        };
        check(&[], &[]);
        check(&[0x08, 0x96, 0x01], &[(1, "150")]);
        check(&[0x12, 2, b'h', b'i'], &[(2, "[104, 105]")]);
        check(
            &[0x09, 1, 0, 0, 0, 0, 0, 0, 0x80],
            &[(1, "8000000000000001")],
        );
        check(&[0x0d, 1, 2, 3, 4], &[(1, "32")]);
        let minus_one = [0x08, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1];
        check(&minus_one, &[(1, &u64::MAX.to_string())]);
    }

    #[test]
    fn what_is_no_field_is_refused_with_its_place() {
        let check = |bytes: &[u8], expected: &str| {
            assert_eq!(read(bytes).unwrap_err(), expected);
        };
        check(
            &[0x08],
            "read `m` at byte 1: the message ends within a number",
        );
        check(
            &[0x08, 0x80],
            "read `m` at byte 1: the message ends within a number",
        );
        check(
            &[0x08, 255, 255, 255, 255, 255, 255, 255, 255, 255, 2],
            "read `m` at byte 1: a number is larger than 64 bits",
        );
        check(
            &[0x08, 255, 255, 255, 255, 255, 255, 255, 255, 255, 128, 1],
            "read `m` at byte 1: a number is longer than ten bytes",
        );
        check(
            &[0x12, 5, 1],
            "read `m` at byte 1: a length of 5 bytes, 1 are left",
        );
        check(
            &[0x09, 1, 2],
            "read `m` at byte 1: the message ends within a 64-bit value",
        );
        check(
            &[0x0d, 1],
            "read `m` at byte 1: the message ends within a 32-bit value",
        );
        check(&[0x00, 0], "read `m` at byte 0: no field has this number");
        check(
            &[0x08, 1, 0x0b],
            "read `m` at byte 2: field 1 has the wire type 3, which is unused",
        );
    }
}
