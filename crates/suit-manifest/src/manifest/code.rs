//! Numbers of conditions and directives (IANA registries "SUIT").

/// Conditions. Each has a reporting policy as its argument.
pub mod condition {
    /// Vendor identifier.
    pub const VENDOR_ID: i64 = 1;
    /// Class identifier.
    pub const CLASS_ID: i64 = 2;
    /// The component has the digest and size of the parameters.
    pub const IMAGE_MATCH: i64 = 3;
    /// Not after a time (update-management).
    pub const USE_BEFORE: i64 = 4;
    /// The component's slot.
    pub const COMPONENT_SLOT: i64 = 5;
    /// The component has the content of the parameter.
    pub const CHECK_CONTENT: i64 = 6;
    /// A dependency's integrity (trust-domains).
    pub const DEPENDENCY_INTEGRITY: i64 = 7;
    /// Whether the component is a dependency (trust-domains).
    pub const IS_DEPENDENCY: i64 = 8;
    /// Always fails.
    pub const ABORT: i64 = 14;
    /// Device identifier.
    pub const DEVICE_ID: i64 = 24;
    /// The component does not have the digest of the parameter (update-management).
    pub const IMAGE_NOT_MATCH: i64 = 25;
    /// Battery level (update-management).
    pub const MINIMUM_BATTERY: i64 = 26;
    /// The update is authorised (update-management).
    pub const UPDATE_AUTHORIZED: i64 = 27;
    /// Version comparison (update-management).
    pub const VERSION: i64 = 28;
}

/// Directives.
pub mod directive {
    /// Process a dependency (trust-domains).
    pub const PROCESS_DEPENDENCY: i64 = 11;
    /// Choose the component or components that the following commands mean.
    pub const SET_COMPONENT_INDEX: i64 = 12;
    /// Run the first of several sequences that does not fail.
    pub const TRY_EACH: i64 = 15;
    /// Write the content parameter into the component.
    pub const WRITE: i64 = 18;
    /// Set parameters that are not set yet (trust-domains).
    pub const SET_PARAMETERS: i64 = 19;
    /// Set parameters.
    pub const OVERRIDE_PARAMETERS: i64 = 20;
    /// Fetch what the uri parameter names into the component.
    pub const FETCH: i64 = 21;
    /// Copy the source component into the component.
    pub const COPY: i64 = 22;
    /// Start the component.
    pub const INVOKE: i64 = 23;
    /// Wait for an event (update-management).
    pub const WAIT: i64 = 29;
    /// Exchange the component with the source component.
    pub const SWAP: i64 = 31;
    /// Run a sequence.
    pub const RUN_SEQUENCE: i64 = 32;
    /// Mark the component as no longer needed (trust-domains).
    pub const UNLINK: i64 = 33;
    /// Set parameters of several components (update-management).
    pub const OVERRIDE_MULTIPLE: i64 = 34;
    /// Copy parameters from another component (update-management).
    pub const COPY_PARAMS: i64 = 35;
}

/// The number where it is one that the registries have given out, 0 otherwise, which none of them has. A device compares
/// what is known to be short in a fraction of the code.
pub(crate) const fn narrow(number: i64) -> i64 {
    if number < 0 || number > u8::MAX as i64 {
        return 0;
    }
    number as u8 as i64
}
