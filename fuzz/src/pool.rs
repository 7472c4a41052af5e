//! Signed envelopes: of every kind of block, with and without what can be severed or integrated.

use crate::keys;
use std::{collections::BTreeMap, sync::OnceLock};
use suit_manifest::{
    build::{
        model::{
            manifest_text, Command, ComponentId, Condition, Digest, Directive, Index, LanguageText, Manifest,
            Parameters, Text,
        },
        Envelope, Firmware, Image, Payload, Release, Source,
    },
    cose::{mac0, sign_detached},
    crypto::RustCrypto,
    digest::DigestAlgorithm,
    manifest::{parameter, Severable},
};

/// What an integrated payload holds.
pub const PAYLOAD: &[u8] = b"an image that travels in its envelope";
/// Where others are fetched from.
pub const URI: &str = "ipfs://bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy";

/// An envelope that [`keys::author`] has signed.
pub struct Signed {
    /// What it shows.
    pub name: &'static str,
    /// The envelope.
    pub bytes: Vec<u8>,
}

/// All of them, made once.
pub fn signed() -> &'static [Signed] {
    static SIGNED: OnceLock<Vec<Signed>> = OnceLock::new();
    SIGNED.get_or_init(|| {
        vec![
            Signed {
                name: "one-image",
                bytes: one_image(),
            },
            Signed {
                name: "integrated-two-signers-severed-text",
                bytes: integrated(),
            },
            Signed {
                name: "slots-cose-sign-mac",
                bytes: slots(),
            },
            Signed {
                name: "staged-severed-install-sha384",
                bytes: staged(),
            },
            Signed {
                name: "every-command",
                bytes: every_command(),
            },
        ]
    })
}

fn one_image() -> Vec<u8> {
    let firmware = Firmware {
        vendor: [1; 16],
        class: [2; 16],
        sequence_number: 7,
        component: &[b"app"],
        digest: [3; 32],
        size: 1024,
        uri: URI,
    };
    let mut envelope =
        Envelope::from_manifest_bytes(&firmware.manifest().expect("valid"), DigestAlgorithm::Sha256).expect("valid");
    envelope.sign(&keys::author()).expect("signs");
    envelope.encode().expect("encodes")
}

fn payload(content: &[u8], uri: &str) -> Payload {
    Payload {
        digest: Digest::of(DigestAlgorithm::Sha256, content).expect("SHA-256"),
        size: content.len() as u64,
        uri: uri.into(),
    }
}

fn image(name: &str, source: Source) -> Image {
    Image {
        component: ComponentId::new([name]),
        source,
        invoke: false,
    }
}

fn release(images: Vec<Image>) -> Release {
    Release {
        vendor: [1; 16],
        class: [2; 16],
        sequence_number: 9,
        images,
        text: Text::default(),
    }
}

fn text() -> Text {
    let language = |sentence: &str| LanguageText {
        manifest: BTreeMap::from([(manifest_text::UPDATE_DESCRIPTION, sentence.into())]),
        components: BTreeMap::from([(ComponentId::new(["app"]), BTreeMap::from([(6, "1.2.3".into())]))]),
    };
    Text(BTreeMap::from([
        ("de".into(), language("Stellt die Uhr")),
        ("en".into(), language("Sets the clock")),
    ]))
}

fn integrated() -> Vec<u8> {
    let mut release = release(vec![image("app", Source::Fetched(payload(PAYLOAD, "#app")))]);
    release.text = text();
    let mut envelope = Envelope::new(&release.manifest().expect("valid"), DigestAlgorithm::Sha256).expect("valid");
    envelope.add_payload("#app", PAYLOAD).expect("named");
    envelope.sign(&keys::author()).expect("signs");
    envelope.sign(&keys::operator()).expect("signs");
    envelope.encode().expect("encodes")
}

fn slots() -> Vec<u8> {
    let slots = vec![
        (0, payload(b"slot a", URI)),
        (1, payload(b"slot b", "https://example.com/b")),
    ];
    let manifest = release(vec![image("app", Source::Slots(slots))])
        .manifest()
        .expect("valid");
    let mut envelope = Envelope::new(&manifest, DigestAlgorithm::Sha512).expect("valid");
    let digest = envelope.signed_bytes().to_vec();
    let (author, auditor) = (keys::author(), keys::auditor());
    envelope
        .add_block(&sign_detached(&digest, None, &[&author, &auditor]).expect("signs"))
        .expect("adds");
    let mac = mac0(&RustCrypto, &digest, None, None, true, &keys::shared()).expect("HMAC");
    envelope.add_block(&mac).expect("adds");
    envelope.encode().expect("encodes")
}

fn staged() -> Vec<u8> {
    let source = Source::Staged {
        staging: ComponentId::new(["spare"]),
        payload: payload(b"staged", URI),
    };
    let mut manifest = release(vec![image("app", source)]).manifest().expect("valid");
    manifest
        .sever(Severable::Install, DigestAlgorithm::Sha384)
        .expect("it has one");
    let mut envelope = Envelope::new(&manifest, DigestAlgorithm::Sha384).expect("valid");
    envelope.sign(&keys::author()).expect("signs");
    envelope.sign(&keys::es256()).expect("signs");
    envelope.encode().expect("encodes")
}

/// Every command and most parameters, in an order that nobody would choose.
fn every_command() -> Vec<u8> {
    let parameters = Parameters {
        uri: Some("https://example.com/c".into()),
        image_digest: Some(Digest::sha256([4; 32])),
        image_size: Some(4096),
        content: Some(vec![5; 8]),
        source_component: Some(1),
        soft_failure: Some(true),
        strict_order: Some(false),
        component_slot: Some(3),
        use_before: Some(1_900_000_000),
        update_priority: Some(-1),
        minimum_battery: Some(50),
        invoke_args: Some(vec![6]),
        device_id: Some([7; 16]),
        custom: BTreeMap::from([(-1, vec![0x81, 0x01])]),
        ..Parameters::default()
    };
    let choose = Command::SetComponentIndex(Index::One(0));
    let mut install = vec![
        Command::SetComponentIndex(Index::All),
        Command::OverrideParameters(parameters.clone()),
        Command::SetComponentIndex(Index::List(vec![0, 1])),
        Command::SetParameters(Parameters {
            image_size: Some(1),
            ..Parameters::default()
        }),
        Command::OverrideMultiple(BTreeMap::from([(0, parameters.clone()), (1, parameters)])),
        Command::CopyParameters(BTreeMap::from([(1, vec![parameter::URI, parameter::IMAGE_SIZE])])),
        Command::TryEach {
            alternatives: vec![
                vec![
                    choose.clone(),
                    Command::condition(Condition::ComponentSlot),
                    Command::directive(Directive::Fetch),
                ],
                vec![Command::RunSequence(vec![Command::directive(Directive::Swap)])],
            ],
            optional: true,
        },
        Command::Custom {
            code: -7,
            argument: vec![0xa1, 0x01, 0xf6],
        },
    ];
    install.extend(Condition::ALL.iter().copied().map(Command::condition));
    install.extend(Directive::ALL.iter().copied().map(Command::directive));
    let manifest = Manifest {
        sequence_number: 11,
        reference_uri: Some("https://example.com/manifest".into()),
        set_version: Some(vec![1, 2, -1]),
        components: vec![ComponentId::new(["a"]), ComponentId::new(["b", "c"])],
        shared: Some(vec![choose.clone(), Command::condition(Condition::VendorId)]),
        validate: Some(vec![choose.clone(), Command::condition(Condition::ImageMatch)]),
        load: Some(vec![choose.clone(), Command::directive(Directive::Copy)]),
        invoke: Some(vec![choose, Command::directive(Directive::Invoke)]),
        install: Some(suit_manifest::build::model::Severable::Inside(install)),
        ..Manifest::default()
    };
    let mut envelope = Envelope::new(&manifest, DigestAlgorithm::Sha512).expect("valid");
    envelope.sign(&keys::author()).expect("signs");
    envelope.encode().expect("encodes")
}
