//! The draft's templates for creating manifests (§7), as commands.
//!
//! With one component the draft lets set-component-index be left out; [`At`] does so.

use super::model::{policy, Command, Condition, Digest, Directive, Parameters, Sequence, VendorId};
use alloc::{string::String, vec, vec::Vec};

/// The component that a part of a sequence speaks of: its index, or nothing where there is only one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct At {
    index: u64,
    alone: bool,
}

impl At {
    pub fn new(index: usize, components: usize) -> Self {
        Self {
            index: index as u64,
            alone: components == 1,
        }
    }

    /// The index, where another component refers to it.
    pub fn index(self) -> u64 {
        self.index
    }

    fn choose(self) -> Option<Command> {
        (!self.alone).then(|| Command::component(self.index))
    }

    fn then(self, commands: impl IntoIterator<Item = Command>) -> Sequence {
        self.choose().into_iter().chain(commands).collect()
    }
}

/// What is set for the whole product (§7.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Product {
    pub vendor: [u8; 16],
    pub class: [u8; 16],
}

/// §7.1, with the parameters that later sequences need for this component (§7.2, §7.3).
pub(super) fn shared(at: At, product: Option<Product>, image: Parameters, then: Option<Command>) -> Sequence {
    let parameters = Parameters {
        vendor_id: product.map(|product| VendorId::Uuid(product.vendor)),
        class_id: product.map(|product| product.class),
        ..image
    };
    let set = (parameters != Parameters::default()).then_some(Command::OverrideParameters(parameters));
    let conditions = product.map(|_| [Condition::VendorId, Condition::ClassId].map(Command::condition));
    at.then(set.into_iter().chain(then).chain(conditions.into_iter().flatten()))
}

/// Digest and size of an image, for override-parameters.
pub(super) fn image(digest: &Digest, size: u64) -> Parameters {
    Parameters {
        image_digest: Some(digest.clone()),
        image_size: Some(size),
        ..Parameters::default()
    }
}

/// Where to fetch from, for override-parameters.
pub(super) fn uri(uri: &str) -> Parameters {
    Parameters {
        uri: Some(String::from(uri)),
        ..Parameters::default()
    }
}

/// §7.2, system validation.
pub(super) fn validate(at: At) -> Sequence {
    at.then([Command::condition(Condition::ImageMatch)])
}

/// §7.2, run; `slot` finds out which of several images it is (§7.7).
pub(super) fn invoke(at: At, slot: Option<Command>) -> Sequence {
    at.then(slot.into_iter().chain([Command::directive(Directive::Invoke)]))
}

/// §7.3, §7.5: fetches and checks. `set` sets the URI.
pub(super) fn download(at: At, set: Command) -> Sequence {
    at.then([
        set,
        Command::directive(Directive::Fetch),
        Command::condition(Condition::ImageMatch),
    ])
}

/// §7.4: copies from another component and checks.
pub(super) fn copy(at: At, source: At) -> Sequence {
    let from = Parameters {
        source_component: Some(source.index()),
        ..Parameters::default()
    };
    at.then([
        Command::OverrideParameters(from),
        Command::directive(Directive::Copy),
        Command::condition(Condition::ImageMatch),
    ])
}

/// §7.7: one alternative for each slot, which sets these parameters where it is the component's.
pub(super) fn by_slot(slots: impl IntoIterator<Item = (u64, Option<Parameters>)>) -> Command {
    Command::try_each(slots.into_iter().map(|(slot, set)| {
        let choose = Parameters {
            component_slot: Some(slot),
            ..Parameters::default()
        };
        let mut alternative: Vec<_> = vec![
            Command::OverrideParameters(choose),
            Command::Condition {
                condition: Condition::ComponentSlot,
                policy: policy::SUCCESS | policy::SUCCESS_SYSTEM,
            },
        ];
        alternative.extend(set.map(Command::OverrideParameters));
        alternative
    }))
}
