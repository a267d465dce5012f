//! Whom this device believes: its own keys and certificate, the municipality's key directory under the root key, the
//! vocabulary that it names, and what time it certainly is.

pub(crate) mod clock_reading;
pub(crate) mod device;
pub(crate) mod enrolment;
pub(crate) mod key_directory;
pub(crate) mod known_time;
pub(crate) mod recovery;
pub(crate) mod revocations;
pub(crate) mod vocabulary;
