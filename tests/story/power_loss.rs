//! Power that fails at any write. `make faults` plays a day of a device under `strace`, which writes down all that the
//! program asked of its disk; then the disk is put together as it may be found after the power failed at each of those
//! calls, and a device is opened on it.
//!
//! What a disk keeps is what was synced. Of what was written since, each sector of 512 bytes may be there, missing, zeroes
//! or noise, in any order; a name that was given, taken or changed since its folder was synced may be as it was before. That
//! is more than most disks do.
//!
//! The same day is played in a program that is killed at any moment.
//!
//! Whatever was said to be kept must be there: each draft as it was saved last, with its photos and each piece that was spoken;
//! each record that was signed, in its own batch once that went out, and received once a receipt was kept. Deliberately
//! absent: a disk that lies about a sync, and a second look at the words of what was signed.

mod day;
mod disk;
mod kills;
mod marks;
mod states;
mod trace;
