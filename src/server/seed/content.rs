//! What the demo organizations work on.

type Task = (&'static str, &'static str);
type Project = (&'static str, &'static str, &'static [Task]);

const ACME: &[Project] = &[
    (
        "WEB",
        "Website relaunch",
        &[
            ("backlog", "Collect customer quotes for the home page"),
            ("backlog", "Decide whether the blog moves along"),
            ("backlog", "Write redirects for the old product pages"),
            ("todo", "Draft the pricing page"),
            ("todo", "Check colour contrast in both themes"),
            ("in-progress", "Rebuild the navigation for small screens"),
            ("in-progress", "Set up the staging host"),
            ("done", "Agree on the site map"),
            ("done", "Choose a typeface"),
        ],
    ),
    (
        "OPS",
        "Operations",
        &[
            ("backlog", "Rehearse restoring a backup"),
            ("todo", "Renew the certificate of the mail relay"),
            ("in-progress", "Move the build machines to the new rack"),
            ("done", "Rotate the database passwords"),
        ],
    ),
];

const BETA: &[Project] = &[(
    "APP",
    "Mobile app",
    &[
        ("backlog", "Support landscape on tablets"),
        ("todo", "Show a hint when the device is offline"),
        ("in-progress", "Shorten the first start"),
        ("done", "Sign in with a passkey"),
    ],
)];

const ABC: &[Project] = &[
    (
        "CRM",
        "Customer records",
        &[
            ("backlog", "Merge duplicate contacts"),
            ("backlog", "Import the spreadsheet of the Berlin office"),
            ("todo", "Export contacts as vCards"),
            ("todo", "Let people choose which columns they see"),
            ("in-progress", "Find contacts by part of a phone number"),
            ("done", "Keep a history of every change"),
        ],
    ),
    (
        "HIRE",
        "Hiring",
        &[
            ("todo", "Write the advertisement for a second designer"),
            ("in-progress", "Answer the applications of last week"),
            ("done", "Agree on the salary bands"),
        ],
    ),
];

const XYZ: &[Project] = &[(
    "TRIP",
    "Autumn tours",
    &[
        ("backlog", "Ask the bus company for a second driver"),
        ("todo", "Print the new city maps"),
        ("in-progress", "Book rooms in Porto"),
        ("done", "Set the dates for October"),
    ],
)];

/// The projects of a demo organization.
pub(super) fn projects(organization: &str) -> &'static [Project] {
    match organization {
        "acme" => ACME,
        "beta" => BETA,
        "abc-inc" => ABC,
        "xyz-travel" => XYZ,
        _ => &[],
    }
}

/// The title of one of many tasks: of different lengths, as titles are.
pub(super) fn title(index: usize) -> String {
    let verbs = ["Write", "Check", "Move", "Explain", "Replace", "Measure", "Simplify"];
    let things = [
        "the import of invoices",
        "the sign-up form",
        "a test that fails now and then",
        "the weekly report",
        "the search in the archive so that umlauts are found too",
    ];
    format!("{} {}", verbs[index % verbs.len()], things[index % things.len()])
}
