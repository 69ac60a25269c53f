//! Stamps: a step whose inputs have not changed since it last succeeded is not done again.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// What a step is made from: files, versions and flags, in order.
#[derive(Default)]
pub(crate) struct Inputs(DefaultHasher);

impl Inputs {
    /// Adds a version, a flag or a file's content.
    pub(crate) fn with(mut self, value: impl AsRef<[u8]>) -> Self {
        // Hashing a slice writes its length first, so ("ab", "c") and ("a", "bc") differ.
        value.as_ref().hash(&mut self.0);
        self
    }

    /// Adds the content of a file that must exist.
    pub(crate) fn with_file(self, path: &Path) -> Result<Self> {
        let content = fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
        Ok(self.with(content))
    }

    fn digest(&self) -> String {
        format!("{:016x}", self.0.finish())
    }
}

/// The note that a step succeeded with certain inputs.
pub(crate) struct Stamp(PathBuf);

impl Stamp {
    /// A stamp kept in the file `path`. Keep it beside the outputs, so that deleting them deletes it.
    pub(crate) fn at(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Runs `work` unless it succeeded with the same inputs before; says whether it ran.
    pub(crate) fn unless_current(&self, inputs: &Inputs, work: impl FnOnce() -> Result<()>) -> Result<bool> {
        let digest = inputs.digest();
        if fs::read_to_string(&self.0).is_ok_and(|noted| noted == digest) {
            return Ok(false);
        }
        // A step that fails half-way must not look finished with the inputs of an earlier success.
        let _ = fs::remove_file(&self.0);
        work()?;
        if let Some(folder) = self.0.parent() {
            fs::create_dir_all(folder).with_context(|| format!("{} cannot be created", folder.display()))?;
        }
        fs::write(&self.0, digest).with_context(|| format!("{} cannot be written", self.0.display()))?;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(name: &str) -> Stamp {
        let path = std::env::temp_dir().join(format!("xtask-stamp-{}-{name}", std::process::id()));
        let _ = fs::remove_file(&path);
        Stamp::at(path)
    }

    #[test]
    fn a_step_with_the_same_inputs_runs_once() {
        let stamp = stamp("once");
        let inputs = || Inputs::default().with("flag").with([1, 2]);
        assert!(stamp.unless_current(&inputs(), || Ok(())).unwrap());
        assert!(!stamp.unless_current(&inputs(), || panic!("ran again")).unwrap());
    }

    #[test]
    fn a_step_with_other_inputs_runs_again() {
        let stamp = stamp("again");
        stamp.unless_current(&Inputs::default().with("a"), || Ok(())).unwrap();
        assert!(stamp.unless_current(&Inputs::default().with("b"), || Ok(())).unwrap());
    }

    #[test]
    fn a_step_that_failed_runs_again_even_with_earlier_inputs() {
        let stamp = stamp("failed");
        stamp.unless_current(&Inputs::default().with("a"), || Ok(())).unwrap();
        stamp.unless_current(&Inputs::default().with("b"), || anyhow::bail!("broken")).unwrap_err();
        assert!(stamp.unless_current(&Inputs::default().with("a"), || Ok(())).unwrap());
    }

    #[test]
    fn moving_a_byte_between_two_inputs_changes_the_digest() {
        let one = Inputs::default().with("ab").with("c").digest();
        let other = Inputs::default().with("a").with("bc").digest();
        assert_ne!(one, other);
    }
}
