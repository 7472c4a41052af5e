//! A set of ordinals for each product: which of its releases are available and kept.
//!
//! What has to be found in constant time is the newest release that is available, also after the newest was withdrawn and
//! however many before it were. So the set is a tree of bitmaps: a leaf page has a bit for each of 256 ordinals, a page
//! above it a bit for each of 256 pages that are not empty. Four levels hold all ordinals. Pages that are empty are not
//! stored, and most changes touch one page.

use crate::pallet::{AvailablePages, Config, Pallet};
use suit_primitives::ProductId;

/// Levels of pages: 256⁴ ordinals.
const LEVELS: u8 = 4;

type Page = [u8; 32];

impl<T: Config> Pallet<T> {
    /// Adds an ordinal.
    pub(crate) fn insert_available(product: ProductId, ordinal: u32) {
        for level in 0..LEVELS {
            let (number, bit) = place(level, ordinal);
            let known = AvailablePages::<T>::get(product, (level, number));
            let mut page = known.unwrap_or_default();
            set(&mut page, bit);
            AvailablePages::<T>::insert(product, (level, number), page);
            // A page that was there is known above already.
            if known.is_some() {
                return;
            }
        }
    }

    /// Removes an ordinal, whether it is in the set or not.
    pub(crate) fn remove_available(product: ProductId, ordinal: u32) {
        for level in 0..LEVELS {
            let (number, bit) = place(level, ordinal);
            let Some(mut page) = AvailablePages::<T>::get(product, (level, number)) else {
                return;
            };
            clear(&mut page, bit);
            if page != Page::default() {
                AvailablePages::<T>::insert(product, (level, number), page);
                return;
            }
            AvailablePages::<T>::remove(product, (level, number));
        }
    }

    /// The greatest ordinal in the set that is less than `bound`. At most seven pages are read.
    pub(crate) fn available_before(product: ProductId, bound: u32) -> Option<u32> {
        for level in 0..LEVELS {
            let (number, bit) = place(level, bound);
            let below = AvailablePages::<T>::get(product, (level, number)).and_then(|page| highest(&page, bit.into()));
            if let Some(bit) = below {
                return Self::greatest_under(product, level, number, bit);
            }
        }
        None
    }

    /// The greatest ordinal under a bit of a page.
    fn greatest_under(product: ProductId, level: u8, number: u32, bit: u8) -> Option<u32> {
        let mut found = child(number, bit);
        for level in (0..level).rev() {
            let page = AvailablePages::<T>::get(product, (level, found))?;
            found = child(found, highest(&page, 256)?);
        }
        Some(found)
    }
}

/// The page of a level that an ordinal falls into, and its bit there.
fn place(level: u8, ordinal: u32) -> (u32, u8) {
    let shift = u32::from(level).saturating_mul(8);
    let at_level = ordinal.checked_shr(shift).unwrap_or_default();
    let [bit, ..] = at_level.to_le_bytes();
    (at_level >> 8, bit)
}

fn child(number: u32, bit: u8) -> u32 {
    (number << 8) | u32::from(bit)
}

fn set(page: &mut Page, bit: u8) {
    if let Some(byte) = page.get_mut(usize::from(bit >> 3)) {
        *byte |= 1 << (bit & 7);
    }
}

fn clear(page: &mut Page, bit: u8) {
    if let Some(byte) = page.get_mut(usize::from(bit >> 3)) {
        *byte &= !(1 << (bit & 7));
    }
}

/// The highest bit of the page that is set and lower than `bound`.
fn highest(page: &Page, bound: u16) -> Option<u8> {
    (0..=u8::MAX).step_by(8).zip(page).rev().find_map(|(first, byte)| {
        let below = bound.saturating_sub(first.into()).min(8);
        let mask = 0xff_u8
            .checked_shr(8u32.saturating_sub(below.into()))
            .unwrap_or_default();
        let bit = (byte & mask).checked_ilog2()?;
        first.checked_add(u8::try_from(bit).ok()?)
    })
}

#[cfg(test)]
mod tests {
    use crate::{
        mock::{chain, Runtime, SuitRegistry},
        pallet::AvailablePages,
    };
    use std::collections::BTreeSet;
    use suit_primitives::{ClassId, ProductId, VendorId};

    const PRODUCT: ProductId = ProductId {
        vendor: VendorId([1; 16]),
        class: ClassId([2; 16]),
    };

    #[test]
    fn the_set_answers_as_a_plain_set_does() {
        chain(true).execute_with(|| {
            let mut plain = BTreeSet::new();
            let mut state = 7u64;
            let mut random = || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (state >> 33) as u32
            };
            for _ in 0..20_000 {
                // Small, middling and large ordinals, so that every level is climbed.
                let ordinal = match random() % 4 {
                    0 => random() % 8,
                    1 => random() % 1_000,
                    2 => random() % (1 << 20),
                    _ => random() << 1,
                };
                if random() % 2 == 0 {
                    plain.insert(ordinal);
                    SuitRegistry::insert_available(PRODUCT, ordinal);
                } else {
                    let gone = plain.iter().next_back().copied().unwrap_or(ordinal);
                    plain.remove(&gone);
                    SuitRegistry::remove_available(PRODUCT, gone);
                }
                for bound in [ordinal, ordinal.saturating_add(1), u32::MAX] {
                    let expected = plain.range(..bound).next_back().copied();
                    assert_eq!(
                        SuitRegistry::available_before(PRODUCT, bound),
                        expected,
                        "before {bound}"
                    );
                }
            }
            for ordinal in plain {
                SuitRegistry::remove_available(PRODUCT, ordinal);
            }
            let pages = AvailablePages::<Runtime>::iter().count();
            assert_eq!(pages, 0, "an empty set leaves nothing");
        });
    }
}
