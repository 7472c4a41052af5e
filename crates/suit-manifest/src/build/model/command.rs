//! Commands (§8.4.6), owned.

use super::{Parameters, Sequence};
use crate::manifest::code::{condition, directive};
use alloc::{collections::BTreeMap, vec::Vec};

/// What a recipient reports about a command (§8.4.7).
pub mod policy {
    /// Nothing.
    pub const NONE: u8 = 0;
    /// A record on success.
    pub const SUCCESS: u8 = 1;
    /// A record on failure: what the draft's examples ask for with fetch.
    pub const FAILURE: u8 = 2;
    /// System information with the record of a success.
    pub const SUCCESS_SYSTEM: u8 = 4;
    /// System information with the record of a failure.
    pub const FAILURE_SYSTEM: u8 = 8;
    /// Records and system information, on success and on failure: what the draft's examples ask for with conditions.
    pub const ALL: u8 = 15;
}

/// Declares an enumeration of codes and the way back from a code.
macro_rules! codes {
    ($(#[$meta:meta])* $name:ident in $numbers:ident { $($(#[$doc:meta])* $variant:ident = $number:ident),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum $name { $($(#[$doc])* $variant),* }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Its number in the IANA registry.
            pub const fn code(self) -> i64 {
                match self { $(Self::$variant => $numbers::$number),* }
            }

            /// The one with this number.
            pub const fn from_code(code: i64) -> Option<Self> {
                Some(match code { $($numbers::$number => Self::$variant,)* _ => return None })
            }
        }
    };
}

codes! {
    /// A condition: what is tested. Its argument is a reporting policy.
    Condition in condition {
        /// 1: the device's vendor is that of the parameter.
        VendorId = VENDOR_ID,
        /// 2: the device's class is that of the parameter.
        ClassId = CLASS_ID,
        /// 3: the component has the digest and size of the parameters.
        ImageMatch = IMAGE_MATCH,
        /// 4 (update-management): it is not later than the parameter.
        UseBefore = USE_BEFORE,
        /// 5: the component's slot is that of the parameter.
        ComponentSlot = COMPONENT_SLOT,
        /// 6: the component has the content of the parameter.
        CheckContent = CHECK_CONTENT,
        /// 7 (trust-domains): the dependency's manifest is intact.
        DependencyIntegrity = DEPENDENCY_INTEGRITY,
        /// 8 (trust-domains): the component is a dependency.
        IsDependency = IS_DEPENDENCY,
        /// 14: always fails.
        Abort = ABORT,
        /// 24: the device is the one of the parameter.
        DeviceId = DEVICE_ID,
        /// 25 (update-management): the component does not have the digest of the parameter.
        ImageNotMatch = IMAGE_NOT_MATCH,
        /// 26 (update-management): there is enough charge.
        MinimumBattery = MINIMUM_BATTERY,
        /// 27 (update-management): the update is authorised.
        UpdateAuthorized = UPDATE_AUTHORIZED,
        /// 28 (update-management): the component's version is one of those that the parameter allows.
        Version = VERSION,
    }
}

codes! {
    /// A directive without further argument. Its argument is a reporting policy.
    Directive in directive {
        /// 11 (trust-domains): process a dependency.
        ProcessDependency = PROCESS_DEPENDENCY,
        /// 18: write the content parameter into the component.
        Write = WRITE,
        /// 21: fetch what the URI parameter names into the component.
        Fetch = FETCH,
        /// 22: copy the source component into the component.
        Copy = COPY,
        /// 23: start the component.
        Invoke = INVOKE,
        /// 29 (update-management): wait for an event.
        Wait = WAIT,
        /// 31: exchange the component with the source component.
        Swap = SWAP,
        /// 33 (trust-domains): mark the component as no longer needed.
        Unlink = UNLINK,
    }
}

/// Argument of set-component-index.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Index {
    /// One component.
    One(u64),
    /// Every component.
    All,
    /// Several; at least one.
    List(Vec<u64>),
}

/// A command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Command {
    /// A test.
    Condition {
        /// Of what.
        condition: Condition,
        /// What to report; see [`policy`].
        policy: u8,
    },
    /// Something to do.
    Directive {
        /// What.
        directive: Directive,
        /// What to report; see [`policy`].
        policy: u8,
    },
    /// 12: the component or components that the following commands mean.
    SetComponentIndex(Index),
    /// 20.
    OverrideParameters(Parameters),
    /// 19 (trust-domains): as 20, for those that are not set yet.
    SetParameters(Parameters),
    /// 34 (update-management): parameters of several components, by component index.
    OverrideMultiple(BTreeMap<u64, Parameters>),
    /// 35 (update-management): parameters taken over from other components: index of the component to take from, and the
    /// numbers of the parameters.
    CopyParameters(BTreeMap<u64, Vec<i64>>),
    /// 15: the first alternative that does not fail.
    TryEach {
        /// Two or more.
        alternatives: Vec<Sequence>,
        /// Whether it succeeds when all of them fail (`nil` at the end).
        optional: bool,
    },
    /// 32.
    RunSequence(Sequence),
    /// A custom command, or one that this crate does not know.
    Custom {
        /// Its code.
        code: i64,
        /// Its argument, as CBOR.
        argument: Vec<u8>,
    },
}

impl Command {
    /// A condition that reports everything.
    pub const fn condition(condition: Condition) -> Self {
        Self::Condition {
            condition,
            policy: policy::ALL,
        }
    }

    /// A directive that reports failures.
    pub const fn directive(directive: Directive) -> Self {
        Self::Directive {
            directive,
            policy: policy::FAILURE,
        }
    }

    /// Chooses one component.
    pub const fn component(index: u64) -> Self {
        Self::SetComponentIndex(Index::One(index))
    }

    /// The first of several sequences that does not fail; where all fail, it fails.
    pub fn try_each(alternatives: impl IntoIterator<Item = Sequence>) -> Self {
        Self::TryEach {
            alternatives: alternatives.into_iter().collect(),
            optional: false,
        }
    }

    /// Its code.
    pub const fn code(&self) -> i64 {
        match self {
            Self::Condition { condition, .. } => condition.code(),
            Self::Directive { directive, .. } => directive.code(),
            Self::SetComponentIndex(_) => directive::SET_COMPONENT_INDEX,
            Self::OverrideParameters(_) => directive::OVERRIDE_PARAMETERS,
            Self::SetParameters(_) => directive::SET_PARAMETERS,
            Self::OverrideMultiple(_) => directive::OVERRIDE_MULTIPLE,
            Self::CopyParameters(_) => directive::COPY_PARAMS,
            Self::TryEach { .. } => directive::TRY_EACH,
            Self::RunSequence(_) => directive::RUN_SEQUENCE,
            Self::Custom { code, .. } => *code,
        }
    }
}
