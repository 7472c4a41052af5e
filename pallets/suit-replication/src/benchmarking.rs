//! Benchmarks: each call, each piece of an attestation and each step of the hooks where it has most to do.

use crate::{
    duty::LiveNodes,
    types::{Holder, NodeRecord, NodeRecordV1, Presence},
    Call, Config, Departing, HoldersOf, Holdings, NodeRecordOf, Nodes, NodesByPeer, Pallet, FORGET_PER_BLOCK,
};
use alloc::{vec, vec::Vec};
use codec::Encode;
use frame_benchmarking::v2::*;
use frame_support::{
    traits::{Consideration, EnsureOrigin, Footprint},
    weights::Weight,
    BoundedVec,
};
use frame_system::{pallet_prelude::BlockNumberFor, RawOrigin};
use suit_primitives::{
    attestation::{key::KEY_TYPE, registration_bytes, Attestation, AttestationV1},
    bounds::{MAX_ATTESTED, MAX_GATEWAY_URL, MAX_NODES},
    replication::{NodeAddresses, ReleaseSource},
    NodeId, ReleaseId,
};

type Outcome<V = ()> = Result<V, BenchmarkError>;

/// The period that benchmarks run in. The nodes were there before it.
const PERIOD: u32 = 1;

/// A node of which nobody has the key.
fn other(n: u32) -> NodeId {
    let mut key = [0xff; 32];
    key[..4].copy_from_slice(&n.to_be_bytes());
    NodeId(key)
}

/// A node that signs.
fn own() -> NodeId {
    NodeId(sp_io::crypto::ed25519_generate(KEY_TYPE, None).0)
}

fn sign(node: &NodeId, message: &[u8]) -> Outcome<[u8; 64]> {
    let public = sp_core::ed25519::Public::from_raw(node.0);
    let signature = sp_io::crypto::ed25519_sign(KEY_TYPE, &public, message).ok_or("the node can't sign")?;
    Ok(signature.0)
}

/// As long as they can be.
fn addresses(node: &NodeId) -> NodeAddresses {
    let peer_id = [&[0x00, 36, 0x08, 0x01, 0x12, 0x20][..], &node.0].concat();
    let mut gateway = b"https://".to_vec();
    gateway.extend(vec![b'a'; MAX_GATEWAY_URL as usize - gateway.len()]);
    NodeAddresses {
        peer_id: BoundedVec::truncate_from(peer_id),
        gateway: BoundedVec::truncate_from(gateway),
    }
}

/// Gives an account what so many deposits come to.
fn fund<T: Config>(who: &T::AccountId, nodes: u32) {
    let each = Footprint::from_mel::<(NodeId, NodeRecordOf<T>)>();
    let all = Footprint {
        count: each.count.saturating_mul(nodes.into()),
        size: each.size.saturating_mul(nodes.into()),
    };
    T::Consideration::ensure_successful(who, all);
}

/// Registers a node that attested in the period before this one.
fn live<T: Config>(owner: &T::AccountId, node: NodeId) -> Outcome {
    let deposit = T::Consideration::new(owner, Footprint::from_mel::<(NodeId, NodeRecordOf<T>)>())?;
    let addresses = addresses(&node);
    NodesByPeer::<T>::insert(&addresses.peer_id, node);
    let record = NodeRecordV1 {
        owner: owner.clone(),
        deposit,
        addresses,
        registered_at: 0,
        presence: Some(Presence { since: 0, last: 0 }),
    };
    Nodes::<T>::insert(node, NodeRecord::V1(record));
    Ok(())
}

/// A chain in [`PERIOD`] with so many live nodes, of which one signs.
fn network<T: Config>(nodes: u32) -> Outcome<(T::AccountId, NodeId)> {
    let first: u32 = Pallet::<T>::period_length().saturating_mul(PERIOD);
    frame_system::Pallet::<T>::set_block_number(BlockNumberFor::<T>::from(first));
    let owner: T::AccountId = account("owner", 0, 0);
    fund::<T>(&owner, nodes);
    let node = own();
    for n in 1..nodes {
        live::<T>(&owner, other(n))?;
    }
    if nodes > 0 {
        live::<T>(&owner, node)?;
    }
    Ok((owner, node))
}

/// So many other nodes hold the release, and perhaps this one.
fn hold<T: Config>(release: ReleaseId, others: u32, node: Option<NodeId>) {
    let mut nodes: Vec<NodeId> = (1..=others).map(other).chain(node).collect();
    nodes.sort_unstable();
    for node in &nodes {
        Holdings::<T>::insert(node, release, ());
    }
    let holders = nodes.into_iter().map(|node| Holder { node, since: 0 }).collect();
    HoldersOf::<T>::insert(release, BoundedVec::truncate_from(holders));
}

/// The node holds so many releases that everybody else holds too.
fn holdings<T: Config>(node: NodeId, count: u32) -> Vec<ReleaseId> {
    let releases: Vec<ReleaseId> = (1_000..).take(count as usize).collect();
    for release in &releases {
        hold::<T>(*release, MAX_NODES.saturating_sub(1), Some(node));
    }
    releases
}

fn losing<T: Config>(node: NodeId, lost: Vec<ReleaseId>) -> Attestation {
    Attestation::V1(AttestationV1 {
        genesis: Pallet::<T>::genesis(),
        node,
        period: PERIOD,
        gained: BoundedVec::new(),
        lost: BoundedVec::truncate_from(lost),
    })
}

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn register_node() -> Result<(), BenchmarkError> {
        let origin = T::RegisterOrigin::try_successful_origin().map_err(|()| BenchmarkError::Weightless)?;
        let owner = T::RegisterOrigin::ensure_origin(origin.clone()).map_err(|_| "the origin is not admitted")?;
        fund::<T>(&owner, 1);
        let node = own();
        let addresses = addresses(&node);
        let message = registration_bytes(&Pallet::<T>::genesis(), &owner.encode(), &addresses.peer_id);
        let proof = sign(&node, &message)?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, node, addresses, proof);

        assert!(Nodes::<T>::contains_key(node));
        Ok(())
    }

    #[benchmark]
    fn remove_node() -> Result<(), BenchmarkError> {
        let (owner, node) = network::<T>(1)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), node);

        assert!(Departing::<T>::contains_key(node));
        Ok(())
    }

    #[benchmark]
    fn attest(l: Linear<0, { MAX_ATTESTED }>) -> Result<(), BenchmarkError> {
        let (_, node) = network::<T>(1)?;
        let attestation = losing::<T>(node, holdings::<T>(node, l));

        #[extrinsic_call]
        _(RawOrigin::Authorized, attestation, [0; 64]);

        assert_eq!(Holdings::<T>::iter_key_prefix(node).count(), 0);
        Ok(())
    }

    #[benchmark]
    fn load_nodes(n: Linear<1, { MAX_NODES }>) -> Result<(), BenchmarkError> {
        let (_, node) = network::<T>(n)?;
        let live;

        #[block]
        {
            live = LiveNodes::load::<T>(PERIOD);
        }

        assert!(live.counts(&Holder { node, since: PERIOD }));
        Ok(())
    }

    #[benchmark]
    fn gain(n: Linear<1, { MAX_NODES }>) -> Result<(), BenchmarkError> {
        let (_, node) = network::<T>(n)?;
        let release = T::Releases::demanding(0, 1).ok_or("there is no release")?;
        hold::<T>(release, n.saturating_sub(1), None);
        let live = LiveNodes::load::<T>(PERIOD);

        #[block]
        {
            Pallet::<T>::gain(Holder { node, since: PERIOD }, release, &live).map_err(|_| "it can't be gained")?;
        }

        assert_eq!(HoldersOf::<T>::get(release).len(), n as usize);
        Ok(())
    }

    #[benchmark]
    fn check_attestation(l: Linear<0, { MAX_ATTESTED }>) -> Result<(), BenchmarkError> {
        let (_, node) = network::<T>(1)?;
        let attestation = losing::<T>(node, holdings::<T>(node, l));
        let signature = sign(&node, &attestation.signing_bytes())?;
        let nodes;

        #[block]
        {
            nodes = Pallet::<T>::check_attestation(&attestation, &signature);
        }

        assert_eq!(nodes, Ok(0));
        Ok(())
    }

    #[benchmark]
    fn check_gained(n: Linear<1, { MAX_NODES }>) -> Result<(), BenchmarkError> {
        let (_, node) = network::<T>(n)?;
        let release = T::Releases::demanding(0, u8::MAX).ok_or("there is no release")?;
        hold::<T>(release, n.saturating_sub(1), None);
        let live = LiveNodes::load::<T>(PERIOD);
        let outcome;

        #[block]
        {
            outcome = Pallet::<T>::check_gained(&node, release, &live);
        }

        // Of 256 nodes, the last in rank is not on duty; to find that out takes as long.
        assert!(outcome.is_ok() || n == MAX_NODES);
        Ok(())
    }

    #[benchmark]
    fn forget_holdings(h: Linear<0, { FORGET_PER_BLOCK }>) -> Result<(), BenchmarkError> {
        let node = other(0);
        holdings::<T>(node, h);
        Departing::<T>::insert(node, ());

        #[block]
        {
            Pallet::<T>::forget_departed(Weight::MAX);
        }

        assert_eq!(Holdings::<T>::iter_key_prefix(node).count(), 0);
        Ok(())
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::chain().0, crate::mock::Test);
}
