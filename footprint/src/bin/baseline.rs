//! Does nothing: what start and output cost.

#![no_std]
#![no_main]

#[cortex_m_rt::entry]
fn main() -> ! {
    footprint::run(|| {})
}
