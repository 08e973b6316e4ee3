//! One switch for every place where the public evidence about a system conflicts or is missing, and what keeps their
//! documentation honest.

/// A switch with a closed set of values; the first one is the default.
#[macro_export]
macro_rules! switch {
    ($(#[$doc:meta])* $name:ident { $first:ident: $first_doc:literal $(, $value:ident: $value_doc:literal)* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ::clap::ValueEnum)]
        pub enum $name {
            #[doc = $first_doc]
            #[default]
            $first,
            $(#[doc = $value_doc] $value),*
        }
    };
}

/// What is wrong with the help of the switches of `command` and with their rows in a README: every switch ends its help with its
/// evidence in brackets, and has a row `| --name | default | help | … | evidence |`.
pub fn undocumented(command: &clap::Command, read_me: &str) -> Vec<String> {
    let mut problems = Vec::new();
    for argument in command.get_arguments() {
        let Some(name) = argument.get_long().filter(|name| *name != "help") else {
            continue;
        };
        let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
        let Some((about, evidence)) = help.strip_suffix(']').and_then(|help| help.rsplit_once(" [")) else {
            problems.push(format!("--{name} does not say how sure its evidence is: {help}"));
            continue;
        };
        let defaults = argument.get_default_values();
        let default = defaults.first().map(|value| value.to_string_lossy().into_owned()).unwrap_or_default();
        let row = read_me.lines().find(|line| line.starts_with(&format!("| `--{name}` |")));
        match row {
            None => problems.push(format!("the README has no row for --{name}")),
            Some(row) => {
                if !row.contains(&format!("| `{default}` | {about} |")) || !row.ends_with(&format!("| {evidence} |")) {
                    problems.push(format!("--{name} says `{default}`, {about:?}, {evidence:?}; its row says {row}"));
                }
            }
        }
    }
    problems
}
