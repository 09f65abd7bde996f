//! The parts of documents that commands write. Owns what stands between a command's two marks;
//! refuses to touch a byte outside of them.

use std::path::Path;

use anyhow::{Context as _, Result, bail};

/// Writes a command's section of a document.
pub fn write(path: &Path, command: &str, section: &str) -> Result<()> {
    let had = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read `{}`", path.display()))?;
    std::fs::write(path, replace(&had, command, section)?)
        .with_context(|| format!("cannot write `{}`", path.display()))
}

/// The document with this section in it: in place of the former one, or at the end.
pub fn replace(document: &str, command: &str, section: &str) -> Result<String> {
    let begin =
        format!("<!-- {command}: from here to its end mark, `cargo xtask {command}` writes -->");
    let end = format!("<!-- {command}: end -->");
    let section = format!("{begin}\n{section}{end}");
    match (document.split_once(&begin), document.split_once(&end)) {
        (Some((before, rest)), Some(_)) => match rest.split_once(&end) {
            Some((_, after)) => Ok(format!("{before}{section}{after}")),
            None => bail!("the marks of {command} stand in the wrong order in the document"),
        },
        (None, None) => Ok(format!("{}\n\n{section}\n", document.trim_end())),
        _ => bail!("one of the two marks of {command} is missing in the document"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEGIN: &str = "<!-- bench-x: from here to its end mark, `cargo xtask bench-x` writes -->";
    const END: &str = "<!-- bench-x: end -->";

    fn written(document: &str) -> Result<String> {
        replace(document, "bench-x", "new\n")
    }

    #[test]
    fn only_what_stands_between_the_marks_is_replaced() {
        let check = |before: &str, after: &str| {
            let had = format!("{before}{BEGIN}\nold\n{END}{after}");
            let expected = format!("{before}{BEGIN}\nnew\n{END}{after}");
            assert_eq!(written(&had).unwrap(), expected);
            assert_eq!(written(&expected).unwrap(), expected);
        };
        check("", "");
        check("# Benchmarks\n\ntext  \n\n", "\n\n## Others\n\n| a |\n\n");
    }

    #[test]
    fn a_document_without_marks_gets_the_section_at_its_end() {
        let with = written("# Benchmarks\n\ntext\n").unwrap();
        assert_eq!(
            with,
            format!("# Benchmarks\n\ntext\n\n{BEGIN}\nnew\n{END}\n")
        );
        assert_eq!(written(&with).unwrap(), with);
    }

    #[test]
    fn a_document_with_broken_marks_is_left_alone() {
        let check = |document: &str| assert!(written(document).is_err(), "{document}");
        check(&format!("a {BEGIN} b"));
        check(&format!("a {END} b"));
        check(&format!("a {END} b {BEGIN} c"));
    }
}
