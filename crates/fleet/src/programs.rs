//! The programs that were built beside this one. They stay programs: the fleet knows their public doors alone.

use std::path::{Path, PathBuf};

use anyhow::Context;

/// The folder that cargo put this program into.
pub(crate) struct Programs(PathBuf);

impl Programs {
    pub(crate) fn beside_this() -> anyhow::Result<Self> {
        let own = std::env::current_exe().context("where this program is")?;
        Ok(Self(own.parent().context("a program has a folder")?.to_owned()))
    }

    /// `baken-backend`.
    pub(crate) fn backend(&self) -> PathBuf {
        self.0.join("baken-backend")
    }

    /// This program.
    pub(crate) fn fleet(&self) -> PathBuf {
        self.0.join("baken-fleet")
    }

    /// The companion's app.
    pub(crate) fn app(&self) -> PathBuf {
        self.0.join("baken")
    }

    /// One that is built as an example.
    pub(crate) fn example(&self, name: &str) -> PathBuf {
        Path::new(&self.0).join("examples").join(name)
    }
}
