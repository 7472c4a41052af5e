//! The draft's templates for creating manifests (§7), written with the model and made by the convenience on top of it.

use suit_manifest::{
    build::{
        model::{Command, ComponentId, Condition, Digest, Directive, Manifest, Parameters, Severable, VendorId},
        BuildError, Envelope, Image, Payload, Release, Source,
    },
    crypto::RustCrypto,
    digest::DigestAlgorithm,
    envelope::{self, Mode},
    manifest::{self, Procedure},
    resolve::resolve,
};

const VENDOR: [u8; 16] = [1; 16];
const CLASS: [u8; 16] = [2; 16];
const URI: &str = "https://example.com/app.bin";

fn set(parameters: Parameters) -> Command {
    Command::OverrideParameters(parameters)
}

fn image(byte: u8) -> Parameters {
    Parameters {
        image_digest: Some(Digest::sha256([byte; 32])),
        image_size: Some(1000 + u64::from(byte)),
        ..Parameters::default()
    }
}

fn uri(uri: &str) -> Parameters {
    Parameters {
        uri: Some(uri.into()),
        ..Parameters::default()
    }
}

fn source(index: u64) -> Parameters {
    Parameters {
        source_component: Some(index),
        ..Parameters::default()
    }
}

/// §7.1, with what else the shared sequence sets for the first component.
fn compatibility(parameters: Parameters) -> Vec<Command> {
    let parameters = Parameters {
        vendor_id: Some(VendorId::Uuid(VENDOR)),
        class_id: Some(CLASS),
        ..parameters
    };
    vec![
        Command::component(0),
        set(parameters),
        Command::condition(Condition::VendorId),
        Command::condition(Condition::ClassId),
    ]
}

fn download(index: u64, how: Command) -> Vec<Command> {
    vec![
        Command::component(index),
        how,
        Command::directive(Directive::Fetch),
        Command::condition(Condition::ImageMatch),
    ]
}

fn manifest(components: u8) -> Manifest {
    Manifest {
        sequence_number: 1,
        components: (0..components).map(|index| ComponentId::new([[index]])).collect(),
        ..Manifest::default()
    }
}

/// Encodes, and reads back.
fn comes_back(model: &Manifest) -> Vec<u8> {
    let bytes = model.encode().unwrap();
    assert_eq!(&Manifest::decode(&bytes, Mode::Strict).unwrap(), model);
    bytes
}

#[test]
fn compatibility_check_7_1() {
    let model = Manifest {
        shared: Some(compatibility(Parameters::default())),
        ..manifest(1)
    };
    let bytes = comes_back(&model);
    let decoded = manifest::Manifest::decode(&bytes, Mode::Strict).unwrap();
    let resolved = resolve(&decoded).unwrap();
    assert_eq!(&resolved.products[..], &[(VENDOR, CLASS)]);
    assert!(resolved.payloads.is_empty());
}

#[test]
fn trusted_invocation_7_2() {
    let model = Manifest {
        shared: Some(vec![Command::component(0), set(image(3))]),
        validate: Some(vec![Command::component(0), Command::condition(Condition::ImageMatch)]),
        invoke: Some(vec![Command::component(0), Command::directive(Directive::Invoke)]),
        ..manifest(1)
    };
    let bytes = comes_back(&model);
    let decoded = manifest::Manifest::decode(&bytes, Mode::Strict).unwrap();
    assert_eq!(decoded.sequence(Procedure::Invoke).unwrap().commands().count(), 2);
}

#[test]
fn component_download_7_3() {
    let model = Manifest {
        shared: Some(compatibility(image(3))),
        install: Some(Severable::Inside(download(0, set(uri(URI))))),
        ..manifest(1)
    };
    let bytes = comes_back(&model);
    let decoded = manifest::Manifest::decode(&bytes, Mode::Strict).unwrap();
    let resolved = resolve(&decoded).unwrap();
    assert_eq!(resolved.payloads.len(), 1);
    assert_eq!(resolved.payloads[0].uri, Some(URI));
    assert_eq!(resolved.payloads[0].digest.unwrap().bytes, [3; 32]);
}

#[test]
fn install_7_4_and_a_staged_release_is_the_same() {
    let fetched = Parameters {
        uri: Some(URI.into()),
        ..image(3)
    };
    let model = Manifest {
        shared: Some(compatibility(image(3))),
        validate: Some(vec![Command::component(0), Command::condition(Condition::ImageMatch)]),
        payload_fetch: Some(Severable::Inside(download(1, set(fetched)))),
        install: Some(Severable::Inside(vec![
            Command::component(0),
            set(source(1)),
            Command::directive(Directive::Copy),
            Command::condition(Condition::ImageMatch),
        ])),
        ..manifest(2)
    };
    comes_back(&model);
    let release = Release {
        vendor: VENDOR,
        class: CLASS,
        sequence_number: 1,
        images: vec![Image {
            component: ComponentId::new([[0]]),
            source: Source::Staged {
                staging: ComponentId::new([[1]]),
                payload: payload(3, URI),
            },
            invoke: false,
        }],
        ..Release::default()
    };
    assert_eq!(release.manifest().unwrap(), model);
}

#[test]
fn integrated_payload_7_5() {
    let model = Manifest {
        shared: Some(compatibility(image(3))),
        install: Some(Severable::Inside(download(0, set(uri("#device-model-v1.2.3.bin"))))),
        ..manifest(1)
    };
    comes_back(&model);
    let mut envelope = Envelope::new(&model, DigestAlgorithm::Sha256).unwrap();
    let stripped = envelope.encode().unwrap();
    envelope.add_payload("#device-model-v1.2.3.bin", b"image").unwrap();
    let complete = envelope.encode().unwrap();
    let check = |bytes: &[u8]| {
        envelope::Envelope::decode(bytes, Mode::Strict)
            .unwrap()
            .check_complete(&RustCrypto)
    };
    assert!(check(&stripped).is_err());
    assert_eq!(check(&complete), Ok(()));
}

#[test]
fn load_from_nonvolatile_storage_7_6() {
    let model = Manifest {
        shared: Some(compatibility(image(3))),
        load: Some(vec![
            Command::component(1),
            set(source(0)),
            Command::directive(Directive::Copy),
        ]),
        ..manifest(2)
    };
    comes_back(&model);
}

/// The choice of a slot, and what is set for it.
fn slot(slot: u64, then: Option<Parameters>) -> Vec<Command> {
    let choose = Parameters {
        component_slot: Some(slot),
        ..Parameters::default()
    };
    let mut commands = vec![
        set(choose),
        Command::Condition {
            condition: Condition::ComponentSlot,
            policy: 5,
        },
    ];
    commands.extend(then.map(set));
    commands
}

fn payload(byte: u8, uri: &str) -> Payload {
    Payload {
        digest: Digest::sha256([byte; 32]),
        size: 1000 + u64::from(byte),
        uri: uri.into(),
    }
}

#[test]
fn a_b_images_7_7_with_trusted_invocation_and_a_release_with_slots_is_the_same() {
    let by_slot = |a, b| Command::try_each([slot(0, a), slot(1, b)]);
    let [url_a, url_b] = ["https://example.com/a.bin", "https://example.com/b.bin"];
    let product = Parameters {
        vendor_id: Some(VendorId::Uuid(VENDOR)),
        class_id: Some(CLASS),
        ..Parameters::default()
    };
    let mut download_other = download(1, set(uri(URI)));
    let mut install = download(0, by_slot(Some(uri(url_a)), Some(uri(url_b))));
    install.append(&mut download_other);
    let model = Manifest {
        shared: Some(vec![
            Command::component(0),
            set(product),
            by_slot(Some(image(3)), Some(image(4))),
            Command::condition(Condition::VendorId),
            Command::condition(Condition::ClassId),
            Command::component(1),
            set(image(5)),
        ]),
        validate: Some(vec![
            Command::component(0),
            Command::condition(Condition::ImageMatch),
            Command::component(1),
            Command::condition(Condition::ImageMatch),
        ]),
        invoke: Some(vec![
            Command::component(0),
            by_slot(None, None),
            Command::directive(Directive::Invoke),
        ]),
        install: Some(Severable::Inside(install)),
        ..manifest(2)
    };
    comes_back(&model);
    let release = Release {
        vendor: VENDOR,
        class: CLASS,
        sequence_number: 1,
        images: vec![
            Image {
                component: ComponentId::new([[0]]),
                source: Source::Slots(vec![(0, payload(3, url_a)), (1, payload(4, url_b))]),
                invoke: true,
            },
            Image {
                component: ComponentId::new([[1]]),
                source: Source::Fetched(payload(5, URI)),
                invoke: false,
            },
        ],
        ..Release::default()
    };
    assert_eq!(release.manifest().unwrap(), model);
}

/// URI, component and first byte of the digest of everything that a release fetches.
fn fetched(release: &Release) -> Vec<(String, u32, u8)> {
    let bytes = release.manifest().unwrap().encode().unwrap();
    let decoded = manifest::Manifest::decode(&bytes, Mode::Strict).unwrap();
    let resolved = resolve(&decoded).unwrap();
    assert_eq!(&resolved.products[..], &[(VENDOR, CLASS)]);
    let payloads = resolved.payloads.iter();
    payloads
        .map(|payload| {
            let digest = payload.digest.unwrap().bytes[0];
            assert_eq!(payload.size, Some(1000 + u64::from(digest)));
            (payload.uri.unwrap().to_string(), payload.component_index, digest)
        })
        .collect()
}

#[test]
fn what_a_release_of_every_kind_of_image_fetches_is_decidable() {
    let image = |index: u8, source| Image {
        component: ComponentId::new([[index]]),
        source,
        invoke: index == 0,
    };
    let slots = Source::Slots(vec![(0, payload(3, "https://a")), (1, payload(4, "https://b"))]);
    let staged = Source::Staged {
        staging: ComponentId::new([[9]]),
        payload: payload(5, "https://c"),
    };
    let release = Release {
        vendor: VENDOR,
        class: CLASS,
        sequence_number: 1,
        images: vec![
            image(0, slots),
            image(1, staged),
            image(2, Source::Fetched(payload(6, "https://d"))),
        ],
        ..Release::default()
    };
    let mut all = fetched(&release);
    all.sort();
    let expected = [
        ("https://a", 0, 3),
        ("https://b", 0, 4),
        ("https://c", 3, 5),
        ("https://d", 2, 6),
    ];
    assert_eq!(
        all,
        expected.map(|(uri, component, digest)| (uri.to_string(), component, digest))
    );
}

#[test]
fn a_release_that_nobody_could_install_is_refused_with_the_reason() {
    let one = |payload: Payload| Release {
        images: vec![Image {
            component: ComponentId::new([[0]]),
            source: Source::Slots(vec![(0, self::payload(3, URI)), (1, payload)]),
            invoke: false,
        }],
        ..Release::default()
    };
    assert_eq!(Release::default().manifest(), Err(BuildError::NoImage));
    assert_eq!(one(payload(3, "")).manifest(), Err(BuildError::NoUri));
    let empty = Payload {
        size: 0,
        ..payload(3, URI)
    };
    assert_eq!(one(empty).manifest(), Err(BuildError::EmptyImage));
}
