//! The whole state of the chain beside that of the model.

use super::reference::{Deposit, Model, Offer, Reason};
use crate::{
    mock::{Balances, Runtime, SuitRegistry},
    types::{Paid, Pending, RootV1},
    HoldReason,
};
use codec::Encode;
use frame_support::traits::fungible::InspectHold;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Debug,
};
use suit_manifest::crypto::{Crypto, RustCrypto};
use suit_primitives::{
    apis::Latest,
    release::{Retrieval, RootCid},
    replication::ReleaseSource,
    ProductId,
};

/// What differs, where anything does.
type Compared = Result<(), String>;

fn same<V: PartialEq + Debug>(what: impl Debug, chain: V, model: V) -> Compared {
    if chain == model {
        return Ok(());
    }
    Err(format!("{what:?}: the chain has {chain:?}, the model {model:?}"))
}

/// A ticket's encoding is the amount.
fn paid<Ticket: Encode>(paid: &Option<Paid<u64, Ticket>>) -> Option<(u64, Vec<u8>)> {
    paid.as_ref().map(|paid| (paid.payer, paid.ticket.encode()))
}

fn deposit(deposit: &Option<Deposit>) -> Option<(u64, Vec<u8>)> {
    deposit.map(|deposit| (deposit.payer, deposit.amount.encode()))
}

fn pending<V: Copy>(pending: Option<Pending<V>>) -> Option<(V, u32)> {
    pending.map(|pending| (pending.value, pending.from))
}

/// Compares everything.
pub fn all(model: &Model) -> Compared {
    balances(model)?;
    vendors(model)?;
    keys(model)?;
    products(model)?;
    releases(model)?;
    bytes(model)?;
    queues(model)?;
    offers(model)?;
    SuitRegistry::invariants().map_err(|error| format!("the state does not agree with itself: {error:?}"))
}

fn balances(model: &Model) -> Compared {
    let reasons = [
        (Reason::Vendor, HoldReason::Vendor),
        (Reason::Key, HoldReason::Key),
        (Reason::Product, HoldReason::Product),
        (Reason::Release, HoldReason::Release),
        (Reason::Payload, HoldReason::Payload),
    ];
    for (who, account) in &model.ledger.accounts {
        same(("free", who), Balances::free_balance(who), account.free)?;
        for (reason, on_chain) in reasons {
            let held = account.held.get(&reason).copied().unwrap_or_default();
            let on_hold = Balances::balance_on_hold(&on_chain.into(), who);
            same(("held", who, reason), on_hold, held)?;
        }
    }
    same("issued", Balances::total_issuance(), model.ledger.issued)
}

fn vendors(model: &Model) -> Compared {
    same(
        "open admission",
        crate::OpenAdmission::<Runtime>::get(),
        model.open_admission,
    )?;
    let admitted: BTreeSet<u64> = crate::Admitted::<Runtime>::iter_keys().collect();
    same("admitted", &admitted, &model.admitted)?;
    same(
        "vendors",
        crate::Vendors::<Runtime>::iter_keys().count(),
        model.vendors.len(),
    )?;
    for (id, vendor) in &model.vendors {
        let record = crate::Vendors::<Runtime>::get(id)
            .ok_or("a vendor is missing")?
            .into_v1();
        let chain = (
            (record.domain.to_vec(), record.admin, record.offered_to),
            (record.publishers.to_vec(), record.status, record.threshold),
            pending(record.pending_threshold),
            (record.products, record.handovers, record.registered_at),
            paid(&record.deposit),
        );
        let expected = (
            (vendor.domain.as_bytes().to_vec(), vendor.admin, vendor.offered_to),
            (vendor.publishers.clone(), vendor.status, vendor.threshold),
            vendor.pending_threshold,
            (model.live_products(*id), vendor.handovers, vendor.registered_at),
            deposit(&vendor.deposit),
        );
        same(("vendor", id), chain, expected)?;
        same(
            ("keys of", id),
            crate::KeysOf::<Runtime>::get(id).to_vec(),
            vendor.keys.clone(),
        )?;
    }
    Ok(())
}

fn keys(model: &Model) -> Compared {
    same("keys", crate::Keys::<Runtime>::iter_keys().count(), model.keys.len())?;
    for ((vendor, id), key) in &model.keys {
        let record = crate::Keys::<Runtime>::get(vendor, id)
            .ok_or("a key is missing")?
            .into_v1();
        let chain = (
            record.usage,
            record.status,
            record.from,
            record.until,
            record.void_before,
        );
        let expected = (key.usage, key.status, key.from, key.until, key.void_before);
        same(("key", vendor, id), chain, expected)?;
        same(
            ("key's deposit", vendor, id),
            paid(&record.deposit),
            deposit(&key.deposit),
        )?;
    }
    let handovers = crate::Handovers::<Runtime>::iter();
    let handovers = handovers.map(|(vendor, number, record)| {
        let record = record.into_v1();
        ((vendor, number), (record.message.to_vec(), record.recorded_at))
    });
    same("handovers", &handovers.collect::<BTreeMap<_, _>>(), &model.handovers)
}

fn products(model: &Model) -> Compared {
    same(
        "products",
        crate::Products::<Runtime>::iter_keys().count(),
        model.products.len(),
    )?;
    let listed: BTreeSet<ProductId> = crate::ProductsOf::<Runtime>::iter_keys()
        .map(|(vendor, class)| ProductId { vendor, class })
        .collect();
    same("products listed", listed, model.products.keys().copied().collect())?;
    for (id, product) in &model.products {
        let record = crate::Products::<Runtime>::get(id)
            .ok_or("a product is missing")?
            .into_v1();
        let chain = (
            (
                record.class_name.to_vec(),
                record.policy,
                pending(record.pending_policy),
            ),
            (record.retired, paid(&record.deposit)),
        );
        let expected = (
            (product.class_name.as_bytes().to_vec(), product.policy, product.pending),
            (product.retired, deposit(&product.deposit)),
        );
        same(("product", id), chain, expected)?;
        let state = SuitRegistry::state(*id);
        let chain = (
            (state.releases as usize, state.kept, state.pruned as usize),
            (
                state.highest_published,
                state.highest_available,
                state.floor,
                state.latest,
            ),
        );
        let expected = (
            (product.releases.len(), model.kept(*id), product.pruned),
            (
                product.highest_published,
                product.highest_available,
                product.floor,
                product.latest,
            ),
        );
        same(("state of", id), chain, expected)?;
        let stones = crate::SteppingStones::<Runtime>::get(id).to_vec();
        same(("stones of", id), stones, product.stones.iter().copied().collect())?;
        let offered = product.releases.iter().map(|id| &model.releases[*id as usize]);
        let offered = offered.filter(|release| release.is_offered());
        same(
            ("available set of", id),
            available(*id),
            offered.map(|release| release.ordinal).collect(),
        )?;
    }
    Ok(())
}

/// What the leaves of the available set hold.
fn available(product: ProductId) -> Vec<usize> {
    let mut out = Vec::new();
    for ((level, number), page) in crate::AvailablePages::<Runtime>::iter_prefix(product) {
        let bits = (0..256).filter(|bit| level == 0 && page[bit / 8] >> (bit % 8) & 1 == 1);
        out.extend(bits.map(|bit| number as usize * 256 + bit));
    }
    out.sort_unstable();
    out
}

fn releases(model: &Model) -> Compared {
    let count = model.releases.len();
    let kept = model.releases.iter().filter(|release| release.terms.is_some()).count();
    let suspended = model
        .releases
        .iter()
        .filter(|release| release.suspension.is_some())
        .count();
    same("next release", crate::NextReleaseId::<Runtime>::get(), count as u64)?;
    same("releases", crate::Releases::<Runtime>::iter_keys().count(), count)?;
    same("by number", crate::ReleaseOf::<Runtime>::iter_keys().count(), count)?;
    same("by ordinal", crate::ReleaseAt::<Runtime>::iter_keys().count(), count)?;
    same("envelopes", crate::Envelopes::<Runtime>::iter_keys().count(), kept)?;
    same(
        "suspensions",
        crate::Suspensions::<Runtime>::iter_keys().count(),
        suspended,
    )?;
    for (id, release) in (0..).zip(&model.releases) {
        let stored = crate::Releases::<Runtime>::get(id).ok_or("a release is missing")?;
        let record = stored.v1();
        let payloads: Vec<(RootCid, u64)> = record
            .payloads
            .iter()
            .map(|payload| (payload.v1().root, payload.v1().stored_size))
            .collect();
        let chain = (
            (record.product, record.sequence_number, record.envelope_digest),
            (
                record.signers.to_vec(),
                record.status,
                crate::Suspensions::<Runtime>::get(id),
            ),
            (record.published_at, record.available_at, payloads),
        );
        let expected = (
            (release.product, release.number, release.envelope_digest),
            (release.signers.clone(), release.status, release.suspension),
            (release.published_at, release.available_at, release.payloads.clone()),
        );
        same(("release", id), chain, expected)?;
        let ordinal = release.ordinal as u32;
        let places = (
            crate::ReleaseOf::<Runtime>::get(release.product, release.number),
            crate::ReleaseAt::<Runtime>::get(release.product, ordinal),
        );
        same(("place of", id), places, (Some(ordinal), Some(id)))?;
        let withheld = crate::AttestedWithheld::<Runtime>::contains_key(id);
        same(("attested withheld", id), withheld, release.attested_withheld)?;
        let terms = stored.terms.clone().map(|terms| {
            let terms = terms.into_v1();
            (terms.replicas, terms.retrieval, paid(&Some(terms.deposit)))
        });
        let expected = release.terms.as_ref();
        let expected = expected.map(|terms| (terms.replicas, terms.retrieval, deposit(&Some(terms.deposit))));
        same(("terms of", id), terms, expected)?;
        let envelope = crate::Envelopes::<Runtime>::get(id);
        let digest = envelope.map(|envelope| RustCrypto.sha256(&[&envelope]));
        same(
            ("envelope of", id),
            digest,
            release.terms.as_ref().map(|_| release.envelope_digest),
        )?;
    }
    Ok(())
}

fn bytes(model: &Model) -> Compared {
    let roots: BTreeMap<RootCid, RootV1> = crate::Roots::<Runtime>::iter()
        .map(|(root, record)| (root, record.into_v1()))
        .collect();
    let expected = model.root_sizes.iter().map(|(root, stored_size)| {
        let asking: Vec<_> = model
            .asking_for(*root)
            .filter_map(|release| release.terms.as_ref())
            .collect();
        let record = RootV1 {
            stored_size: *stored_size,
            releases: asking.len() as u32,
            open: asking.iter().filter(|terms| terms.retrieval == Retrieval::Open).count() as u32,
        };
        (*root, record)
    });
    same("roots", roots, expected.collect())?;
    same(
        "payloads",
        crate::Payloads::<Runtime>::iter_keys().count(),
        model.payloads.len(),
    )?;
    for ((vendor, root), stored) in &model.payloads {
        let record = crate::Payloads::<Runtime>::get(vendor, root)
            .ok_or("a payload is missing")?
            .into_v1();
        let asking = model
            .asking_for(*root)
            .filter(|release| release.product.vendor == *vendor);
        let chain = (record.releases, record.bytes, paid(&Some(record.deposit)));
        let expected = (asking.count() as u32, stored.bytes, deposit(&Some(stored.deposit)));
        same(("payload", vendor, root), chain, expected)?;
    }
    Ok(())
}

/// What devices are told, and replication.
fn offers(model: &Model) -> Compared {
    for (product, record) in &model.products {
        let around = record.stones.iter().flat_map(|stone| [stone.saturating_sub(1), *stone]);
        for installed in [None, Some(0)].into_iter().chain(around.map(Some)) {
            let chain = match SuitRegistry::api_next_release(*product, installed) {
                Latest::UnknownProduct => Offer::UnknownProduct,
                Latest::VendorSuspended => Offer::VendorSuspended,
                Latest::NoRelease { highest_published } => Offer::Nothing(highest_published),
                Latest::Release {
                    id, highest_published, ..
                } => Offer::Release(id, Some(highest_published)),
            };
            same(("offered", product, installed), chain, model.offer(*product, installed))?;
        }
    }
    let kept = (0..)
        .zip(&model.releases)
        .filter(|(_, release)| release.terms.is_some());
    let candidates: BTreeSet<u64> = SuitRegistry::candidates(None, u32::MAX).into_iter().collect();
    same("candidates", candidates, kept.map(|(id, _)| id).collect())?;
    for (id, release) in (0..).zip(&model.releases) {
        let demand = SuitRegistry::demand(id).map(|demand| (demand.payloads.len(), demand.replicas, demand.retrieval));
        let terms = release.terms.as_ref().filter(|_| !release.payloads.is_empty());
        let expected = terms.map(|terms| (release.payloads.len(), terms.replicas, terms.retrieval));
        same(("demand of", id), demand, expected)?;
    }
    Ok(())
}

fn queues(model: &Model) -> Compared {
    let queue: BTreeSet<ProductId> = crate::PruneQueue::<Runtime>::iter_keys().collect();
    same("queue for pruning", &queue, &model.prune_queue)?;
    same(
        "whose turn it was",
        crate::LastReviewed::<Runtime>::get(),
        model.last_reviewed,
    )?;
    same(
        "reviews",
        crate::Reviews::<Runtime>::iter_keys().count(),
        model.reviews.len(),
    )?;
    for (vendor, review) in &model.reviews {
        let record = *crate::Reviews::<Runtime>::get(vendor)
            .ok_or("a review is missing")?
            .v1();
        let chain = (record.since, record.class, record.before as usize);
        same(
            ("review of", vendor),
            chain,
            (review.since, review.class, review.before),
        )?;
    }
    Ok(())
}
