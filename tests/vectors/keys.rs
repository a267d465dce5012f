//! The signing keys of the vectors: the same for ever, and known to everyone.

use baken_protocol::signature::SigningKey;
use data_encoding::HEXLOWER;

/// The key whose seed is `byte`, 32 times: 1 is the root's, 2 the receipts', 3 the device's, 9 nobody's.
pub(crate) fn key(byte: u8) -> SigningKey {
    let seed = [byte; 32];
    let pair = ring::signature::Ed25519KeyPair::from_seed_unchecked(&seed).unwrap();
    let public = ring::signature::KeyPair::public_key(&pair).as_ref().to_vec();
    // PKCS#8 v2 (RFC 5958) with the public key, as the library demands.
    let mut der = HEXLOWER.decode(b"3051020101300506032b657004220420").unwrap();
    der.extend_from_slice(&seed);
    der.extend_from_slice(&HEXLOWER.decode(b"812100").unwrap());
    der.extend_from_slice(&public);
    SigningKey::from_pkcs8(&der).unwrap()
}
