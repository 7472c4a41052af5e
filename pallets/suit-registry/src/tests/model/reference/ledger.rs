//! Balances: what is free, what is held and for what, what was burned.

use super::{Outcome, Refusal};
use std::collections::BTreeMap;

/// What a deposit is held for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Reason {
    /// A vendor's record.
    Vendor,
    /// A key's record.
    Key,
    /// A product's record.
    Product,
    /// A release and its envelope.
    Release,
    /// What storage nodes keep.
    Payload,
}

/// A deposit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Deposit {
    /// What for.
    pub reason: Reason,
    /// On whose balance.
    pub payer: u64,
    /// How much.
    pub amount: u64,
}

/// An account's balance.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Account {
    /// What is not held.
    pub free: u64,
    /// What is held.
    pub held: BTreeMap<Reason, u64>,
}

/// All balances.
#[derive(Clone, Default, Debug)]
pub struct Ledger {
    /// By account.
    pub accounts: BTreeMap<u64, Account>,
    /// What there is altogether.
    pub issued: u64,
}

/// What has to stay free, so that the account does not die.
const EXISTENTIAL_DEPOSIT: u64 = 1;
/// Of a deposit for a record.
const PER_RECORD: u64 = 100;
const PER_BYTE: u64 = 1;
/// Of a deposit for what storage nodes keep.
const PER_MEBIBYTE: u64 = 10;
/// For a record that stays for ever.
const FEE_PER_RECORD: u64 = 1;
/// The same, for each of its bytes.
pub const FEE_PER_BYTE: u64 = 1;

/// Deposit for a record with so many bytes of variable length.
pub fn record_price(bytes: usize) -> u64 {
    PER_RECORD + PER_BYTE * bytes as u64
}

/// Deposit for so many bytes times replicas.
pub fn stored_price(bytes: u64) -> u64 {
    bytes.div_ceil(1 << 20) * PER_MEBIBYTE
}

impl Ledger {
    fn spendable(&self, who: u64) -> u64 {
        let free = self.accounts.get(&who).map_or(0, |account| account.free);
        free.saturating_sub(EXISTENTIAL_DEPOSIT)
    }

    /// Takes a deposit.
    pub fn hold(&mut self, reason: Reason, payer: u64, amount: u64) -> Result<Deposit, Refusal> {
        if self.spendable(payer) < amount {
            return Err(Refusal::DepositNotAvailable);
        }
        let account = self.accounts.entry(payer).or_default();
        account.free -= amount;
        *account.held.entry(reason).or_default() += amount;
        Ok(Deposit { reason, payer, amount })
    }

    /// Gives a deposit back.
    pub fn give_back(&mut self, deposit: Deposit) {
        let account = self.accounts.entry(deposit.payer).or_default();
        *account.held.entry(deposit.reason).or_default() -= deposit.amount;
        account.free += deposit.amount;
    }

    /// Makes a deposit larger or smaller.
    pub fn change(&mut self, deposit: Deposit, amount: u64) -> Result<Deposit, Refusal> {
        let Deposit { reason, payer, .. } = deposit;
        if amount > deposit.amount {
            self.hold(reason, payer, amount - deposit.amount)?;
        } else {
            let amount = deposit.amount - amount;
            self.give_back(Deposit { reason, payer, amount });
        }
        Ok(Deposit { reason, payer, amount })
    }

    /// Burns the fee for a record of so many bytes that stays for ever.
    pub fn charge(&mut self, who: u64, bytes: usize) -> Outcome {
        let fee = FEE_PER_RECORD + FEE_PER_BYTE * bytes as u64;
        if self.spendable(who) < fee {
            return Err(Refusal::DepositNotAvailable.into());
        }
        self.accounts.entry(who).or_default().free -= fee;
        self.issued -= fee;
        Ok(())
    }
}
