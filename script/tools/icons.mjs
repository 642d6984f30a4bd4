// Writes the icons as Rust: `node icons.mjs [--check]`, from the root of the clone. `--check` only compares. TOOLS names the
// folder of the npm packages.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

// The name of an icon in the code, and its name in Lucide. Sorted.
const names = {
  Alert: "circle-alert",
  Archive: "archive",
  ArrowRight: "arrow-right",
  Building: "building-2",
  Check: "check",
  ChevronRight: "chevron-right",
  ChevronsInward: "chevrons-right-left",
  ChevronsOutward: "chevrons-left-right",
  ChevronsUpDown: "chevrons-up-down",
  Clock: "clock",
  Close: "x",
  Comment: "message-square",
  Eye: "eye",
  Filter: "list-filter",
  Home: "house",
  Inbox: "inbox",
  Info: "info",
  Kanban: "square-kanban",
  Keyboard: "keyboard",
  List: "list",
  ListChecks: "list-checks",
  Menu: "menu",
  Monitor: "monitor",
  Moon: "moon",
  More: "ellipsis",
  Pencil: "pencil",
  Plus: "plus",
  Search: "search",
  Settings: "settings",
  SignOut: "log-out",
  Sliders: "sliders-horizontal",
  Star: "star",
  Sun: "sun",
  Trash: "trash-2",
  User: "user",
};

const file = "src/web/ui/icon/lucide.rs";
const { icons, aliases } = JSON.parse(
  readFileSync(join(process.env.TOOLS, "node_modules/@iconify-json/lucide/icons.json"), "utf8"),
);

/** Returns the shapes of an icon. The style sheet has what all strokes share. */
function outline(name) {
  const body = (icons[name] ?? icons[aliases[name]?.parent])?.body;
  if (!body) throw new Error(`Lucide has no icon ${name}`);
  const style = 'fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round" stroke-width="2"';
  const shapes = body.replace(new RegExp(`^<g ${style}>(.*)</g>$`, "u"), "$1").replaceAll(` ${style}`, "");
  if (/<g|stroke|fill|#/u.test(shapes)) throw new Error(`${name} has a style of its own: ${shapes}`);
  return shapes;
}

const all = Object.entries(names);
const code = `//! The icons of Lucide (<https://lucide.dev>) that Tessera shows. ISC License, Copyright (c) Lucide Icons and Contributors.
//!
//! Written by \`script/icons\`; \`script/tools/icons.mjs\` lists them.

/// An icon of the set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
${all.map(([variant]) => `    ${variant},`).join("\n")}
}

impl Glyph {
    /// Returns the content of the \`<svg>\`, drawn on 24 by 24 units.
    pub(super) const fn outline(self) -> &'static str {
        match self {
${all.map(([variant, name]) => `            Self::${variant} => r#"${outline(name)}"#,`).join("\n")}
        }
    }
}
`;

if (!process.argv.includes("--check")) {
  writeFileSync(file, code);
} else if (readFileSync(file, "utf8") !== code) {
  console.error(`${file} is not what script/icons writes. Please run it.`);
  process.exitCode = 1;
}
