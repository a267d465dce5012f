//! The sizes beyond which a message is refused, on both sides alike.
//!
//! They are part of the protocol: a device never builds what a backend would refuse. Each bound is
//! checked before anything of that size is allocated.

/// Operations in one batch, at most.
pub const BATCH_OPERATIONS: usize = 500;
/// Bytes of signed payloads (the batch and its operations) in one push, before compression.
pub const PUSH_PAYLOAD_BYTES: usize = 1024 * 1024;
/// Bytes of one sealed part.
pub const SEALED_PART_BYTES: usize = 256 * 1024;
/// Bytes of the texts of one sealed part as JSON: whatever they are, what they are sealed in fits
/// [`SEALED_PART_BYTES`] (text that does not compress grows by one part in 256, the padding, and age's head).
pub const SEALED_TEXT_BYTES: usize = 240 * 1024;
/// Bytes of all sealed parts in one push.
pub const PUSH_SEALED_BYTES: usize = 4 * 1024 * 1024;
/// Bytes of a whole push as it travels: signed payloads do not grow under compression by more than
/// a few bytes, so this is the sum of the bounds above and some room for frame lengths.
pub const PUSH_WIRE_BYTES: usize = PUSH_PAYLOAD_BYTES + PUSH_SEALED_BYTES + 64 * 1024;
/// Bytes of a body that never waits for room at a backend, whoever else sends.
pub const POCKET_BYTES: usize = 64 * 1024;
/// Bytes of one sealed attachment.
pub const ATTACHMENT_BYTES: u64 = 16 * 1024 * 1024;
/// Bytes of an attachment a device sends at once: small enough that a bad network gets one through. More is taken, up
/// to [`PUSH_WIRE_BYTES`].
pub const ATTACHMENT_PIECE_BYTES: usize = 256 * 1024;
/// Attachments of one operation.
pub const OPERATION_ATTACHMENTS: usize = 20;
/// Bytes of any single signed payload.
pub const PAYLOAD_BYTES: usize = 512 * 1024;
/// Bytes of an unsealed container after decompression.
pub const UNSEALED_BYTES: usize = 1024 * 1024;
/// Characters of a narrative.
pub const NARRATIVE_CHARS: usize = 20_000;
/// Characters of any other free text field.
pub const FIELD_CHARS: usize = 2_000;
/// Persons in one observation.
pub const PERSONS: usize = 50;
/// Organisations in one inspection.
pub const ORGANISATIONS: usize = 50;
/// Codes in any other list: forms, indicators, actions.
pub const CODES: usize = 200;
/// Answers to questions of consent for one person.
pub const CONSENTS: usize = 20;
/// Keys that sign or signed receipts in one key directory: checking a key costs, and a directory is read by everybody.
pub const RECEIPT_KEYS: usize = 200;
/// Bytes of a file that is carried by hand: what a device puts into one, and what is opened.
pub const CARRIED_BYTES: usize = 256 * 1024 * 1024;
/// Parts of such a file.
pub const CARRIED_PARTS: usize = 20_000;
/// Revoked devices one word on them names: those that were revoked last.
pub const REVOKED_DEVICES: usize = 2_000;
/// Observations of which one message says what became of them; the next says it of the next.
pub const OUTCOMES: usize = 200;
/// Missing attachments one answer about a chain names; the next answer names the next.
pub const CHAIN_MISSING_ATTACHMENTS: usize = 500;
/// Bytes of a join code and its certificate before compression.
pub const JOIN_CODE_BYTES: usize = 4 * 1024;
/// Characters of a join code as it is shown: more than a phone's screen shows well, and less than a QR code can hold.
pub const JOIN_CODE_CHARS: usize = 1_800;
/// Hours for which a join code may be good.
pub const JOIN_CODE_HOURS: i64 = 12;
/// Bytes of the content of one catalogue: some twenty thousand places.
pub const CATALOGUE_BYTES: usize = 3 * 1024 * 1024;
/// Catalogues that a device looks at in one answer.
pub const CATALOGUES: usize = 16;
/// Places in a catalogue.
pub const PLACES: usize = 20_000;
/// Planned inspections in a catalogue.
pub const PLANNED_INSPECTIONS: usize = 500;
/// Reference cards in a catalogue.
pub const CARDS: usize = 100;
/// Languages of one card.
pub const CARD_LANGUAGES: usize = 40;
/// Pieces of text of one card in one language.
pub const CARD_BLOCKS: usize = 100;
/// Telephone numbers that one card names.
pub const CARD_CALLS: usize = 10;
/// Telephone numbers in a catalogue.
pub const PHONES: usize = 50;
