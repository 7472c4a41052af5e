//! Keys of a manifest and of its common part (IANA registries "SUIT Manifest Elements" and "SUIT Common Elements"). Those of
//! what can be severed are [`super::Severable::key`].

pub(crate) const VERSION: i64 = 1;
pub(crate) const SEQUENCE_NUMBER: i64 = 2;
pub(crate) const COMMON: i64 = 3;
pub(crate) const REFERENCE_URI: i64 = 4;
pub(crate) const COMPONENT_ID: i64 = 5;
pub(crate) const SET_VERSION: i64 = 6;
pub(crate) const VALIDATE: i64 = 7;
pub(crate) const LOAD: i64 = 8;
pub(crate) const INVOKE: i64 = 9;
pub(crate) const UNINSTALL: i64 = 24;

pub(crate) const COMMON_DEPENDENCIES: i64 = 1;
pub(crate) const COMMON_COMPONENTS: i64 = 2;
pub(crate) const COMMON_SHARED: i64 = 4;
