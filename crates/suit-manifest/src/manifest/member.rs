//! The manifest's members that hold sequences, text and tags, and which of them can be severed.

use super::code::narrow;
use super::key;
use crate::digest::Digest;

/// A member that the manifest holds itself, or only by digest (§8.6).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severable {
    /// 14, CoSWID (update-management).
    Coswid,
    /// 15, dependency resolution (trust-domains).
    DependencyResolution,
    /// 16, payload fetch.
    PayloadFetch,
    /// 18, candidate verification (trust-domains).
    CandidateVerification,
    /// 20, install.
    Install,
    /// 23, text.
    Text,
}

impl Severable {
    /// How many there are.
    pub const COUNT: usize = 6;

    /// All of them, by rising key.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Coswid,
        Self::DependencyResolution,
        Self::PayloadFetch,
        Self::CandidateVerification,
        Self::Install,
        Self::Text,
    ];

    /// Its key, in the manifest and in the envelope.
    pub const fn key(self) -> i64 {
        match self {
            Self::Coswid => 14,
            Self::DependencyResolution => 15,
            Self::PayloadFetch => 16,
            Self::CandidateVerification => 18,
            Self::Install => 20,
            Self::Text => 23,
        }
    }

    /// The member with this key.
    pub fn from_key(key: i64) -> Option<Self> {
        Some(match narrow(key) {
            14 => Self::Coswid,
            15 => Self::DependencyResolution,
            16 => Self::PayloadFetch,
            18 => Self::CandidateVerification,
            20 => Self::Install,
            23 => Self::Text,
            _ => return None,
        })
    }

    /// Whether a recipient needs it to install (the draft's "recipient-necessary").
    pub const fn is_needed(self) -> bool {
        !matches!(self, Self::Coswid | Self::Text)
    }

    pub(crate) const fn index(self) -> usize {
        match self {
            Self::Coswid => 0,
            Self::DependencyResolution => 1,
            Self::PayloadFetch => 2,
            Self::CandidateVerification => 3,
            Self::Install => 4,
            Self::Text => 5,
        }
    }
}

/// Where a severable member is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Member<'a> {
    /// The manifest has none.
    Absent,
    /// In the manifest.
    Inside(Content<'a>),
    /// Severed: the manifest has its digest.
    Severed {
        /// Digest over the member with its byte string's head.
        digest: Digest<'a>,
        /// The member, where the envelope holds it. Trust it only after
        /// [`crate::envelope::Envelope::check_digest`].
        content: Option<Content<'a>>,
    },
}

/// Content of a member.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Content<'a> {
    /// The bytes, without the byte string's head.
    pub bytes: &'a [u8],
    /// Where they lie in the envelope.
    pub(crate) base: usize,
}

impl<'a> Member<'a> {
    /// The content, wherever it is, and where it lies.
    pub(super) fn content(&self) -> Option<(&'a [u8], usize)> {
        match self {
            Self::Inside(content)
            | Self::Severed {
                content: Some(content), ..
            } => Some((content.bytes, content.base)),
            Self::Absent | Self::Severed { content: None, .. } => None,
        }
    }
}

/// A command sequence of the manifest, by what it is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Procedure {
    /// 15 (trust-domains).
    DependencyResolution,
    /// 16.
    PayloadFetch,
    /// 18 (trust-domains).
    CandidateVerification,
    /// 20.
    Install,
    /// 7.
    Validate,
    /// 8.
    Load,
    /// 9.
    Invoke,
    /// 24 (trust-domains).
    Uninstall,
}

/// Members that hold sequences and are never severed.
pub(super) const FIXED: usize = 4;

pub(super) enum Place {
    Fixed(usize),
    Severable(Severable),
}

impl Procedure {
    /// All of them, in the order in which a recipient runs them; uninstall last.
    pub const ALL: [Self; 8] = [
        Self::DependencyResolution,
        Self::PayloadFetch,
        Self::CandidateVerification,
        Self::Install,
        Self::Validate,
        Self::Load,
        Self::Invoke,
        Self::Uninstall,
    ];

    /// Its key in the manifest.
    pub const fn key(self) -> i64 {
        match self.place() {
            Place::Severable(member) => member.key(),
            Place::Fixed(_) => match self {
                Self::Validate => key::VALIDATE,
                Self::Load => key::LOAD,
                Self::Invoke => key::INVOKE,
                _ => key::UNINSTALL,
            },
        }
    }

    pub(super) const fn place(self) -> Place {
        match self {
            Self::DependencyResolution => Place::Severable(Severable::DependencyResolution),
            Self::PayloadFetch => Place::Severable(Severable::PayloadFetch),
            Self::CandidateVerification => Place::Severable(Severable::CandidateVerification),
            Self::Install => Place::Severable(Severable::Install),
            Self::Validate => Place::Fixed(0),
            Self::Load => Place::Fixed(1),
            Self::Invoke => Place::Fixed(2),
            Self::Uninstall => Place::Fixed(3),
        }
    }
}
