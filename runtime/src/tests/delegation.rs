//! Proxies and multisigs: what one may do for another.

use super::chain::*;
use crate::{Proxy, ProxyType, Runtime, RuntimeCall, RuntimeEvent, System};
use frame_support::{assert_ok, traits::InstanceFilter};
use sp_runtime::{DispatchError, DispatchResult};

const ALL: [ProxyType; 4] = [
    ProxyType::Any,
    ProxyType::NonTransfer,
    ProxyType::Council,
    ProxyType::Publish,
];

fn publish() -> RuntimeCall {
    pallet_suit_registry::Call::<Runtime>::publish {
        envelope: vec![0],
        roots: Vec::new(),
    }
    .into()
}

fn transfer() -> RuntimeCall {
    pallet_balances::Call::<Runtime>::transfer_allow_death {
        dest: Dave.to_account_id().into(),
        value: crate::UNIT,
    }
    .into()
}

fn batch(inner: RuntimeCall) -> RuntimeCall {
    pallet_utility::Call::<Runtime>::batch { calls: vec![inner] }.into()
}

/// Bob becomes Alice's proxy.
fn make_proxy(proxy_type: ProxyType) {
    let add = pallet_proxy::Call::<Runtime>::add_proxy {
        delegate: Bob.to_account_id().into(),
        proxy_type,
        delay: 0,
    };
    assert_ok!(call(Alice, add));
}

/// Bob makes a call for Alice. What came of it.
fn for_alice(inner: RuntimeCall) -> DispatchResult {
    let proxy = pallet_proxy::Call::<Runtime>::proxy {
        real: Alice.to_account_id().into(),
        force_proxy_type: None,
        call: Box::new(inner),
    };
    assert_ok!(call(Bob, proxy));
    let executed = System::events()
        .into_iter()
        .rev()
        .find_map(|record| match record.event {
            RuntimeEvent::Proxy(pallet_proxy::Event::ProxyExecuted { result }) => Some(result),
            _ => None,
        });
    executed.expect("the proxy acted")
}

fn filtered() -> DispatchError {
    frame_system::Error::<Runtime>::CallFiltered.into()
}

#[test]
fn a_proxy_for_publishing_publishes_and_does_nothing_else() {
    run(|| {
        make_proxy(ProxyType::Publish);
        let heard = pallet_suit_registry::Error::<Runtime>::MalformedEnvelope.into();
        assert_eq!(for_alice(publish()), Err(heard));
        let register = pallet_suit_registry::Call::<Runtime>::register_vendor {
            domain: b"acme.example".to_vec(),
        };
        for other in [transfer(), batch(publish()), register.into()] {
            assert_eq!(for_alice(other), Err(filtered()));
        }
    });
}

#[test]
fn a_proxy_without_transfers_sends_no_balance_not_even_in_a_batch() {
    run(|| {
        make_proxy(ProxyType::NonTransfer);
        assert_eq!(for_alice(transfer()), Err(filtered()));
        let before = crate::Balances::free_balance(Dave.to_account_id());
        assert_ok!(for_alice(batch(transfer())));
        assert_eq!(crate::Balances::free_balance(Dave.to_account_id()), before);
    });
}

#[test]
fn a_proxy_does_not_make_a_stronger_one() {
    run(|| {
        make_proxy(ProxyType::NonTransfer);
        let add = pallet_proxy::Call::<Runtime>::add_proxy {
            delegate: Dave.to_account_id().into(),
            proxy_type: ProxyType::Any,
            delay: 0,
        };
        assert_eq!(for_alice(add.into()), Err(filtered()));
        assert_eq!(Proxy::proxies(Alice.to_account_id()).0.len(), 1);
    });
}

#[test]
fn a_type_that_includes_another_lets_through_all_that_the_other_does() {
    let calls = [publish(), transfer(), batch(publish()), {
        let proposal = Box::new(transfer());
        pallet_collective::Call::<Runtime>::propose {
            threshold: 2,
            proposal,
            length_bound: 100,
        }
        .into()
    }];
    for outer in ALL {
        for inner in ALL.into_iter().filter(|inner| outer.is_superset(inner)) {
            for call in &calls {
                assert!(
                    outer.filter(call) || !inner.filter(call),
                    "{outer:?} {inner:?} {call:?}"
                );
            }
        }
    }
}
