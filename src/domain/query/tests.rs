use crate::{
    domain::{
        projects::StateCategory,
        query::*,
        tasks::{
            filter::{Day, Parent, Presence, Tag, Who},
            priority::Priority,
        },
    },
    kernel::random::Random,
};

/// Returns the parts reported as problems.
fn problems_of(text: &str) -> Vec<String> {
    Query::parse(text).1.into_iter().map(|problem| problem.part).collect()
}

/// Draws random values.
struct Dice(Random);

impl Dice {
    fn roll(&self, sides: u8) -> u8 {
        let [byte] = self.0.bytes::<1>();
        byte % sides
    }

    fn subset<T: Clone + Ord>(&self, all: &[T]) -> BTreeSet<T> {
        if self.roll(2) == 0 {
            return BTreeSet::new();
        }
        all.iter().filter(|_| self.roll(3) == 0).cloned().collect()
    }

    fn optional<T: Clone>(&self, all: &[T]) -> Option<T> {
        (self.roll(3) == 0).then(|| all[usize::from(self.roll(u8::try_from(all.len()).unwrap()))].clone())
    }

    fn query(&self) -> Query {
        let id = Who::Person(uuid::Uuid::from_u128(7));
        let dates = ["2026-01-31", "2028-02-29"].map(|date| date.parse().unwrap());
        let span = || Span { from: self.optional(&dates), until: self.optional(&dates) };
        let named = |name: &str| Tag::Named(name.to_owned());
        let texts = ["a", "50 % + 1", "ü, & = # ? \\ \"'", "a,b\\,c", "+", "%41"].map(str::to_owned);
        Query {
            filter: Filter {
                text: self.optional(&texts).unwrap_or_default(),
                states: self.subset(&["todo".to_owned(), "in-progress".to_owned()]),
                categories: self.subset(&StateCategory::ALL),
                priorities: self.subset(&Priority::ALL),
                assignees: self.subset(&[Who::Me, Who::Nobody, id]),
                labels: self.subset(&[Tag::None, named("none"), named("a, b"), named("c\\d"), named("grösse & co")]),
                estimate: self.optional(&[Presence::None, Presence::Some]),
                estimate_max: self.optional(&[0, 999]),
                start: self.subset(&[Day::Today, Day::Within(7), Day::None]),
                start_span: span(),
                due: self.subset(&[Day::Overdue, Day::Today, Day::Within(1), Day::Within(365), Day::None]),
                due_span: span(),
                parents: self.subset(&[Parent::None, Parent::Task("WEB-12".parse().unwrap())]),
                creators: self.subset(&[Who::Me, id]),
                archived: self.optional(&Archived::ALL).unwrap_or_default(),
            },
            group: self.optional(&Group::ALL).unwrap_or_default(),
            sort: self.optional(&Sort::ALL).unwrap_or_default(),
            is_descending: self.roll(2) == 0,
            columns: (self.roll(2) == 0).then(|| self.subset(&Column::ALL)),
            lanes: self.optional(&Lanes::ALL).unwrap_or_default(),
            collapsed: self.subset(&["done".to_owned(), "to-do".to_owned()]),
            from: usize::from(self.roll(4)) * 100,
            edit: self.optional(&["WEB-3".parse().unwrap()]),
            view: self.optional(&[uuid::Uuid::from_u128(8)]),
        }
    }
}

#[test]
fn queries_round_trip() {
    let dice = Dice(Random::seeded(7));
    for _ in 0..2_000 {
        let query = dice.query();
        let address = query.address();
        assert!(address.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~,+%&=".contains(&byte)), "{address}");
        assert_eq!(Query::parse(&address), (query, Vec::new()), "{address}");
    }
}

#[test]
fn query_strings_are_readable() {
    let address = "text=ship+it&state=in-progress,todo&priority=urgent&assignee=me,none&label=bug&due=overdue,7d&\
                   group=assignee&sort=due&order=desc&columns=state,due&lanes=label&collapsed=backlog,done&from=100";
    assert_eq!(Query::parse(address).0.address(), address);
    assert_eq!(Query::default().href("/list"), "/list");
    assert_eq!(Query::parse("state=todo").0.href("/list"), "/list?state=todo");
}

#[test]
fn form_submissions_parse() {
    let form =
        "text=&state=todo&state=in-progress&due-from=&label=a%5C%2C+b&columns=none&columns=due&group=none&sort=board";
    let (query, problems) = Query::parse(form);
    assert_eq!(problems, []);
    assert_eq!(query.address(), "state=in-progress,todo&label=a%5C,+b&group=none&columns=due");
    assert_eq!(item("a, b"), "a\\, b");
}

#[test]
fn problems_are_reported_and_the_rest_is_kept() {
    let (query, problems) = Query::parse("state=todo&due=someday,today&assignee=alice&from=x");
    let parts: Vec<_> = problems.iter().map(|problem| problem.part.as_str()).collect();
    assert_eq!(parts, ["due=someday", "assignee=alice", "from=x"]);
    assert_eq!(query.address(), "state=todo&due=today");
    for (text, part) in [
        ("priority=highest", "priority=highest"),
        ("estimate=many", "estimate=many"),
        ("estimate-max=-1", "estimate-max=-1"),
        ("due=0d", "due=0d"),
        ("due=366d", "due=366d"),
        ("start=overdue", "start=overdue"),
        ("due-from=2026-02-30", "due-from=2026-02-30"),
        ("parent=12", "parent=12"),
        ("by=none", "by=none"),
        ("archived=maybe", "archived=maybe"),
        ("group=colour", "group=colour"),
        ("sort=luck", "sort=luck"),
        ("order=up", "order=up"),
        ("columns=state,luck", "columns=luck"),
        ("lanes=due", "lanes=due"),
        ("edit=12", "edit=12"),
        ("view=mine", "view=mine"),
        ("due=,", "due=,"),
        ("label=bug,,ux", "label=bug,,ux"),
        ("state=todo,", "state=todo,"),
        ("columns=%20,due", "columns= ,due"),
    ] {
        assert_eq!(problems_of(text), [part], "{text}");
    }
    assert_eq!(problems_of(&format!("text={}", "x".repeat(201))), ["text=…"]);
    assert_eq!(problems_of("&&text=&label=&due-from="), [] as [&str; 0]);
}

#[test]
fn parameters_of_others_are_ignored() {
    for others in
        ["utm_source=mail", "fbclid=x%zz&gclid", "draft=abc", "colour=red", "=x", "State=gone", "state[]=gone"]
    {
        assert_eq!(Query::parse(&format!("{others}&state=todo")), Query::parse("state=todo"), "{others}");
    }
}

#[test]
fn unknown_states_and_labels_are_reported() {
    let label = Label { id: uuid::Uuid::nil(), name: "Bug".to_owned(), hue: 1 };
    let state = State {
        slug: "todo".to_owned(),
        name: "To do".to_owned(),
        category: StateCategory::Unstarted,
        hue: None,
        wip_limit: None,
    };
    let project = "WEB".parse().unwrap();
    let (query, _) = Query::parse("state=todo,gone&label=bug,none,lost&parent=WEB-1,APP-2&collapsed=todo,lost");
    let (states, labels) = ([state], [label]);
    let parts: Vec<_> = query.misfits(&project, &states, &labels).into_iter().map(|problem| problem.part).collect();
    assert_eq!(parts, ["state=gone", "collapsed=lost", "label=lost", "parent=APP-2"]);
    let fitting = query.fitting(&project, &states, &labels);
    assert_eq!(fitting.address(), "state=todo&label=none,bug&parent=WEB-1&collapsed=todo");
    assert_eq!(fitting.misfits(&project, &states, &labels), []);
}
