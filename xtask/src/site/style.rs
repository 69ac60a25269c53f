//! One sheet from many: `@import`s bundled, prefixes and fallbacks for the browsers we promise, minified.

use anyhow::{Context, Result, anyhow, ensure};
use lightningcss::bundler::{Bundler, FileProvider};
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, PrinterOptions};
use lightningcss::targets::{Browsers, Targets};

use crate::workspace::Workspace;

/// The minified sheet of `style-file`.
pub(crate) fn build(workspace: &Workspace) -> Result<Vec<u8>> {
    let targets = targets(&workspace.leptos.browserquery)?;
    let file = workspace.root.join(&workspace.leptos.style_file);
    ensure!(file.is_file(), "{} is missing: it imports every other sheet", workspace.short(&file));
    let provider = FileProvider::new();
    // Its errors borrow from the bundler, hence a sentence made of each.
    let mut bundler = Bundler::new(&provider, None, ParserOptions::default());
    let mut sheet = bundler.bundle(&file).map_err(|error| anyhow!("the styles cannot be read: {error}"))?;
    sheet
        .minify(MinifyOptions { targets, ..MinifyOptions::default() })
        .map_err(|error| anyhow!("the styles cannot be minified: {error}"))?;
    let printed = sheet
        .to_css(PrinterOptions { minify: true, targets, ..PrinterOptions::default() })
        .map_err(|error| anyhow!("the styles cannot be printed: {error}"))?;
    Ok(printed.code.into_bytes())
}

fn targets(query: &str) -> Result<Targets> {
    let browsers = Browsers::from_browserslist([query]).with_context(|| {
        format!("`browserquery` in the root Cargo.toml is no browserslist query: {query}")
    })?;
    Ok(Targets::from(browsers))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_names_the_oldest_browser_of_each_kind() {
        let targets = targets("last 3 Chrome versions, Safari >= 17").unwrap();
        let browsers = targets.browsers.unwrap();
        assert_eq!(browsers.safari, Some(17 << 16));
        assert!(browsers.chrome.is_some());
        assert!(browsers.firefox.is_none());
    }

    #[test]
    fn a_query_that_is_none_is_shown_in_the_error() {
        let error = targets("Netscape of course").unwrap_err();
        assert!(error.to_string().contains("Netscape of course"), "{error}");
    }
}
