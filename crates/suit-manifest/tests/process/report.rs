//! SUIT_Report (draft-ietf-suit-report-20).

use super::{
    device::{run_with, Device, Image, Run, CLASS},
    manifests::{cbor, install, keys, seq, set, Made},
};
use suit_manifest::{
    crypto::{Crypto, RustCrypto},
    digest::DigestAlgorithm,
    envelope::{Envelope, Mode},
    error::ErrorKind,
    manifest::code::condition,
    process::{Cause, Failure, Place, Trust, Verified},
    report::{Capabilities, Entry, Outcome, Reason, Report, Writer},
};

/// Runs an update with a report in a buffer of this length; gives the report, what was dropped and the outcome.
fn reported(made: &Made, device: &mut Device, room: usize) -> (Vec<u8>, usize, Result<(), Failure>) {
    let envelope = made.envelope();
    let keys = keys();
    let trust = Trust {
        keys: &keys,
        threshold: 1,
    };
    let verified = Verified::decode(&envelope, Mode::Strict, &RustCrypto, &trust).unwrap();
    let mut buffer = vec![0; room];
    let mut writer = Writer::new(&mut buffer, &verified, Some(b"nonce"), None).unwrap();
    let (result, _) = run_with(&envelope, &keys, device, Run::Update, &mut writer, |options| options);
    let dropped = writer.dropped();
    (writer.finish(&result).unwrap().to_vec(), dropped, result)
}

fn image(policy: u8) -> Made {
    let begin = seq().set(set().digest_of(b"image").bytes(18, b"image")).run(18);
    let mut made = install(1, begin.reporting(condition::IMAGE_MATCH, policy));
    made.reference_uri = Some("https://example.com/m".into());
    made
}

#[test]
fn a_success_says_so_and_names_the_manifest() {
    let made = image(0);
    let (bytes, dropped, result) = reported(&made, &mut Device::default(), 512);
    assert_eq!((result, dropped), (Ok(()), 0));
    // { 2: nonce, 3: [], 4: true, 99: [uri, [-16, digest]] }
    let expected = cbor(|to| {
        to.map(4).uint(2).bytes(b"nonce").uint(3).array(0).uint(4).raw(&[0xf5]);
        to.uint(99).array(2).text("https://example.com/m");
        to.array(2).int(-16).bytes(&made.digest());
    });
    assert_eq!(hex::encode(&bytes), hex::encode(expected));
    let report = Report::decode(&bytes).unwrap();
    assert_eq!(report.result, Outcome::Success);
    assert_eq!(
        (report.nonce, report.uri),
        (Some(&b"nonce"[..]), "https://example.com/m")
    );
    assert_eq!(report.digest.bytes, made.digest());
}

#[test]
fn the_policy_decides_what_is_recorded() {
    let entries = |policy: u8, wrong: bool| {
        let mut made = image(policy);
        if wrong {
            let begin = seq().set(set().digest_of(b"image").bytes(18, b"wrong")).run(18);
            made.sections = vec![(20, begin.reporting(condition::IMAGE_MATCH, policy))];
        }
        let (bytes, _, _) = reported(&made, &mut Device::default(), 512);
        let report = Report::decode(&bytes).unwrap();
        let kind = |entry| match entry {
            Entry::Record(record) => (
                "record",
                record.properties.image_digest.map(|digest| digest.bytes.to_vec()),
            ),
            Entry::Claim { component, properties } => {
                assert_eq!(component, [0x81, 0x41, 0x00]);
                ("claim", properties.image_digest.map(|digest| digest.bytes.to_vec()))
            }
        };
        report.records().map(kind).collect::<Vec<_>>()
    };
    let measured = |content: &[u8]| Some(RustCrypto.sha256(&[content]).to_vec());
    let (good, bad) = (measured(b"image"), measured(b"wrong"));
    assert_eq!(entries(0b0001, false), [("record", good.clone())]);
    assert_eq!(entries(0b0100, false), [("claim", good.clone())]);
    assert_eq!(entries(0b1010, false), []);
    assert_eq!(entries(0b1010, true), [("record", bad.clone()), ("claim", bad)]);
    assert_eq!(entries(0b0101, true), []);
    assert_eq!(entries(0b1111, false), [("record", good.clone()), ("claim", good)]);
}

#[test]
fn a_failure_names_code_reason_and_place() {
    let mut made = image(15);
    made.shared = Some(seq().set(set().identity()).reporting(1, 15).reporting(2, 15));
    let mut device = Device {
        class: [9; 16],
        ..Device::default()
    };
    let (bytes, _, result) = reported(&made, &mut device, 1024);
    let failure = result.unwrap_err();
    let report = Report::decode(&bytes).unwrap();
    let Outcome::Failure { code, record, reason } = report.result.clone() else {
        panic!("it failed");
    };
    assert_eq!((code, reason), (failure.cause.code(), Reason::ConditionFailed));
    assert_eq!((record.section, record.offset), (3, failure.place.offset as u64));
    // The vendor held and is claimed; the class did not, and the record of it is there.
    let entries: Vec<_> = report.records().collect();
    assert_eq!(entries.len(), 3, "{entries:?}");
    assert!(matches!(&entries[2], Entry::Record(last) if *last == record));
    assert_ne!(device.class, CLASS);
}

#[test]
fn every_cause_has_a_reason_and_the_platforms_errors_have_theirs() {
    use suit_manifest::process::PlatformError;
    for (cause, reason) in [
        (Cause::UnsupportedCommand, Reason::CommandUnsupported),
        (Cause::UnsupportedComponent, Reason::ComponentUnsupported),
        (
            Cause::Platform(PlatformError::NotAllowed),
            Reason::ComponentUnauthorised,
        ),
        (Cause::Platform(PlatformError::Network), Reason::OperationFailed),
        (
            Cause::Dependency(ErrorKind::SignatureNotValid.into()),
            Reason::Unauthorised,
        ),
        (
            Cause::Dependency(ErrorKind::UnsupportedAlgorithm.into()),
            Reason::AlgorithmUnsupported,
        ),
        (Cause::Dependency(ErrorKind::UnexpectedEnd.into()), Reason::CborParse),
    ] {
        assert_eq!(cause.reason(), reason);
    }
    for reason in Reason::ALL {
        assert_eq!(Reason::from_number(u64::from(reason.number())), Some(reason));
    }
    assert_eq!(Reason::from_number(13), None);
}

#[test]
fn records_that_do_not_fit_are_dropped_and_the_result_is_there() {
    let mut made = image(15);
    let sequence = (0..40).fold(seq().set(set().uint(5, 0)), |sequence, _| sequence.reporting(5, 5));
    made.sections = vec![(20, sequence.run(14))];
    let (full, dropped, _) = reported(&made, &mut Device::default(), 4096);
    assert_eq!((dropped, Report::decode(&full).unwrap().records().count()), (0, 80));
    let mut least = None;
    let envelope = made.envelope();
    let keys = keys();
    let trust = Trust {
        keys: &keys,
        threshold: 1,
    };
    let verified = Verified::decode(&envelope, Mode::Strict, &RustCrypto, &trust).unwrap();
    for room in 0..full.len() + 64 {
        let mut buffer = vec![0; room];
        match Writer::new(&mut buffer, &verified, Some(b"nonce"), None) {
            Err(error) => {
                assert_eq!((error.kind, least), (ErrorKind::BufferTooSmall, None));
                continue;
            }
            Ok(_) => least = least.or(Some(room)),
        }
        if room % 16 != 0 && Some(room) != least {
            continue;
        }
        let (bytes, dropped, result) = reported(&made, &mut Device::default(), room);
        let report = Report::decode(&bytes).unwrap();
        assert_eq!(report.records().count() + dropped, 80, "{room}");
        assert!(matches!(report.result, Outcome::Failure { code, .. } if code == result.unwrap_err().cause.code()));
    }
    assert!(least.is_some_and(|least| least < 160), "{least:?}");
}

#[test]
fn what_a_device_can_do_is_reported_on_request() {
    let made = image(0);
    let envelope = made.envelope();
    let keys = keys();
    let trust = Trust {
        keys: &keys,
        threshold: 1,
    };
    let verified = Verified::decode(&envelope, Mode::Strict, &RustCrypto, &trust).unwrap();
    let capabilities = Capabilities {
        components: &[&[0x81, 0x41, 0x00]],
        commands: Capabilities::COMMANDS,
        parameters: Capabilities::PARAMETERS,
        algorithms: &[-9, -16],
        ..Capabilities::default()
    };
    let mut buffer = [0; 512];
    let writer = Writer::new(&mut buffer, &verified, None, Some(capabilities)).unwrap();
    let bytes = writer.finish_pending(&Place::default()).unwrap();
    let report = Report::decode(bytes).unwrap();
    assert!(matches!(
        report.result,
        Outcome::Failure {
            reason: Reason::InvokePending,
            ..
        }
    ));
    assert!(report
        .capabilities
        .unwrap()
        .starts_with(&[0xa4, 0x01, 0x81, 0x81, 0x41, 0x00, 0x02]));
    assert_eq!(report.digest.algorithm, DigestAlgorithm::Sha256);
}

#[test]
fn an_envelope_that_nobody_vouches_for_gets_a_report_too() {
    let envelope = image(0).envelope();
    let decoded = Envelope::decode(&envelope, Mode::Strict).unwrap();
    let trust = Trust {
        keys: &[],
        threshold: 1,
    };
    let error = Verified::authenticate(decoded.clone(), &RustCrypto, &trust).unwrap_err();
    let mut buffer = [0; 128];
    let writer = Writer::refused(&mut buffer, &decoded, None).unwrap();
    let report = Report::decode(writer.finish_refused(&error).unwrap()).unwrap();
    assert!(matches!(
        report.result,
        Outcome::Failure {
            reason: Reason::Unauthorised,
            ..
        }
    ));
    assert_eq!(report.digest, decoded.manifest_digest());
}

#[test]
fn a_malformed_report_is_refused() {
    let (good, _, _) = reported(&image(15), &mut Device::default().with("00", Image::default()), 512);
    assert!(Report::decode(&good).is_ok());
    for cut in 0..good.len() {
        assert!(Report::decode(&good[..cut]).is_err(), "cut at {cut}");
    }
    let kind = |hex: &str| Report::decode(&hex::decode(hex).unwrap()).unwrap_err().kind;
    assert_eq!(kind("a0"), ErrorKind::MissingMember);
    assert_eq!(kind("a10900"), ErrorKind::UnknownMember);
    assert_eq!(kind("a104f4"), ErrorKind::BadValue, "a result of false");
    assert_eq!(kind("a10381a0"), ErrorKind::MissingMember, "a claim without component");
    assert_eq!(kind("a103818583000000070000a0"), ErrorKind::TooDeep);
}
