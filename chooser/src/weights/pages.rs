//! Memory of many weights in huge pages, where Linux has them for who asks: walks then wait less
//! for page tables, and building for pages.

use std::mem::size_of;

/// Asks for huge pages under a vector's room. What is in it stays as it is.
#[cfg(target_os = "linux")]
#[allow(clippy::ptr_arg)] // the capacity is what counts
pub(super) fn ask<N>(vector: &Vec<N>) {
    const HUGE: usize = 2 << 20;
    let start: *const u8 = vector.as_ptr().cast();
    let bytes = vector.capacity() * size_of::<N>();
    // Only whole ones: what else is beside the room is none of our business.
    let skipped = start.align_offset(HUGE);
    let length = bytes.saturating_sub(skipped) / HUGE * HUGE;
    if length > 0 {
        // SAFETY: the range lies within the room, and the advice changes nothing that can be read
        // there. A kernel that does not take it says so, and nothing is lost.
        unsafe {
            libc::madvise(start.wrapping_add(skipped) as *mut _, length, libc::MADV_HUGEPAGE);
        }
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) fn ask<N>(_: &Vec<N>) {}
