//! A body put together from its pieces; one that comes in one piece is not copied.

use bytes::{Bytes, BytesMut};

/// What has come of a body.
#[derive(Debug, Default)]
pub(crate) struct Whole {
    first: Bytes,
    all: BytesMut,
}

impl Whole {
    /// Bytes so far.
    pub(crate) fn len(&self) -> u64 {
        self.first.len().saturating_add(self.all.len()) as u64
    }

    /// The next piece.
    pub(crate) fn push(&mut self, piece: Bytes) {
        if piece.is_empty() {
            return;
        }
        if self.len() == 0 {
            self.first = piece;
            return;
        }
        if self.all.is_empty() {
            self.all = BytesMut::from(std::mem::take(&mut self.first));
        }
        self.all.extend_from_slice(&piece);
    }

    /// All of it.
    pub(crate) fn into_bytes(self) -> Bytes {
        if self.all.is_empty() { self.first } else { self.all.freeze() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(pieces: &[&Bytes]) -> Bytes {
        let mut whole = Whole::default();
        for piece in pieces {
            whole.push(Bytes::clone(piece));
        }
        assert_eq!(whole.len(), pieces.iter().map(|piece| piece.len() as u64).sum::<u64>());
        whole.into_bytes()
    }

    #[test]
    fn one_piece_is_handed_on_as_it_is() {
        let (nothing, piece) = (Bytes::new(), Bytes::from(vec![7; 100]));
        assert_eq!(whole(&[&nothing, &piece, &nothing]).as_ptr(), piece.as_ptr());
        assert_eq!(whole(&[]), "");
    }

    #[test]
    fn several_keep_their_order_and_are_not_written_into() {
        let (one, two, three) = (Bytes::from("one "), Bytes::from("two "), Bytes::from("three"));
        assert_eq!(whole(&[&one, &two, &three]), "one two three");
        assert_eq!(one, "one ");
    }
}
