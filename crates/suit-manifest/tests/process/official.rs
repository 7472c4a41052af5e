//! The examples of Appendix B, to the state that the draft describes. Their images are known by digest only.

use super::device::{run_with, Device, Image, Run};
use std::{fs, path::PathBuf};
use suit_manifest::{
    cose::PublicKey,
    process::{Cause, Failure},
};

const IMAGE: &str = "00112233445566778899aabbccddeeff0123456789abcdeffedcba9876543210";
const OTHER: &str = "0123456789abcdeffedcba987654321000112233445566778899aabbccddeeff";

struct Vectors {
    folder: PathBuf,
    keys: [PublicKey; 1],
}

fn vectors(test: &str) -> Option<Vectors> {
    let folder = std::env::var_os("SUIT_VECTORS").map(|folder| PathBuf::from(folder).join("official-draft37"));
    match folder.filter(|folder| folder.is_dir()) {
        Some(folder) => {
            let pem = fs::read_to_string(folder.join("public_key.pem")).unwrap();
            let keys = [PublicKey::from_spki_pem(&pem).unwrap()];
            Some(Vectors { folder, keys })
        }
        None => {
            let required = std::env::var("SUIT_VECTORS_REQUIRED").is_ok_and(|value| value == "1");
            assert!(!required, "{test}: SUIT_VECTORS does not name a folder");
            println!("SKIPPED {test}: set SUIT_VECTORS to the folder of test vectors");
            None
        }
    }
}

impl Vectors {
    fn run(&self, file: &str, device: &mut Device, run: Run) -> Result<(), Failure> {
        let bytes = fs::read(self.folder.join(file)).unwrap();
        run_with(&bytes, &self.keys, device, run, &mut (), |options| options).0
    }
}

fn cause(result: Result<(), Failure>) -> Cause {
    result.expect_err("refused").cause
}

#[test]
fn example_0_starts_the_image_that_it_vouches_for_and_no_other() {
    let Some(vectors) = vectors("example_0") else { return };
    let good = Device::default().with("00", Image::claiming(IMAGE, 34768));
    let mut device = good.clone();
    vectors.run("example0.signed.cbor", &mut device, Run::Invoke).unwrap();
    assert_eq!(device.log, ["invoke 00 "]);

    for (what, mut device) in [
        ("no image", Device::default()),
        ("another image", good.clone().with("00", Image::claiming(OTHER, 34768))),
        ("another size", good.clone().with("00", Image::claiming(IMAGE, 34767))),
        (
            "another vendor",
            Device {
                vendor: [1; 16],
                ..good.clone()
            },
        ),
        (
            "another class",
            Device {
                class: [1; 16],
                ..good.clone()
            },
        ),
    ] {
        let refused = cause(vectors.run("example0.signed.cbor", &mut device, Run::Invoke));
        assert!(
            matches!(refused, Cause::NotMet | Cause::Platform(_)),
            "{what}: {refused}"
        );
        assert_eq!(device.log, [""; 0], "{what}");
    }
}

#[test]
fn example_1_downloads_installs_and_checks() {
    let Some(vectors) = vectors("example_1") else { return };
    let uri = "http://example.com/file.bin";
    let mut device = Device::default().with_uri(uri, Image::claiming(IMAGE, 34768));
    vectors.run("example1.signed.cbor", &mut device, Run::Update).unwrap();
    assert_eq!(device.log, ["fetch http://example.com/file.bin -> 00"]);
    assert_eq!(device.components["00"], Image::claiming(IMAGE, 34768));

    let mut device = Device::default().with_uri(uri, Image::claiming(OTHER, 34768));
    let failure = vectors
        .run("example1.signed.cbor", &mut device, Run::Update)
        .unwrap_err();
    assert_eq!((failure.cause, failure.command), (Cause::NotMet, Some(3)));
    assert_eq!((failure.place.section, failure.place.component), (20, 0));

    let mut device = Device {
        vendor: [1; 16],
        ..Device::default()
    };
    let failure = vectors
        .run("example1.signed.cbor", &mut device, Run::Update)
        .unwrap_err();
    assert_eq!((failure.command, failure.place.section), (Some(1), 3));
    assert_eq!(device.log, [""; 0], "nothing is fetched for another vendor's device");
}

#[test]
fn example_2_installs_from_its_severed_sequence_and_starts_without_it() {
    let Some(vectors) = vectors("example_2") else { return };
    let uri = "http://example.com/very/long/path/to/file/file.bin";
    let mut device = Device::default().with_uri(uri, Image::claiming(IMAGE, 34768));
    vectors
        .run("example2.signed-full.cbor", &mut device, Run::Update)
        .unwrap();
    assert_eq!(device.components["00"], Image::claiming(IMAGE, 34768));
    // A boot loader keeps the severed one.
    vectors
        .run("example2.signed-severed.cbor", &mut device, Run::Invoke)
        .unwrap();
    assert_eq!(device.log.last().unwrap(), "invoke 00 ");
    let refused = cause(vectors.run("example2.signed-severed.cbor", &mut device, Run::Update));
    assert!(matches!(refused, Cause::Severed(_)), "{refused}");
}

#[test]
fn example_3_installs_the_image_of_the_slot_that_is_free() {
    let Some(vectors) = vectors("example_3") else { return };
    let images = Device::default()
        .with_uri("http://example.com/file1.bin", Image::claiming(IMAGE, 34768))
        .with_uri("http://example.com/file2.bin", Image::claiming(OTHER, 76834));
    for (slot, file, image) in [
        (0, "file1", Image::claiming(IMAGE, 34768)),
        (1, "file2", Image::claiming(OTHER, 76834)),
    ] {
        let mut device = Device { slot, ..images.clone() };
        vectors.run("example3.signed.cbor", &mut device, Run::Update).unwrap();
        assert_eq!(device.log, [format!("fetch http://example.com/{file}.bin -> 00")]);
        assert_eq!(device.components["00"], image);
    }
    let mut device = Device {
        slot: 2,
        ..images.clone()
    };
    assert_eq!(
        cause(vectors.run("example3.signed.cbor", &mut device, Run::Update)),
        Cause::NoAlternative
    );
    // The other slot's image under this slot's name.
    let mut device = images.with_uri("http://example.com/file1.bin", Image::claiming(OTHER, 76834));
    assert_eq!(
        cause(vectors.run("example3.signed.cbor", &mut device, Run::Update)),
        Cause::NotMet
    );
}

#[test]
fn example_4_fetches_to_external_storage_installs_loads_and_starts() {
    let Some(vectors) = vectors("example_4") else { return };
    let packed = Image::claiming(IMAGE, 34768);
    let loaded = Image::claiming(OTHER, 76834);
    let mut device = Device::default().with_uri("http://example.com/file.bin", packed.clone());
    device.unpacked.insert(("00".into(), "01".into()), loaded.clone());
    let result = vectors.run("example4.signed.cbor", &mut device, Run::Update);
    assert_eq!(result, Ok(()), "{:?}", device.log);
    assert_eq!(device.log, ["fetch http://example.com/file.bin -> 02", "copy 02 -> 00"]);
    assert_eq!((&device.components["02"], &device.components["00"]), (&packed, &packed));
    device.log.clear();

    let installed = device.clone();
    vectors.run("example4.signed.cbor", &mut device, Run::Invoke).unwrap();
    assert_eq!(device.log, ["copy 00 -> 01", "invoke 01 "]);
    assert_eq!(device.components["01"], loaded);

    // What is unpacked is not what it should be: not started.
    let mut device = installed;
    device.unpacked.clear();
    assert_eq!(
        cause(vectors.run("example4.signed.cbor", &mut device, Run::Invoke)),
        Cause::NotMet
    );
    assert_eq!(device.log, ["copy 00 -> 01"]);
}

#[test]
fn example_5_installs_two_images_and_starts_the_first() {
    let Some(vectors) = vectors("example_5") else { return };
    let good = Device::default()
        .with_uri("http://example.com/file1.bin", Image::claiming(IMAGE, 34768))
        .with_uri("http://example.com/file2.bin", Image::claiming(OTHER, 76834));
    let mut device = good.clone();
    vectors.run("example5.signed.cbor", &mut device, Run::Update).unwrap();
    assert_eq!(device.components["00"], Image::claiming(IMAGE, 34768));
    assert_eq!(device.components["01"], Image::claiming(OTHER, 76834));
    vectors.run("example5.signed.cbor", &mut device, Run::Invoke).unwrap();
    assert_eq!(device.log.last().unwrap(), "invoke 00 ");

    let mut device = good
        .clone()
        .with_uri("http://example.com/file2.bin", Image::claiming(IMAGE, 76834));
    let failure = vectors
        .run("example5.signed.cbor", &mut device, Run::Update)
        .unwrap_err();
    assert_eq!((failure.cause, failure.place.component), (Cause::NotMet, 1));

    // A device with only one of them (§6.2).
    let mut device = good;
    device.exist.insert("00".into());
    assert_eq!(
        cause(vectors.run("example5.signed.cbor", &mut device, Run::Update)),
        Cause::UnsupportedComponent
    );
    assert_eq!(device.log, [""; 0]);
}

#[test]
fn an_older_sequence_number_is_refused_and_the_same_one_is_not() {
    let Some(vectors) = vectors("rollback") else { return };
    let bytes = fs::read(vectors.folder.join("example1.signed.cbor")).unwrap();
    let device = Device::default().with_uri("http://example.com/file.bin", Image::claiming(IMAGE, 34768));
    for (installed, expected) in [(0, Ok(())), (1, Ok(())), (2, Err(Cause::Rollback(2)))] {
        let mut device = device.clone();
        let (result, _) = run_with(&bytes, &vectors.keys, &mut device, Run::Update, &mut (), |options| {
            options.installed(installed)
        });
        assert_eq!(result.map_err(|failure| failure.cause), expected);
        assert_eq!(device.log.is_empty(), expected.is_err());
    }
}
