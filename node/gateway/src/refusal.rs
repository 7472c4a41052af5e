//! Why the gateway refuses: one enumeration, a status and a JSON body each.

use axum::{
    http::{header, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};

/// Why the gateway refuses. The variant's name is the `code` in the body and does not change.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// 400
    #[error("not a CID that releases use: give a CIDv1 in lower-case base32, codec raw or dag-pb, hash SHA2-256")]
    BadCid,
    /// 400
    #[error("the query is not understood: {0}")]
    BadQuery(&'static str),
    /// 403. Uploads are open to anybody because nothing is taken that no live release asks for.
    #[error("no live release asks for this block: publish first, then upload the root block, then what it links to")]
    NotAskedFor,
    /// 413
    #[error("a block has at most {} bytes", chunks::MAX_BLOCK)]
    TooLarge,
    /// 400
    #[error("the bytes do not hash to the CID: send the block that the CID names")]
    HashMismatch,
    /// 400
    #[error("the block is no node of a file that releases use: {0}")]
    BadNode(String),
    /// 400
    #[error("the image would be larger than the size that the release announces")]
    ExceedsSize,
    /// 400
    #[error("the image would be smaller than the size that the release announces")]
    FallsShort,
    /// 409
    #[error("this node knows the image with another size than the release announces")]
    OtherSize,
    /// 400
    #[error("the upload ended before the whole block was there: send it again")]
    Incomplete,
    /// 408
    #[error("the block did not arrive in time: send it again")]
    UploadTooSlow,
    /// 507
    #[error("this node has no room for the image: use another node's gateway")]
    Quota,
    /// 404
    #[error("no such route: see /ipfs/{{cid}}, /suit/v1/payload/{{root}}, /suit/v1/missing/{{root}}, /suit/v1/health")]
    NoSuchRoute,
    /// 405
    #[error("the route does not know this method")]
    MethodNotAllowed,
    /// 404
    #[error("this node does not hold it, or no live release names it: try another node's gateway")]
    NotFound,
    /// 406
    #[error("only raw blocks are served: ask for ?format=raw")]
    FormatNotOffered,
    /// 401
    #[error("verified devices only: send the ticket from suit_getLatest as 'Authorization: Bearer …'")]
    TicketRequired,
    /// 401
    #[error("the ticket is not one of this format: send it as suit_getLatest gave it, base64url without padding")]
    TicketMalformed,
    /// 403
    #[error("the ticket's signature is not its issuer's")]
    TicketForged,
    /// 403
    #[error("the ticket has expired: ask suit_getLatest for a new one")]
    TicketExpired,
    /// 403
    #[error("the ticket is for another chain")]
    TicketForOtherChain,
    /// 403
    #[error("the ticket's issuer is not a registered storage node")]
    TicketIssuerUnknown,
    /// 403
    #[error("the ticket does not open this image")]
    TicketDoesNotOpen,
    /// 416
    #[error("the range begins behind the image's end, which has {size} bytes")]
    RangeNotSatisfiable {
        /// The image's size.
        size: u64,
    },
    /// 503. The bytes on this node's disk are not what the CID says; the node fetches them again.
    #[error("the bytes on this node's disk are damaged and are being fetched again: try another node's gateway")]
    Corrupt,
    /// 503
    #[error("too much at once: try again in a moment")]
    Busy,
    /// 503
    #[error("the chain could not be asked: try again in a moment")]
    ChainUnavailable,
    /// 500
    #[error("this node's store failed; its log says why")]
    Storage,
}

impl Refusal {
    /// The stable name.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::BadCid => "BadCid",
            Refusal::BadQuery(_) => "BadQuery",
            Refusal::NotAskedFor => "NotAskedFor",
            Refusal::TooLarge => "TooLarge",
            Refusal::HashMismatch => "HashMismatch",
            Refusal::BadNode(_) => "BadNode",
            Refusal::ExceedsSize => "ExceedsSize",
            Refusal::FallsShort => "FallsShort",
            Refusal::OtherSize => "OtherSize",
            Refusal::Incomplete => "Incomplete",
            Refusal::UploadTooSlow => "UploadTooSlow",
            Refusal::Quota => "Quota",
            Refusal::NoSuchRoute => "NoSuchRoute",
            Refusal::MethodNotAllowed => "MethodNotAllowed",
            Refusal::NotFound => "NotFound",
            Refusal::FormatNotOffered => "FormatNotOffered",
            Refusal::TicketRequired => "TicketRequired",
            Refusal::TicketMalformed => "TicketMalformed",
            Refusal::TicketForged => "TicketForged",
            Refusal::TicketExpired => "TicketExpired",
            Refusal::TicketForOtherChain => "TicketForOtherChain",
            Refusal::TicketIssuerUnknown => "TicketIssuerUnknown",
            Refusal::TicketDoesNotOpen => "TicketDoesNotOpen",
            Refusal::RangeNotSatisfiable { .. } => "RangeNotSatisfiable",
            Refusal::Corrupt => "Corrupt",
            Refusal::Busy => "Busy",
            Refusal::ChainUnavailable => "ChainUnavailable",
            Refusal::Storage => "Storage",
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        match self {
            Refusal::BadCid
            | Refusal::BadQuery(_)
            | Refusal::HashMismatch
            | Refusal::BadNode(_)
            | Refusal::ExceedsSize
            | Refusal::FallsShort
            | Refusal::Incomplete => StatusCode::BAD_REQUEST,
            Refusal::TicketRequired | Refusal::TicketMalformed => StatusCode::UNAUTHORIZED,
            Refusal::NotAskedFor
            | Refusal::TicketForged
            | Refusal::TicketExpired
            | Refusal::TicketForOtherChain
            | Refusal::TicketIssuerUnknown
            | Refusal::TicketDoesNotOpen => StatusCode::FORBIDDEN,
            Refusal::NoSuchRoute | Refusal::NotFound => StatusCode::NOT_FOUND,
            Refusal::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Refusal::FormatNotOffered => StatusCode::NOT_ACCEPTABLE,
            Refusal::OtherSize => StatusCode::CONFLICT,
            Refusal::UploadTooSlow => StatusCode::REQUEST_TIMEOUT,
            Refusal::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Refusal::RangeNotSatisfiable { .. } => StatusCode::RANGE_NOT_SATISFIABLE,
            Refusal::Storage => StatusCode::INTERNAL_SERVER_ERROR,
            Refusal::Corrupt | Refusal::Busy | Refusal::ChainUnavailable => StatusCode::SERVICE_UNAVAILABLE,
            Refusal::Quota => StatusCode::INSUFFICIENT_STORAGE,
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = serde_json::json!({ "error": { "code": self.code(), "message": self.to_string() } }).to_string();
        let mut response = (self.status(), body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        match self {
            Refusal::Busy | Refusal::ChainUnavailable => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
            }
            Refusal::Corrupt => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("10"));
            }
            Refusal::TicketRequired | Refusal::TicketMalformed => {
                headers.insert(
                    header::WWW_AUTHENTICATE,
                    HeaderValue::from_static("Bearer realm=\"suit\""),
                );
            }
            Refusal::RangeNotSatisfiable { size } => {
                if let Ok(value) = HeaderValue::try_from(format!("bytes */{size}")) {
                    headers.insert(header::CONTENT_RANGE, value);
                }
            }
            _ => {}
        }
        response
    }
}

impl From<crate::ChainError> for Refusal {
    fn from(error: crate::ChainError) -> Self {
        log::warn!(target: "suit-gateway", "{error}");
        Refusal::ChainUnavailable
    }
}
