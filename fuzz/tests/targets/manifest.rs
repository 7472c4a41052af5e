//! Manifests, and what they ask for.

use crate::harness::target;
use suit_manifest::{
    build::model,
    envelope::Mode,
    manifest::{Command, Manifest, Procedure},
    resolve::{ipfs_uri, resolve, MAX_PAYLOADS, MAX_PRODUCTS},
};

target!(manifest, check);
target!(resolver, check_resolver);

fn check(input: &[u8]) {
    let strict = Manifest::decode(input, Mode::Strict);
    let lenient = Manifest::decode(input, Mode::Lenient);
    if let Ok(manifest) = &strict {
        assert!(lenient.is_ok(), "what strict takes lenient takes");
        let owned = model::Manifest::from_decoded(manifest).expect("the builder takes what the decoder takes");
        assert_eq!(
            owned.encode().expect("it was read"),
            input,
            "decoding and encoding is the identity"
        );
    }
    let Ok(manifest) = lenient else { return };
    read_all(&manifest);
    // Leniently read, it becomes a deterministic one that says the same.
    let owned = model::Manifest::from_decoded(&manifest).expect("the builder takes what the decoder takes");
    if let Ok(encoded) = owned.encode() {
        assert_eq!(
            model::Manifest::decode(&encoded, Mode::Strict).expect("what is built is read"),
            owned
        );
    }
}

/// Looks at everything that a manifest has.
pub fn read_all(manifest: &Manifest<'_>) {
    assert_eq!(manifest.components().len(), manifest.component_count());
    assert_eq!(
        manifest.components().count(),
        manifest.component_count(),
        "components were checked"
    );
    assert!(
        manifest.visit(&mut |_| Ok(())).is_ok(),
        "sequences were checked when the manifest was read"
    );
    let named = |index| index < manifest.component_count() as u64;
    assert!(manifest.dependencies().all(|dependency| named(dependency.index)));
    for language in manifest.text().into_iter().flatten() {
        language.visit(&mut |entry| assert!(entry.text.len() < 65_536));
    }
    for procedure in Procedure::ALL {
        let commands = manifest
            .sequence(procedure)
            .into_iter()
            .flat_map(|sequence| sequence.commands());
        assert!(commands.into_iter().all(|command| command.is_ok()));
    }
    let _ = resolve(manifest);
}

fn check_resolver(input: &[u8]) {
    if let Ok(text) = core::str::from_utf8(input) {
        let _ = ipfs_uri(text);
    }
    let Ok(manifest) = Manifest::decode(input, Mode::Lenient) else {
        return;
    };
    let Ok(resolved) = resolve(&manifest) else { return };
    assert!(resolved.products.len() <= MAX_PRODUCTS && resolved.payloads.len() <= MAX_PAYLOADS);
    // Nothing is made up: each payload is for a component, from a URI that a command sets.
    let mut uris = Vec::new();
    let mut note = |uri: Option<&str>| uris.extend(uri.map(str::to_owned));
    let visited = manifest.visit(&mut |command| {
        match command {
            Command::OverrideParameters(parameters) | Command::SetParameters(parameters) => note(parameters.uri),
            Command::OverrideMultiple(argument) => argument.entries().flatten().for_each(|(_, each)| note(each.uri)),
            _ => {}
        }
        Ok(())
    });
    assert!(visited.is_ok());
    for payload in &resolved.payloads {
        assert_eq!(
            manifest.components().nth(payload.component_index as usize),
            Some(payload.component)
        );
        assert!(payload.uri.is_none_or(|uri| uris.iter().any(|set| set == uri)));
    }
}
