//! How deep the stack grows: the memory below it is painted before, and looked at after.

use core::{hint::black_box, ptr};

/// How much is painted, in bytes: well beyond the bound that is checked, so that what exceeds it is seen too.
const PAINTED: usize = 64 * 1024;
/// What nobody writes by chance.
const PAINT: u32 = 0xa5c3_965a;

/// Runs `work` on a painted stack; the deepest byte that it wrote to, counted from its caller's frame.
///
/// A frame that is reserved and never written to does not count. That is why the pattern is looked for from below: what
/// is written below such a gap counts with the gap.
#[inline(never)]
pub fn high_water(work: fn()) -> usize {
    let mark = 0u32;
    let top = ptr::from_ref(black_box(&mark)) as usize & !3;
    let bottom = top - PAINTED;
    paint(bottom, top);
    black_box(work)();
    let mut lowest = bottom;
    // SAFETY: RAM of the stack's, which is 4 MB long; `volatile` because others have written to it.
    while lowest < top && unsafe { ptr::read_volatile(lowest as *const u32) } == PAINT {
        lowest += 4;
    }
    top - lowest
}

/// Paints from `bottom` to the frame of this function, which is the only one below `top`.
#[inline(never)]
fn paint(bottom: usize, top: usize) {
    // The frame of this function, with its saved registers.
    const OWN: usize = 64;
    let mut at = bottom;
    while at < top - OWN {
        // SAFETY: free RAM below the stack pointer, which no interrupt uses: none is enabled.
        unsafe { ptr::write_volatile(at as *mut u32, PAINT) };
        at += 4;
    }
}
