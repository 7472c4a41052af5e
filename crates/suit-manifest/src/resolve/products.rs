//! Which products a path accepts.

use super::{state::Component, Product, MAX_PRODUCTS};
use crate::error::{Error, ErrorKind, Section};
use arrayvec::ArrayVec;

/// Vendor or class identifier.
type Id<'a> = &'a [u8; 16];

/// The products of all paths that install.
#[derive(Default)]
pub(super) struct Accepted {
    pub products: ArrayVec<Product, MAX_PRODUCTS>,
    pub open: bool,
}

impl Accepted {
    /// Adds what a path that installs has tested. A component that was tested for its class only has the vendor of the
    /// others, and the reverse: §6.2 asks for one test of each, not for one on each component.
    pub fn add(&mut self, components: &[Component<'_>]) -> Result<(), Error> {
        let vendors = || components.iter().filter_map(|component| component.vendor);
        let classes = || components.iter().filter_map(|component| component.class);
        if vendors().next().is_none() || classes().next().is_none() {
            self.open = true;
            return Ok(());
        }
        let (vendor, class) = (only(vendors()), only(classes()));
        let tested = components
            .iter()
            .filter(|component| component.vendor.is_some() || component.class.is_some());
        for component in tested {
            let pair = component.vendor.or(vendor).zip(component.class.or(class));
            // Several vendors or classes elsewhere, and nothing says which is this component's.
            let (vendor, class) = pair.ok_or(ErrorKind::Undecidable.at(0).within(Section::Conditions))?;
            if !self.products.iter().any(|(v, c)| v == vendor && c == class) {
                self.products
                    .try_push((*vendor, *class))
                    .map_err(|_| ErrorKind::TooMany)?;
            }
        }
        Ok(())
    }
}

/// The identifier that all of them are.
fn only<'a>(mut ids: impl Iterator<Item = Id<'a>>) -> Option<Id<'a>> {
    let first = ids.next()?;
    ids.all(|id| id == first).then_some(first)
}
