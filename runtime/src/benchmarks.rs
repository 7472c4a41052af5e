//! The pallets whose weights are measured here. The SDK's own come with the SDK.

frame_benchmarking::define_benchmarks!(
    [pallet_suit_registry, SuitRegistry]
    [pallet_suit_replication, SuitReplication]
    [pallet_registrars, Registrars]
    [pallet_governance, Governance]
);
