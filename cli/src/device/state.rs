//! What a device remembers: the installed sequence number and the active slot. Two slots, so that the running image is
//! never written to; the switch is one rename.

use crate::{
    error::{DeviceRefusal, Error, Result},
    files, output,
};
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

/// Longest state file.
const MAX_STATE: u64 = 64 * 1024;
/// Version of the state file.
const VERSION: u32 = 1;
/// Bytes on their way, until they are whole.
const PART: &str = "download.part";
/// Which bytes those are.
const PART_NAME: &str = "download.json";
/// Images that are whole and checked, until they are a slot.
const INCOMING: &str = "incoming";
const STATE: &str = "state.json";
const LOCK: &str = "lock";

/// One of the two slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Slot {
    /// `slot-a`.
    #[serde(rename = "slot-a")]
    A,
    /// `slot-b`.
    #[serde(rename = "slot-b")]
    B,
}

impl Slot {
    /// Its folder.
    pub fn name(self) -> &'static str {
        match self {
            Slot::A => "slot-a",
            Slot::B => "slot-b",
        }
    }

    fn other(self) -> Self {
        match self {
            Slot::A => Slot::B,
            Slot::B => Slot::A,
        }
    }
}

/// An image in the active slot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// Its file in the slot's folder.
    pub file: String,
    /// Its digest: algorithm, colon, hexadecimal.
    pub digest: String,
    /// Its size in bytes.
    pub size: u64,
}

/// What is installed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Installed {
    /// The manifest's sequence number, as decimal text: JSON readers lose digits of large numbers.
    #[serde(with = "decimal")]
    pub sequence_number: u64,
    /// Where it is.
    pub active_slot: Slot,
    /// What it consists of.
    pub images: Vec<Image>,
}

/// The state file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StateFile {
    version: u32,
    vendor: String,
    class: String,
    /// The chain that the device met first, or was told of.
    genesis: Option<String>,
    #[serde(flatten)]
    installed: Option<Installed>,
}

/// Numbers as decimal text.
mod decimal {
    use serde::{de::Error, Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(value: &u64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// A device's folder. One process at a time works on it.
#[derive(Debug)]
pub struct State {
    folder: PathBuf,
    file: StateFile,
    // Held, not used: the lock ends with it, also when the process is killed.
    _lock: File,
}

impl State {
    /// Opens or begins the state of a device of this product.
    pub fn open(folder: &Path, vendor: &[u8; 16], class: &[u8; 16]) -> Result<Self> {
        fs::create_dir_all(folder).map_err(Error::file(folder))?;
        let lock_path = folder.join(LOCK);
        let lock = File::create(&lock_path).map_err(Error::file(&lock_path))?;
        if lock.try_lock().is_err() {
            return Err(Error::Busy(folder.to_owned()));
        }
        let (vendor, class) = (output::uuid(vendor), output::uuid(class));
        let path = folder.join(STATE);
        let file = match path.exists() {
            false => StateFile {
                version: VERSION,
                vendor,
                class,
                genesis: None,
                installed: None,
            },
            true => {
                let file: StateFile = serde_json::from_slice(&files::read(&path, MAX_STATE)?)
                    .map_err(|e| Error::malformed("BadState", path.display().to_string(), e))?;
                if file.version != VERSION {
                    let reason = format!("version {} is not one that this program knows", file.version);
                    return Err(Error::malformed("BadState", path.display().to_string(), reason));
                }
                if (&file.vendor, &file.class) != (&vendor, &class) {
                    let other = format!("vendor {}, class {}", file.vendor, file.class);
                    return Err(DeviceRefusal::StateOfOther(other).into());
                }
                file
            }
        };
        Ok(Self {
            folder: folder.to_owned(),
            file,
            _lock: lock,
        })
    }

    /// What is installed.
    pub fn installed(&self) -> Option<&Installed> {
        self.file.installed.as_ref()
    }

    /// The installed sequence number.
    pub fn sequence_number(&self) -> Option<u64> {
        self.installed().map(|installed| installed.sequence_number)
    }

    /// Refuses another chain than the one that this device belongs to.
    pub fn check_genesis(&mut self, genesis: &[u8; 32]) -> Result<()> {
        let genesis = output::hex0x(genesis);
        match &self.file.genesis {
            Some(known) if *known != genesis => Err(DeviceRefusal::StateOfOther(format!("chain {known}")).into()),
            _ => {
                self.file.genesis = Some(genesis);
                Ok(())
            }
        }
    }

    /// Folder of a slot.
    pub fn slot(&self, slot: Slot) -> PathBuf {
        self.folder.join(slot.name())
    }

    /// The slot that the next image goes to.
    pub fn next_slot(&self) -> Slot {
        self.installed()
            .map_or(Slot::A, |installed| installed.active_slot.other())
    }

    /// The file for the bytes of a payload on their way. What is there of another payload is thrown away.
    pub fn part(&self, cid: &str) -> Result<PathBuf> {
        let (part, name) = (self.folder.join(PART), self.folder.join(PART_NAME));
        let wanted = serde_json::json!({ "cid": cid }).to_string();
        if fs::read(&name).ok().as_deref() != Some(wanted.as_bytes()) {
            remove_file(&part)?;
            files::replace(&name, wanted.as_bytes())?;
        }
        Ok(part)
    }

    /// Begins to collect images; drops what an earlier attempt collected.
    pub fn begin(&self) -> Result<()> {
        let incoming = self.folder.join(INCOMING);
        remove_folder(&incoming)?;
        fs::create_dir(&incoming).map_err(Error::file(&incoming))
    }

    /// The folder that becomes the new slot.
    pub fn incoming(&self) -> PathBuf {
        self.folder.join(INCOMING)
    }

    /// Takes the part file, whole and checked, as an image of the new slot.
    pub fn collect(&self, file: &str) -> Result<()> {
        let part = self.folder.join(PART);
        let image = self.folder.join(INCOMING).join(file);
        // The bytes reach the disk before the name does.
        File::open(&part)
            .and_then(|part| part.sync_all())
            .map_err(Error::file(&part))?;
        fs::rename(&part, &image).map_err(Error::file(&image))?;
        remove_file(&self.folder.join(PART_NAME))
    }

    /// Installs what was collected, with the envelope that it came with, and switches to it. Whatever happens in
    /// between, the old slot stays whole and active until the state file names the new one.
    pub fn install(&mut self, sequence_number: u64, images: Vec<Image>, envelope: &[u8]) -> Result<Slot> {
        let active_slot = self.next_slot();
        let incoming = self.folder.join(INCOMING);
        let slot = self.slot(active_slot);
        // The names of the images reach the disk before the state file says that they are there.
        files::sync_folder(&incoming)?;
        remove_folder(&slot)?;
        fs::rename(&incoming, &slot).map_err(Error::file(&slot))?;
        // Beside the slot, which holds the images and nothing else.
        files::replace(&slot.with_extension("suit"), envelope)?;
        let installed = Some(Installed {
            sequence_number,
            active_slot,
            images,
        });
        let file = StateFile {
            installed,
            ..self.file.clone()
        };
        let json = serde_json::to_vec_pretty(&file)
            .map_err(|e| Error::malformed("BadState", self.folder.display().to_string(), e))?;
        files::replace(&self.folder.join(STATE), &json)?;
        self.file = file;
        Ok(active_slot)
    }
}

fn remove_file(path: &Path) -> Result<()> {
    absent(fs::remove_file(path)).map_err(Error::file(path))
}

fn remove_folder(path: &Path) -> Result<()> {
    absent(fs::remove_dir_all(path)).map_err(Error::file(path))
}

fn absent(result: std::io::Result<()>) -> std::io::Result<()> {
    match result {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(folder: &Path) -> State {
        State::open(folder, &[1; 16], &[2; 16]).unwrap()
    }

    fn image() -> Vec<Image> {
        vec![Image {
            file: "image".into(),
            digest: "sha-256:00".into(),
            size: 3,
        }]
    }

    fn put(state: &mut State, number: u64, bytes: &[u8]) -> Slot {
        state.begin().unwrap();
        fs::write(state.part("cid").unwrap(), bytes).unwrap();
        state.collect("image").unwrap();
        state.install(number, image(), b"envelope").unwrap()
    }

    #[test]
    fn installing_alternates_between_the_slots_and_is_remembered() {
        let folder = tempfile::tempdir().unwrap();
        let mut state = open(folder.path());
        assert_eq!(state.sequence_number(), None);
        assert_eq!(put(&mut state, 1, b"one"), Slot::A);
        assert_eq!(put(&mut state, u64::MAX, b"two"), Slot::B);
        assert_eq!(fs::read(folder.path().join("slot-a/image")).unwrap(), b"one");
        assert_eq!(fs::read(folder.path().join("slot-b/image")).unwrap(), b"two");
        drop(state);
        let state = open(folder.path());
        assert_eq!(state.sequence_number(), Some(u64::MAX));
        assert_eq!(state.next_slot(), Slot::A);
    }

    #[test]
    fn a_crash_before_the_state_file_is_replaced_leaves_the_old_image_active_and_untouched() {
        let folder = tempfile::tempdir().unwrap();
        let mut state = open(folder.path());
        put(&mut state, 1, b"one");
        let before = fs::read(folder.path().join("state.json")).unwrap();
        put(&mut state, 2, b"two");
        drop(state);
        // As the disk is when the power fails just before the last rename: the new slot is there, the state is old.
        fs::write(folder.path().join("state.json"), before).unwrap();
        let mut state = open(folder.path());
        assert_eq!(state.sequence_number(), Some(1));
        assert_eq!(
            fs::read(state.slot(state.installed().unwrap().active_slot).join("image")).unwrap(),
            b"one"
        );
        assert_eq!(
            put(&mut state, 2, b"two"),
            Slot::B,
            "the half-installed slot is written anew"
        );
    }

    #[test]
    fn the_part_of_another_payload_is_thrown_away_and_that_of_the_same_kept() {
        let folder = tempfile::tempdir().unwrap();
        let state = open(folder.path());
        let part = state.part("cid-1").unwrap();
        fs::write(&part, b"half").unwrap();
        assert_eq!(fs::read(state.part("cid-1").unwrap()).unwrap(), b"half");
        assert!(!state.part("cid-2").unwrap().exists());
    }

    #[test]
    fn the_state_of_another_product_or_chain_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let mut state = open(folder.path());
        state.check_genesis(&[7; 32]).unwrap();
        put(&mut state, 1, b"one");
        assert_eq!(state.check_genesis(&[8; 32]).unwrap_err().kind(), "StateOfOther");
        drop(state);
        assert_eq!(
            State::open(folder.path(), &[1; 16], &[3; 16]).unwrap_err().kind(),
            "StateOfOther"
        );
        assert_eq!(
            open(folder.path()).check_genesis(&[8; 32]).unwrap_err().kind(),
            "StateOfOther"
        );
    }

    #[test]
    fn two_updates_at_once_do_not_meet() {
        let folder = tempfile::tempdir().unwrap();
        let _state = open(folder.path());
        assert_eq!(
            State::open(folder.path(), &[1; 16], &[2; 16]).unwrap_err().kind(),
            "Busy"
        );
    }
}
