//! Models of manifests, drawn at random.

use proptest::{
    collection::{btree_map, vec},
    option::of,
    prelude::*,
    sample::select,
};
use suit_manifest::{
    build::model::{
        Command, ComponentId, Condition, Dependency, Digest, Directive, Index, LanguageText, Manifest, Parameters,
        Sequence, Severable, Text, VendorId, VersionMatch,
    },
    digest::DigestAlgorithm,
    manifest::Comparison,
};

/// What a generated command may refer to, and whether it stands in the shared sequence.
#[derive(Clone, Copy)]
struct Scope {
    components: u64,
    shared: bool,
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..30)
}

/// One deterministic item of CBOR.
fn item() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        Just("00"),
        Just("f6"),
        Just("3903e7"),
        Just("43010203"),
        Just("a2010241ff03"),
        Just("8201a161618102"),
        Just("d8184161"),
    ]
    .prop_map(|item| hex::decode(item).unwrap())
}

fn map() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![Just("a0"), Just("a2010a2001"), Just("a16161a10102")].prop_map(|item| hex::decode(item).unwrap())
}

/// Any digest that is computed.
pub fn algorithm() -> impl Strategy<Value = DigestAlgorithm> {
    prop_oneof![
        Just(DigestAlgorithm::Sha256),
        Just(DigestAlgorithm::Sha384),
        Just(DigestAlgorithm::Sha512),
        Just(DigestAlgorithm::Shake128),
        Just(DigestAlgorithm::Shake256),
    ]
}

fn digest() -> impl Strategy<Value = Digest> {
    let known = algorithm().prop_flat_map(|algorithm| {
        vec(any::<u8>(), algorithm.digest_len().unwrap()).prop_map(move |bytes| Digest { algorithm, bytes })
    });
    let other = vec(any::<u8>(), 1..64).prop_map(|bytes| Digest {
        algorithm: DigestAlgorithm::Other(-7777),
        bytes,
    });
    prop_oneof![3 => known, 1 => other]
}

fn component() -> impl Strategy<Value = ComponentId> {
    vec(vec(any::<u8>(), 0..6), 0..3).prop_map(ComponentId)
}

fn version() -> impl Strategy<Value = Vec<i64>> {
    vec(any::<i64>(), 1..8)
}

fn vendor() -> impl Strategy<Value = VendorId> {
    prop_oneof![
        any::<[u8; 16]>().prop_map(VendorId::Uuid),
        bytes().prop_map(VendorId::Pen)
    ]
}

fn version_match() -> impl Strategy<Value = VersionMatch> {
    let comparison = prop_oneof![
        Just(Comparison::Greater),
        Just(Comparison::GreaterEqual),
        Just(Comparison::Equal),
        Just(Comparison::LesserEqual),
        Just(Comparison::Lesser),
    ];
    (comparison, version()).prop_map(|(comparison, version)| VersionMatch { comparison, version })
}

fn parameters(scope: Scope) -> BoxedStrategy<Parameters> {
    let custom = btree_map(prop_oneof![-99i64..0, 40i64..99], item(), 0..3);
    let first = (
        of(vendor()),
        of(any::<[u8; 16]>()),
        of(digest()),
        of(any::<u64>()),
        of(any::<u64>()),
        of(any::<bool>()),
        of(any::<bool>()),
        of(any::<u64>()),
        of(bytes()),
        of(bytes()),
    );
    let second = (
        of(".{0,12}"),
        of(0..scope.components),
        of(bytes()),
        of(any::<[u8; 16]>()),
        of(bytes()),
        of(any::<u64>()),
        of(any::<i64>()),
        of(version_match()),
        of(map()),
        of(map()),
    );
    (first, second, custom)
        .prop_map(|(first, second, custom)| {
            let mut parameters = Parameters {
                vendor_id: first.0,
                class_id: first.1,
                image_digest: first.2,
                use_before: first.3,
                component_slot: first.4,
                strict_order: first.5,
                soft_failure: first.6,
                image_size: first.7,
                content: first.8,
                encryption_info: first.9,
                uri: second.0,
                source_component: second.1,
                invoke_args: second.2,
                device_id: second.3,
                fetch_arguments: second.4,
                minimum_battery: second.5,
                update_priority: second.6,
                version: second.7,
                wait_info: second.8,
                component_metadata: second.9,
                custom,
            };
            if parameters == Parameters::default() {
                parameters.image_size = Some(1);
            }
            parameters
        })
        .boxed()
}

fn index(scope: Scope) -> impl Strategy<Value = Command> {
    prop_oneof![
        (0..scope.components).prop_map(Index::One),
        Just(Index::All),
        vec(0..scope.components, 1..4).prop_map(Index::List),
    ]
    .prop_map(Command::SetComponentIndex)
}

fn leaf(scope: Scope) -> BoxedStrategy<Command> {
    let condition =
        (select(Condition::ALL), 0u8..16).prop_map(|(condition, policy)| Command::Condition { condition, policy });
    let set = parameters(scope).prop_map(Command::OverrideParameters);
    let anywhere = prop_oneof![condition, set, index(scope)];
    if scope.shared {
        return anywhere.boxed();
    }
    let directive =
        (select(Directive::ALL), 0u8..16).prop_map(|(directive, policy)| Command::Directive { directive, policy });
    let numbers = vec(prop_oneof![0i64..31, any::<i64>()], 1..4);
    let custom = prop_oneof![
        -99i64..0,
        40i64..99,
        any::<i64>().prop_filter("known", |code| !(0..40).contains(code))
    ];
    prop_oneof![
        3 => anywhere,
        2 => directive,
        1 => parameters(scope).prop_map(Command::SetParameters),
        1 => btree_map(0..scope.components, parameters(scope), 1..3).prop_map(Command::OverrideMultiple),
        1 => btree_map(0..scope.components, numbers, 1..3).prop_map(Command::CopyParameters),
        1 => (custom, item()).prop_map(|(code, argument)| Command::Custom { code, argument }),
    ]
    .boxed()
}

fn command(scope: Scope) -> BoxedStrategy<Command> {
    leaf(scope)
        .prop_recursive(4, 12, 4, |inner| {
            prop_oneof![
                vec(inner.clone(), 1..3).prop_map(Command::RunSequence),
                (vec(vec(inner, 1..2), 2..4), any::<bool>())
                    .prop_map(|(alternatives, optional)| Command::TryEach { alternatives, optional }),
            ]
        })
        .boxed()
}

fn sequence(scope: Scope) -> BoxedStrategy<Sequence> {
    (index(scope), vec(command(scope), 1..4))
        .prop_map(move |(choice, commands)| {
            let must_choose = scope.components > 1;
            must_choose.then_some(choice).into_iter().chain(commands).collect()
        })
        .boxed()
}

fn severable<T: Clone + std::fmt::Debug + 'static>(
    content: impl Strategy<Value = T> + 'static,
) -> BoxedStrategy<Severable<T>> {
    let content = content.boxed();
    prop_oneof![
        content.clone().prop_map(Severable::Inside),
        (content, algorithm()).prop_map(|(content, algorithm)| Severable::Severed { content, algorithm }),
        digest().prop_map(Severable::Digest),
    ]
    .boxed()
}

fn text() -> impl Strategy<Value = Text> {
    let sentences = || btree_map(any::<i64>(), ".{0,9}", 0..3);
    let language = (sentences(), btree_map(component(), sentences(), 0..3))
        .prop_map(|(manifest, components)| LanguageText { manifest, components });
    btree_map("[a-z]{2,9}(-[A-Z]{2})?", language, 1..4).prop_map(Text)
}

fn dependencies(components: u64) -> impl Strategy<Value = Vec<Dependency>> {
    let others = btree_map(prop_oneof![-9i64..0, 2i64..9], item(), 0..2);
    btree_map(0..components, (of(component()), others), 0..3).prop_map(|all| {
        all.into_iter()
            .map(|(index, (prefix, others))| Dependency { index, prefix, others })
            .collect()
    })
}

/// Any manifest that the builder takes.
pub fn manifest() -> impl Strategy<Value = Manifest> {
    (1u64..4)
        .prop_flat_map(|components| {
            let scope = Scope {
                components,
                shared: false,
            };
            let shared = Scope { shared: true, ..scope };
            let head = (
                any::<u64>(),
                of(".{0,12}"),
                of(component()),
                of(version()),
                vec(component(), components as usize),
                dependencies(components),
                of(sequence(shared)),
            );
            let fixed = [(); 4].map(|()| of(sequence(scope)));
            let severables = [(); 4].map(|()| of(severable(sequence(scope))));
            (head, fixed, severables, of(severable(text())), of(severable(bytes())))
        })
        .prop_map(|(head, fixed, severables, text, coswid)| {
            let [validate, load, invoke, uninstall] = fixed;
            let [dependency_resolution, payload_fetch, candidate_verification, install] = severables;
            Manifest {
                sequence_number: head.0,
                reference_uri: head.1,
                manifest_component_id: head.2,
                set_version: head.3,
                components: head.4,
                dependencies: head.5,
                shared: head.6,
                validate,
                load,
                invoke,
                uninstall,
                dependency_resolution,
                payload_fetch,
                candidate_verification,
                install,
                text,
                coswid,
            }
        })
}
