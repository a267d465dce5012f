//! What only somebody who means harm would do: well-signed nonsense, spoiled files, a register edited byte by byte.

mod bytes_of_the_register;
mod guessing;
mod installation;
mod integers;
mod names;
mod second_chain;
mod shared_photos;
mod signed_payloads;
