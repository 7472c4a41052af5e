//! Tickets in the `Authorization` header. What is read here is never logged.

use crate::{Refusal, Shared};
use axum::http::{header, HeaderMap};
use std::time::{SystemTime, UNIX_EPOCH};
use suit_device::{
    bearer,
    ticket::{Ticket, MAX_TICKET},
    Error,
};
use suit_manifest::crypto::RustCrypto;

/// Holds where the request carries a good ticket of a registered storage node that opens one of these roots.
pub(crate) async fn check(shared: &Shared, headers: &HeaderMap, roots: &[[u8; 36]]) -> Result<(), Refusal> {
    let header = headers.get(header::AUTHORIZATION).ok_or(Refusal::TicketRequired)?;
    let token = header
        .to_str()
        .ok()
        .and_then(bearer::token)
        .ok_or(Refusal::TicketMalformed)?;
    let mut buffer = [0; MAX_TICKET];
    let bytes = bearer::decode_into(token, &mut buffer).map_err(refusal)?;
    let ticket = Ticket::decode(bytes).map_err(refusal)?;
    ticket
        .verify(&RustCrypto, unix_now(), &shared.chain.genesis())
        .map_err(refusal)?;
    if !roots.iter().any(|root| ticket.opens(root)) {
        return Err(Refusal::TicketDoesNotOpen);
    }
    // Last, because it may ask the chain.
    match shared.chain.is_storage_node(ticket.issuer()).await? {
        true => Ok(()),
        false => Err(Refusal::TicketIssuerUnknown),
    }
}

fn refusal(error: Error) -> Refusal {
    match error {
        Error::TicketExpired => Refusal::TicketExpired,
        Error::TicketSignature => Refusal::TicketForged,
        Error::TicketForOtherChain => Refusal::TicketForOtherChain,
        Error::TicketForOtherRoot => Refusal::TicketDoesNotOpen,
        _ => Refusal::TicketMalformed,
    }
}

/// A clock before 1970 counts as the far future: then every ticket has expired.
fn unix_now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(u64::MAX, |since| since.as_secs())
}
