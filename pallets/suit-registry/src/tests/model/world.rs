//! The small world that the calls come out of: few accounts, names and keys, so that calls meet each other.

use crate::mock::{ADMIN, POOR, STRANGER};
use std::sync::LazyLock;
use suit_manifest::{
    cose::{Signer, SigningKey},
    crypto::RustCrypto,
    uuid,
};
use suit_primitives::{ClassId, KeyId, ProductId, VendorId};

/// Whoever calls.
pub const ACCOUNTS: [u64; 4] = [ADMIN, STRANGER, POOR, 4];

/// How vendors are registered.
const VENDORS: [Name; 5] = [
    Name::Domain("acme.example"),
    Name::Domain("lamps.example"),
    Name::Uuid([0x11; 16]),
    Name::Domain("xn--bcher-kva.example"),
    Name::Uuid([0x22; 16]),
];
/// Domain names that are none.
pub const BAD_DOMAINS: [&str; 3] = ["", "example", "Acme.example"];
/// UUIDs that no vendor may choose: none at all, and one that a name might stand for.
pub const BAD_UUIDS: [[u8; 16]; 3] = [[0; 16], [0xff; 16], [0x55; 16]];
/// Class names.
pub const CLASSES: [&str; 3] = ["lamp", "switch", "a door that opens by itself"];
/// Class names that are none.
pub const BAD_CLASSES: [&str; 2] = ["", "a\nb"];

/// How a vendor came by its id.
#[derive(Clone, Copy)]
pub enum Name {
    /// It was derived from a domain name.
    Domain(&'static str),
    /// It was chosen.
    Uuid([u8; 16]),
}

/// One of [`VENDORS`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct V(pub usize);

/// One of a vendor's products.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct P(pub V, pub usize);

/// One of the keys.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct K(pub usize);

impl V {
    /// Every vendor.
    pub fn all() -> impl Iterator<Item = V> {
        (0..VENDORS.len()).map(V)
    }

    /// How it is registered.
    pub fn name(self) -> Name {
        VENDORS[self.0]
    }

    /// Its id.
    pub fn id(self) -> VendorId {
        VendorId(match self.name() {
            Name::Domain(domain) => uuid::vendor_id(domain),
            Name::Uuid(uuid) => uuid,
        })
    }
}

impl P {
    /// Every product.
    pub fn all() -> impl Iterator<Item = P> {
        V::all().flat_map(|vendor| (0..CLASSES.len()).map(move |class| P(vendor, class)))
    }

    /// Its id.
    pub fn id(self) -> ProductId {
        let vendor = self.0.id();
        ProductId {
            vendor,
            class: ClassId(uuid::class_id(&vendor.0, CLASSES[self.1])),
        }
    }
}

/// A key of the world.
struct Pair {
    key: SigningKey,
    cose_key: Vec<u8>,
    id: KeyId,
}

/// More than one vendor may have. Nearly all are Ed25519, which costs least.
static KEYS: LazyLock<Vec<Pair>> = LazyLock::new(|| {
    let pair = |n: u8| {
        let key = match n {
            3 => SigningKey::from_bytes_p256(&[n.saturating_add(1); 32]).expect("a scalar"),
            _ => SigningKey::from_bytes_ed25519(&[n; 32]),
        };
        Pair {
            cose_key: key.public_key().to_cose_key(),
            id: KeyId(key.public_key().thumbprint(&RustCrypto)),
            key,
        }
    };
    (0..96).map(pair).collect()
});

impl K {
    /// How many there are.
    pub fn count() -> usize {
        KEYS.len()
    }

    /// Every key.
    pub fn all() -> impl Iterator<Item = K> {
        (0..Self::count()).map(K)
    }

    /// What signs.
    pub fn key(self) -> &'static SigningKey {
        &KEYS[self.0].key
    }

    /// Its public half, as it is registered.
    pub fn cose_key(self) -> &'static [u8] {
        &KEYS[self.0].cose_key
    }

    /// Its thumbprint.
    pub fn id(self) -> KeyId {
        KEYS[self.0].id
    }
}

/// A text with the small world's names in place of ids.
pub fn named(mut text: String) -> String {
    for product in P::all() {
        text = text.replace(&format!("{:?}", product.id()), &format!("{product:?}"));
        text = text.replace(&format!("{:?}", product.id().class), CLASSES[product.1]);
    }
    for vendor in V::all() {
        text = text.replace(&format!("{:?}", vendor.id()), &format!("{vendor:?}"));
    }
    for key in K::all() {
        text = text.replace(&format!("{:?}", key.id()), &format!("{key:?}"));
    }
    text
}

/// Random numbers that come again with the seed (SplitMix64).
pub struct Random(u64);

impl Random {
    /// From a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Less than `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }

    /// True so many times in a hundred.
    pub fn percent(&mut self, chance: u64) -> bool {
        self.next() % 100 < chance
    }

    /// One of these.
    pub fn of<V: Copy>(&mut self, values: &[V]) -> V {
        values[self.below(values.len())]
    }

    /// One of these, where there is any.
    pub fn any<V>(&mut self, values: impl IntoIterator<Item = V>) -> Option<V> {
        let mut values: Vec<V> = values.into_iter().collect();
        if values.is_empty() {
            return None;
        }
        let index = self.below(values.len());
        Some(values.swap_remove(index))
    }
}
