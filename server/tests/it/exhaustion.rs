//! security.md, group E
