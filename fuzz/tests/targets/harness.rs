//! How a target runs. Under `cargo test`: every file of its corpus, then inputs that are made from those by a few edits.
//! Under scripts/soak, instrumented: what libFuzzer makes of the corpus.

/// A test by this name, which gives `$check` one input after the other. It panics where a property does not hold.
macro_rules! target {
    ($name:ident, $check:path) => {
        #[test]
        fn $name() {
            #[cfg(fuzzing)]
            bolero::check!().for_each(|input: &[u8]| $check(input));
            #[cfg(not(fuzzing))]
            {
                let corpus = crate::harness::Corpus::of(stringify!($name));
                corpus.replay($check);
                bolero::check!()
                    .with_iterations(crate::harness::ITERATIONS)
                    .with_type::<crate::harness::Recipe>()
                    .for_each(|recipe| $check(&recipe.apply(&corpus)));
            }
        }
    };
}
pub(crate) use target;

#[cfg(not(fuzzing))]
pub use short::{Corpus, Recipe, ITERATIONS};

#[cfg(not(fuzzing))]
mod short {
    use bolero::TypeGenerator;
    use std::{
        env, fs,
        panic::{catch_unwind, resume_unwind},
        path::{Path, PathBuf},
    };

    /// Inputs made for each target, besides its corpus. `BOLERO_RANDOM_ITERATIONS` takes precedence.
    pub const ITERATIONS: usize = 4000;
    /// Longest input: twice what the longest format of ours has, an intent of eight authors.
    const MAX_INPUT: usize = 4096;
    /// Targets whose inputs the test vectors are, where there are any.
    const OF_VECTORS: [&str; 2] = ["envelope", "cbor_reader"];

    /// The inputs that a target starts from.
    pub struct Corpus {
        files: Vec<(PathBuf, Vec<u8>)>,
    }

    impl Corpus {
        pub fn of(target: &str) -> Self {
            let mut files = Vec::new();
            read(
                &Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target),
                &mut files,
            );
            assert!(
                !files.is_empty(),
                "{target} has no corpus: cargo run --example seeds -- corpus"
            );
            if let Some(vectors) = env::var_os("SUIT_VECTORS").filter(|_| OF_VECTORS.contains(&target)) {
                read(Path::new(&vectors), &mut files);
            }
            files.sort();
            Self { files }
        }

        /// Each as it is.
        pub fn replay(&self, check: fn(&[u8])) {
            for (path, content) in &self.files {
                if let Err(panic) = catch_unwind(|| check(content)) {
                    eprintln!("fails for {}", path.display());
                    resume_unwind(panic);
                }
            }
        }

        fn pick(&self, number: u16) -> &[u8] {
            &self.files[usize::from(number) % self.files.len()].1
        }
    }

    fn read(folder: &Path, files: &mut Vec<(PathBuf, Vec<u8>)>) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                read(&path, files);
            } else if let Ok(content) = fs::read(&path) {
                files.push((path, content));
            }
        }
    }

    /// How an input is made from the corpus.
    #[derive(Clone, Debug, TypeGenerator)]
    pub struct Recipe {
        from: u16,
        other: u16,
        edits: [Edit; 4],
        /// How many of the edits are made, and whether none of the corpus stays.
        scope: u8,
        bytes: [u8; 48],
    }

    #[derive(Clone, Copy, Debug, TypeGenerator)]
    struct Edit {
        kind: u8,
        at: u16,
        value: u8,
    }

    impl Recipe {
        pub fn apply(&self, corpus: &Corpus) -> Vec<u8> {
            if self.scope >= 240 {
                return self.bytes[..usize::from(self.scope - 240) * 3].to_vec();
            }
            let mut input = corpus.pick(self.from).to_vec();
            for edit in &self.edits[..usize::from(self.scope % 4) + 1] {
                edit.apply(&mut input, corpus.pick(self.other));
            }
            input.truncate(MAX_INPUT);
            input
        }
    }

    impl Edit {
        fn apply(&self, input: &mut Vec<u8>, other: &[u8]) {
            let at = usize::from(self.at) % (input.len() + 1);
            let here = input.get(at).copied();
            match (self.kind % 8, here) {
                (0, Some(byte)) => input[at] = byte ^ (1 << (self.value % 8)),
                (1, Some(_)) => input[at] = self.value,
                // Lengths and counts are off by one more often than by chance.
                (2, Some(byte)) => input[at] = byte.wrapping_add(1),
                (3, Some(byte)) => input[at] = byte.wrapping_sub(1),
                (4, Some(_)) => drop(input.remove(at)),
                (5, _) => input.insert(at, self.value),
                (6, _) => input.truncate(at),
                _ => {
                    let start = usize::from(self.value) % (other.len() + 1);
                    let part = &other[start..other.len().min(start + usize::from(self.value % 32))];
                    input.splice(at..at, part.iter().copied());
                }
            }
        }
    }
}
