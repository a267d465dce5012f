//! What is kept in files: the folder, its private files, sealed attachments.

pub mod attachments;
pub mod data_folder;
pub mod hashed;
pub mod private_files;
