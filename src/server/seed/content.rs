//! The projects and tasks of the demo organizations.

use crate::domain::tasks::priority::Priority;

/// A demo project.
pub(super) struct Project {
    pub key: &'static str,
    pub name: &'static str,
    /// Markdown.
    pub description: &'static str,
    /// Names and hues of the labels.
    pub labels: &'static [(&'static str, u8)],
    /// Tasks in the order of their columns.
    pub tasks: &'static [Task],
}

/// A demo task.
#[derive(Clone, Copy)]
pub(super) struct Task {
    /// Slug of the task's state.
    pub state: &'static str,
    pub title: &'static str,
    pub priority: Priority,
    pub points: Option<i64>,
    /// Names of the labels.
    pub labels: &'static [&'static str],
    /// Subject of the assignee at the provider.
    pub assignee: Option<&'static str>,
    /// Due date, in days after seeding.
    pub due: Option<u64>,
}

const fn task(state: &'static str, title: &'static str) -> Task {
    Task { state, title, priority: Priority::None, points: None, labels: &[], assignee: None, due: None }
}

impl Task {
    const fn priority(self, priority: Priority) -> Self {
        Self { priority, ..self }
    }

    const fn points(self, points: i64) -> Self {
        Self { points: Some(points), ..self }
    }

    const fn labels(self, labels: &'static [&'static str]) -> Self {
        Self { labels, ..self }
    }

    const fn assignee(self, subject: &'static str) -> Self {
        Self { assignee: Some(subject), ..self }
    }

    const fn due(self, days: u64) -> Self {
        Self { due: Some(days), ..self }
    }
}

const ALICE: &str = "auth0|d00000000000000000000001";
const DANA: &str = "auth0|d00000000000000000000004";

const ACME: &[Project] = &[
    Project {
        key: "WEB",
        name: "Website relaunch",
        description: "The new site says what we make **in one sentence**, on any screen.\n\n\
            - It opens before the spring fair.\n\
            - The old addresses lead to the new pages.\n",
        labels: &[("Copy", 6), ("Design", 10), ("Hosting", 3)],
        tasks: &[
            task("backlog", "Collect customer quotes for the home page").labels(&["Copy"]),
            task("backlog", "Decide whether the blog moves along").priority(Priority::Low),
            task("backlog", "Write redirects for the old product pages").labels(&["Hosting"]).points(3),
            task("todo", "Draft the pricing page")
                .priority(Priority::High)
                .labels(&["Copy"])
                .points(5)
                .assignee(DANA)
                .due(4),
            task("todo", "Check colour contrast in both themes").labels(&["Design"]).points(2),
            task("in-progress", "Rebuild the navigation for small screens")
                .priority(Priority::Medium)
                .labels(&["Design"])
                .points(8)
                .assignee(ALICE)
                .due(9),
            task("in-progress", "Set up the staging host")
                .priority(Priority::Urgent)
                .labels(&["Hosting"])
                .points(3)
                .assignee(DANA),
            task("done", "Agree on the site map").points(2).assignee(ALICE),
            task("done", "Choose a typeface").labels(&["Design"]).points(1).assignee(ALICE),
        ],
    },
    Project {
        key: "OPS",
        name: "Operations",
        description: "",
        labels: &[],
        tasks: &[
            task("backlog", "Rehearse restoring a backup"),
            task("todo", "Renew the certificate of the mail relay"),
            task("in-progress", "Move the build machines to the new rack"),
            task("done", "Rotate the database passwords"),
        ],
    },
];

const BETA: &[Project] = &[Project {
    key: "APP",
    name: "Mobile app",
    description: "",
    labels: &[],
    tasks: &[
        task("backlog", "Support landscape on tablets"),
        task("todo", "Show a hint when the device is offline"),
        task("in-progress", "Shorten the first start"),
        task("done", "Sign in with a passkey"),
    ],
}];

const ABC: &[Project] = &[
    Project {
        key: "CRM",
        name: "Customer records",
        description: "",
        labels: &[],
        tasks: &[
            task("backlog", "Merge duplicate contacts"),
            task("backlog", "Import the spreadsheet of the Berlin office"),
            task("todo", "Export contacts as vCards"),
            task("todo", "Let people choose which columns they see"),
            task("in-progress", "Find contacts by part of a phone number"),
            task("done", "Keep a history of every change"),
        ],
    },
    Project {
        key: "HIRE",
        name: "Hiring",
        description: "",
        labels: &[],
        tasks: &[
            task("todo", "Write the advertisement for a second designer"),
            task("in-progress", "Answer the applications of last week"),
            task("done", "Agree on the salary bands"),
        ],
    },
];

const XYZ: &[Project] = &[Project {
    key: "TRIP",
    name: "Autumn tours",
    description: "",
    labels: &[],
    tasks: &[
        task("backlog", "Ask the bus company for a second driver"),
        task("todo", "Print the new city maps"),
        task("in-progress", "Book rooms in Porto"),
        task("done", "Set the dates for October"),
    ],
}];

/// Returns the projects of a demo organization.
pub(super) fn projects(organization: &str) -> &'static [Project] {
    match organization {
        "acme" => ACME,
        "beta" => BETA,
        "abc-inc" => ABC,
        "xyz-travel" => XYZ,
        _ => &[],
    }
}

/// Returns a generated title; the lengths vary.
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
