//! A device against a node that answers as the test wants, over real HTTP.

use super::*;
use crate::testing::{Reply, Request, Server};
use sha2::{Digest as _, Sha256};
use std::{
    fs,
    path::Path,
    sync::{
        atomic::{AtomicUsize, Ordering},
        Arc,
    },
};
use suit_manifest::{
    build,
    cose::{Signer, SigningKey},
    uuid as suit_uuid,
};

const CLASS: &str = "thermostat-2";

fn vendor() -> [u8; 16] {
    suit_uuid::vendor_id("example.com")
}

fn author() -> SigningKey {
    SigningKey::from_bytes_p256(&[1; 32]).unwrap()
}

/// A firmware and the manifest for it.
#[derive(Clone)]
struct Made {
    firmware: Vec<u8>,
    cid: String,
    envelope: Vec<u8>,
    number: u64,
}

/// What may differ from a good release.
struct Options {
    number: u64,
    vendor: [u8; 16],
    class: [u8; 16],
    firmware: Vec<u8>,
    digest_of: Option<Vec<u8>>,
    key: SigningKey,
}

fn good(number: u64) -> Options {
    Options {
        number,
        vendor: vendor(),
        class: suit_uuid::class_id(&vendor(), CLASS),
        firmware: (0..300_000u64)
            .map(|i| (i.wrapping_mul(number.wrapping_add(7)) % 251) as u8)
            .collect(),
        digest_of: None,
        key: author(),
    }
}

fn make(options: Options) -> Made {
    let mut importer = chunks::import::Importer::new();
    let mut emit = |_: &chunks::Cid, _: &[u8]| Ok::<(), ()>(());
    importer.update(&options.firmware, &mut emit).unwrap();
    let (root, size) = importer.finish(&mut emit).unwrap();
    let digest = Sha256::digest(options.digest_of.as_ref().unwrap_or(&options.firmware)).into();
    let manifest = build::Firmware {
        vendor: options.vendor,
        class: options.class,
        sequence_number: options.number,
        component: &[b"firmware"],
        digest,
        size,
        uri: &format!("ipfs://{root}"),
    };
    let envelope = build::envelope(&manifest.manifest().unwrap(), &[&options.key]).unwrap();
    Made {
        firmware: options.firmware,
        cid: root.to_string(),
        envelope,
        number: options.number,
    }
}

/// `suit_getLatest`'s answer for a release.
fn answer(made: &Made, location: &str) -> serde_json::Value {
    json!({
        "status": "update",
        "release": {
            "id": "0",
            "sequenceNumber": made.number.to_string(),
            "envelope": hex0x(&made.envelope),
            "payloads": [{
                "component": hex0x([0x81, 0x48, b'f', b'i', b'r', b'm', b'w', b'a', b'r', b'e']),
                "cid": made.cid,
                "storedSize": made.firmware.len().to_string(),
                "transform": "none",
                "locations": [location],
            }],
        },
        "ticket": null,
        "highestPublished": made.number.to_string(),
        "freshness": null,
    })
}

fn rpc(result: serde_json::Value) -> Reply {
    Reply::ok(json!({ "jsonrpc": "2.0", "id": 1, "result": result }).to_string())
}

fn rpc_error(kind: &str) -> Reply {
    let error = json!({ "code": -32005, "message": "no", "data": { "kind": kind } });
    Reply::ok(json!({ "jsonrpc": "2.0", "id": 1, "error": error }).to_string())
}

/// A gateway that serves the firmware by `serve`.
async fn gateway(serve: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Server {
    Server::start(serve).await
}

/// A node that always answers the same.
async fn node(answer: serde_json::Value) -> Server {
    Server::start(move |_| rpc(answer.clone())).await
}

fn update(folder: &Path, node: &Server) -> Update {
    Update {
        folder: folder.to_owned(),
        node: node.url.clone(),
        vendor: vendor(),
        class: suit_uuid::class_id(&vendor(), CLASS),
        authors: vec![author().public_key()],
        threshold: 1,
        identity: None,
        genesis: None,
        silence: Duration::from_secs(10),
    }
}

async fn run(update: &Update) -> Result<Report> {
    update.run(&Progress::new(true)).await
}

/// Offers a release whole and says what the device makes of it.
async fn offer(folder: &Path, made: &Made) -> Result<Report> {
    let firmware = made.firmware.clone();
    let gateway = gateway(move |request| Reply::file(request, &firmware)).await;
    let node = node(answer(made, &gateway.url)).await;
    run(&update(folder, &node)).await
}

fn state(folder: &Path) -> Option<String> {
    fs::read_to_string(folder.join("state.json")).ok()
}

#[tokio::test]
async fn an_update_is_installed_and_remembered_and_the_next_goes_to_the_other_slot() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (make(good(1)), make(good(2)));
    let report = offer(folder.path(), &one).await.unwrap();
    assert_eq!(report.json()["status"], "updated");
    assert_eq!(report.json()["sequenceNumber"], "1");
    assert_eq!(fs::read(folder.path().join("slot-a/image")).unwrap(), one.firmware);
    let report = offer(folder.path(), &two).await.unwrap();
    assert_eq!(report.json()["slot"], "slot-b");
    assert_eq!(fs::read(folder.path().join("slot-b/image")).unwrap(), two.firmware);
    assert_eq!(fs::read(folder.path().join("slot-b.suit")).unwrap(), two.envelope);
    assert!(state(folder.path()).unwrap().contains("\"2\""));
    assert!(!folder.path().join("download.part").exists());
    let again = offer(folder.path(), &two).await.unwrap();
    assert_eq!(again.json()["status"], "upToDate");
}

#[tokio::test]
async fn a_download_that_is_cut_off_continues_where_it_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let made = make(good(1));
    let (firmware, asked) = (made.firmware.clone(), Arc::new(AtomicUsize::new(0)));
    let gateway = gateway(move |request| {
        let reply = Reply::file(request, &firmware);
        match asked.fetch_add(1, Ordering::SeqCst) {
            0 => reply.cut_after(100_000),
            _ => reply,
        }
    })
    .await;
    let node = node(answer(&made, &gateway.url)).await;
    run(&update(folder.path(), &node)).await.unwrap();
    let requests = gateway.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0].header("range"), None);
    assert_eq!(requests[1].header("range"), Some("bytes=100000-"));
    assert_eq!(
        requests[1].header("if-range"),
        Some(format!("\"{}\"", made.cid).as_str())
    );
    assert_eq!(fs::read(folder.path().join("slot-a/image")).unwrap(), made.firmware);
}

#[tokio::test]
async fn a_download_continues_after_the_program_was_killed() {
    let folder = tempfile::tempdir().unwrap();
    let made = make(good(1));
    // A gateway that always breaks off at once: the first run gives up with what it has.
    let firmware = made.firmware.clone();
    let asked = Arc::new(AtomicUsize::new(0));
    let broken = gateway(move |request| {
        let cut = if asked.fetch_add(1, Ordering::SeqCst) == 0 {
            50_000
        } else {
            0
        };
        Reply::file(request, &firmware).cut_after(cut)
    })
    .await;
    let first = node(answer(&made, &broken.url)).await;
    assert_eq!(
        run(&update(folder.path(), &first)).await.unwrap_err().kind(),
        "Unreachable"
    );
    assert_eq!(
        fs::read(folder.path().join("download.part")).unwrap(),
        made.firmware[..50_000]
    );
    assert_eq!(state(folder.path()), None);

    let firmware = made.firmware.clone();
    let whole = gateway(move |request| Reply::file(request, &firmware)).await;
    let second = node(answer(&made, &whole.url)).await;
    let report = run(&update(folder.path(), &second)).await.unwrap();
    assert_eq!(report.json()["continuedFrom"], 50_000);
    assert_eq!(whole.requests()[0].header("range"), Some("bytes=50000-"));
}

#[tokio::test]
async fn a_release_signed_by_another_key_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let key = SigningKey::from_bytes_p256(&[2; 32]).unwrap();
    let made = make(Options { key, ..good(1) });
    assert_eq!(
        offer(folder.path(), &made).await.unwrap_err().kind(),
        "SignatureNotValid"
    );
    assert_eq!(state(folder.path()), None);
}

#[tokio::test]
async fn one_signature_is_not_enough_for_a_threshold_of_two() {
    let folder = tempfile::tempdir().unwrap();
    let made = make(good(1));
    let node = node(answer(&made, "http://127.0.0.1:1")).await;
    let second = SigningKey::from_bytes_ed25519(&[3; 32]).public_key();
    let update = Update {
        authors: vec![author().public_key(), second],
        threshold: 2,
        ..update(folder.path(), &node)
    };
    assert_eq!(run(&update).await.unwrap_err().kind(), "SignatureNotValid");
}

#[tokio::test]
async fn no_bit_of_the_envelope_can_be_flipped() {
    let folder = tempfile::tempdir().unwrap();
    let made = make(good(1));
    for position in (0..made.envelope.len()).step_by(11).chain([made.envelope.len() - 1]) {
        let mut flipped = made.clone();
        flipped.envelope[position] ^= 1;
        let kind = offer(folder.path(), &flipped).await.unwrap_err().kind();
        assert!(
            ["EnvelopeNotValid", "SignatureNotValid"].contains(&kind.as_str()),
            "byte {position}: {kind}"
        );
    }
    assert_eq!(state(folder.path()), None);
}

#[tokio::test]
async fn a_release_for_another_class_or_vendor_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let other_class = make(Options {
        class: suit_uuid::class_id(&vendor(), "other"),
        ..good(1)
    });
    assert_eq!(
        offer(folder.path(), &other_class).await.unwrap_err().kind(),
        "WrongClass"
    );
    let other_vendor = make(Options {
        vendor: suit_uuid::vendor_id("example.org"),
        ..good(1)
    });
    assert_eq!(
        offer(folder.path(), &other_vendor).await.unwrap_err().kind(),
        "WrongVendor"
    );
}

#[tokio::test]
async fn a_lower_sequence_number_is_refused_and_the_installed_image_stays() {
    let folder = tempfile::tempdir().unwrap();
    let two = make(good(2));
    offer(folder.path(), &two).await.unwrap();
    let before = state(folder.path());
    assert_eq!(
        offer(folder.path(), &make(good(1))).await.unwrap_err().kind(),
        "SequenceNumberLower"
    );
    assert_eq!(state(folder.path()), before);
    assert_eq!(fs::read(folder.path().join("slot-a/image")).unwrap(), two.firmware);
}

#[tokio::test]
async fn bytes_of_another_digest_are_refused_and_thrown_away() {
    let folder = tempfile::tempdir().unwrap();
    let mut options = good(1);
    options.digest_of = Some(b"something else".to_vec());
    let made = make(options);
    assert_eq!(offer(folder.path(), &made).await.unwrap_err().kind(), "DigestMismatch");
    assert!(!folder.path().join("download.part").exists());
    assert_eq!(state(folder.path()), None);
}

#[tokio::test]
async fn more_bytes_than_the_manifest_says_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let made = make(good(1));
    let mut longer = made.firmware.clone();
    longer.push(0);
    let gateway = gateway(move |request| Reply::file(request, &longer)).await;
    let node = node(answer(&made, &gateway.url)).await;
    assert_eq!(
        run(&update(folder.path(), &node)).await.unwrap_err().kind(),
        "SizeMismatch"
    );
}

#[tokio::test]
async fn a_spoilt_place_does_not_keep_the_device_from_a_good_one() {
    let folder = tempfile::tempdir().unwrap();
    let made = make(good(1));
    let mut spoilt = made.firmware.clone();
    spoilt[1000] ^= 1;
    let bad = gateway(move |request| Reply::file(request, &spoilt)).await;
    let firmware = made.firmware.clone();
    let good = gateway(move |request| Reply::file(request, &firmware)).await;
    let mut answer = answer(&made, "http://127.0.0.1:1");
    answer["release"]["payloads"][0]["locations"] = json!(["http://127.0.0.1:1", bad.url, good.url]);
    let node = node(answer).await;
    assert_eq!(
        run(&update(folder.path(), &node)).await.unwrap().json()["status"],
        "updated"
    );
    assert_eq!(fs::read(folder.path().join("slot-a/image")).unwrap(), made.firmware);
}

#[tokio::test]
async fn the_gateways_refusal_keeps_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let made = make(good(1));
    let gateway = gateway(|_| Reply::error(401, "TicketMissing")).await;
    let node = node(answer(&made, &gateway.url)).await;
    let error = run(&update(folder.path(), &node)).await.unwrap_err();
    assert_eq!((error.kind().as_str(), error.code()), ("TicketMissing", Some(401)));
}

#[tokio::test]
async fn a_refusal_says_more_than_a_place_that_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let made = make(good(1));
    let gateway = gateway(|_| Reply::error(503, "Corrupt")).await;
    let mut answer = answer(&made, "");
    answer["release"]["payloads"][0]["locations"] = json!(["http://127.0.0.1:1", gateway.url, "http://127.0.0.1:1"]);
    let node = node(answer).await;
    assert_eq!(run(&update(folder.path(), &node)).await.unwrap_err().kind(), "Corrupt");
    assert!(!folder.path().join("slot-a").exists());
}

#[tokio::test]
async fn an_answer_that_contradicts_the_manifest_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let made = make(good(1));
    let mut other_number = answer(&made, "http://127.0.0.1:1");
    other_number["release"]["sequenceNumber"] = json!("9");
    let mut other_root = answer(&made, "http://127.0.0.1:1");
    other_root["release"]["payloads"][0]["cid"] = json!(make(good(3)).cid);
    let newest_of_nothing = json!({ "status": "upToDate", "sequenceNumber": "1" });
    for answer in [other_number, other_root, newest_of_nothing] {
        let node = node(answer).await;
        assert_eq!(
            run(&update(folder.path(), &node)).await.unwrap_err().kind(),
            "AnswerMismatch"
        );
    }
}

#[tokio::test]
async fn the_nodes_refusal_keeps_its_name() {
    let folder = tempfile::tempdir().unwrap();
    for kind in ["VerificationRequired", "UnknownProduct", "Busy"] {
        let node = Server::start(move |_| rpc_error(kind)).await;
        let error = run(&update(folder.path(), &node)).await.unwrap_err();
        assert_eq!((error.kind().as_str(), error.code()), (kind, Some(-32005)));
    }
}

#[tokio::test]
async fn no_release_is_an_answer_and_not_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let node = node(json!({ "status": "noRelease", "highestPublished": "2", "freshness": null })).await;
    let report = run(&update(folder.path(), &node)).await.unwrap();
    assert_eq!(report.json()["status"], "noRelease");
    assert_eq!(report.json()["highestPublished"], "2");
}

/// A node that verifies devices: its challenge names the chain.
async fn verifying_node(made: &Made, gateway: &str, genesis: [u8; 32]) -> Server {
    let answer = {
        let mut answer = answer(made, gateway);
        answer["ticket"] = json!("0x0102fe");
        answer
    };
    Server::start(move |request| {
        let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
        rpc(match body["method"].as_str() {
            Some("suit_getChallenge") => json!({
                "challenge": hex0x([5; 41]),
                "expires": 1,
                "nodeKey": hex0x([6; 32]),
                "genesis": hex0x(genesis),
            }),
            _ => answer.clone(),
        })
    })
    .await
}

#[tokio::test]
async fn a_verified_device_signs_the_challenge_and_carries_the_ticket() {
    let folder = tempfile::tempdir().unwrap();
    let made = make(good(1));
    let firmware = made.firmware.clone();
    let gateway = gateway(move |request| Reply::file(request, &firmware)).await;
    let node = verifying_node(&made, &gateway.url, [7; 32]).await;
    let key = SigningKey::from_bytes_ed25519(&[4; 32]);
    let public = key.public_key();
    let identity = Some(Identity {
        credential: vec![1, 2, 3],
        key,
    });
    let update = Update {
        identity,
        ..update(folder.path(), &node)
    };
    run(&update).await.unwrap();

    let asked: serde_json::Value = serde_json::from_slice(&node.requests()[1].body).unwrap();
    assert_eq!(asked["params"][0]["credential"], "0x010203");
    let request = asked["params"][0]["request"].as_str().unwrap().trim_start_matches("0x");
    let request = hex::decode(request).unwrap();
    let request = suit_device::request::Request::decode(&request).unwrap();
    request.verify(&suit_manifest::crypto::RustCrypto, &public).unwrap();
    assert_eq!(request.claims().audience, [6; 32]);
    assert_eq!(request.claims().challenge, [5; 41]);
    assert_eq!(request.claims().genesis, [7; 32]);
    assert_eq!(request.claims().installed, None);
    // RFC 4648 §5 without padding.
    assert_eq!(gateway.requests()[0].header("authorization"), Some("Bearer AQL-"));
}

#[tokio::test]
async fn a_device_stays_on_the_chain_that_it_met_first() {
    let folder = tempfile::tempdir().unwrap();
    let made = make(good(1));
    let firmware = made.firmware.clone();
    let gateway = gateway(move |request| Reply::file(request, &firmware)).await;
    let identity = || {
        Some(Identity {
            credential: vec![1],
            key: SigningKey::from_bytes_ed25519(&[4; 32]),
        })
    };
    let node = verifying_node(&made, &gateway.url, [7; 32]).await;
    run(&Update {
        identity: identity(),
        ..update(folder.path(), &node)
    })
    .await
    .unwrap();
    let other = verifying_node(&make(good(2)), &gateway.url, [8; 32]).await;
    let error = run(&Update {
        identity: identity(),
        ..update(folder.path(), &other)
    })
    .await
    .unwrap_err();
    assert_eq!(error.kind(), "StateOfOther");
}

/// A manifest for these components by its install and validate sequences, with a vendor and class check, signed.
fn by_hand(number: u64, install: &[u8], validate: &[u8]) -> Vec<u8> {
    use suit_manifest::cbor::Writer;
    let mut shared = Writer::new();
    shared.array(6).uint(20).map(2);
    shared.uint(1).bytes(&vendor());
    shared.uint(2).bytes(&suit_uuid::class_id(&vendor(), CLASS));
    shared.uint(1).uint(15).uint(2).uint(15);
    let mut common = Writer::new();
    common.map(2).uint(2).array(1).array(1).bytes(b"firmware");
    common.uint(4).bytes(&shared.finish());
    let mut manifest = Writer::new();
    manifest.map(5).uint(1).uint(1).uint(2).uint(number);
    manifest.uint(3).bytes(&common.finish());
    manifest.uint(7).bytes(validate).uint(20).bytes(install);
    build::envelope(&manifest.finish(), &[&author()]).unwrap()
}

/// `override-parameters` with digest, size and URI of these bytes, as a code and an argument.
fn parameters(bytes: &[u8], uri: &str) -> Vec<u8> {
    use suit_manifest::cbor::Writer;
    let mut digest = Writer::new();
    digest.array(2).int(-16).bytes(&Sha256::digest(bytes));
    let mut writer = Writer::new();
    writer.uint(20).map(3).uint(3).bytes(&digest.finish());
    writer.uint(14).uint(bytes.len() as u64).uint(21).text(uri);
    writer.finish()
}

/// Commands, as a sequence.
fn sequence(commands: &[&[u8]], items: usize) -> Vec<u8> {
    let mut writer = suit_manifest::cbor::Writer::new();
    writer.array(items).raw(&commands.concat());
    writer.finish()
}

const FETCH_AND_MATCH: &[u8] = &[0x15, 0x02, 0x03, 0x0f];
const MATCH: &[u8] = &[0x82, 0x03, 0x0f];

#[tokio::test]
async fn a_report_of_the_run_lies_in_the_devices_folder() {
    let folder = tempfile::tempdir().unwrap();
    let made = make(good(1));
    let answer = offer(folder.path(), &made).await.unwrap().json().clone();
    assert_eq!(answer["report"]["result"], "success");
    let bytes = fs::read(folder.path().join("report.cbor")).unwrap();
    let report = suit_manifest::report::Report::decode(&bytes).unwrap();
    assert_eq!(report.result, suit_manifest::report::Outcome::Success);
    assert!(report.records().count() > 0, "the manifest asks for records");
}

#[tokio::test]
async fn a_payload_in_the_envelope_is_installed_without_a_download() {
    let folder = tempfile::tempdir().unwrap();
    let install = sequence(&[&parameters(b"small", "#small"), FETCH_AND_MATCH], 6);
    let mut made = make(good(1));
    made.envelope = by_hand(1, &install, MATCH);
    // One more member of the envelope, whose head is the third byte.
    made.envelope[2] += 1;
    let mut member = suit_manifest::cbor::Writer::new();
    member.text("#small").bytes(b"small");
    made.envelope.extend(member.finish());
    let answer = offer(folder.path(), &made).await.unwrap().json().clone();
    assert_eq!(answer["images"][0]["size"], 5);
    assert_eq!(fs::read(folder.path().join("slot-a/image")).unwrap(), b"small");
}

#[tokio::test]
async fn a_manifest_that_fails_on_the_device_leaves_the_old_image_and_says_where() {
    let folder = tempfile::tempdir().unwrap();
    offer(folder.path(), &make(good(1))).await.unwrap();
    let before = state(folder.path());
    let mut made = make(good(2));
    let uri = format!("ipfs://{}", made.cid);
    // What was installed is matched, and then something that is not so.
    let install = sequence(&[&parameters(&made.firmware, &uri), FETCH_AND_MATCH], 6);
    let validate = [&[0x82, 0x0e, 0x02][..]].concat();
    made.envelope = by_hand(2, &install, &validate);
    assert_eq!(
        offer(folder.path(), &made).await.unwrap_err().kind(),
        "ProcessingFailed"
    );
    assert_eq!(state(folder.path()), before);
    let bytes = fs::read(folder.path().join("report.cbor")).unwrap();
    let report = suit_manifest::report::Report::decode(&bytes).unwrap();
    assert!(matches!(
        report.result,
        suit_manifest::report::Outcome::Failure { record, .. } if record.section == 7
    ));
}
