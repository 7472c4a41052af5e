//! The manifest processor on a simulated device.

mod commands;
mod dependencies;
mod device;
mod hostile;
mod manifests;
mod official;
mod report;
mod soft_failure;
mod strict_order;
