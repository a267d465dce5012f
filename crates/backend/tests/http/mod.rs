//! Every answer of the interface, written down: one file for each call and each way it may end, in folders that are
//! named as the paths are. A change of an answer is a difference that somebody reads.
//!
//! Ids, hashes, keys and tokens are masked, by number where one comes back. `INSTA_UPDATE=always` writes the files anew;
//! in `make test` one that is missing, other or left over fails.

mod any;
mod console;
mod device;
mod kept;
mod mask;
