//! Tests of Baken from outside; see the folders beside this file.
