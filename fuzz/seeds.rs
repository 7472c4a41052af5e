//! Writes the seed corpus into the folder that is named, a folder for each target: `cargo run --example seeds -- corpus`.

use std::{env, fs, io, path::Path, process::ExitCode};

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let (Some(folder), None) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: seeds FOLDER");
        return ExitCode::from(2);
    };
    match write(Path::new(&folder)) {
        Ok(count) => {
            println!("{count} seeds in {folder}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{folder}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write(folder: &Path) -> io::Result<usize> {
    let seeds = fuzz::seeds();
    for (target, name, content) in &seeds {
        let place = folder.join(target);
        fs::create_dir_all(&place)?;
        fs::write(place.join(name), content)?;
    }
    Ok(seeds.len())
}
