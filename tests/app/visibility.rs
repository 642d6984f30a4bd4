//! Who sees what, as a model: random sequences of operations over three organizations with private projects.
//!
//! The sequences are the same in each run. `PROPTEST_CASES=1000 cargo test … visibility` runs as many with new seeds; a
//! case that fails is kept in `visibility.regressions`, and tried first from then on.

use std::{collections::BTreeSet, fmt::Debug, ops::Range};

use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, FileFailurePersistence, RngAlgorithm, TestRng, TestRunner},
};
use tessera::testing::domain::{errors::AppError, permissions::Role};

use crate::support::{
    ABC, ACME, ALICE, BETA, BOB, CAROL, DANA, JOE, Member, Organization, Outcome, Person, TestApp,
    functions::{Search, SetProjectMember},
    ids::{new_person, person_id},
};

/// Sequences per run, unless `PROPTEST_CASES` says otherwise.
const CASES: u32 = 32;
/// Operations of one sequence.
const OPERATIONS: usize = 20;
/// Projects of one organization in a sequence.
const PROJECTS: usize = 3;

const ORGANIZATIONS: [Organization; 3] = [ACME, BETA, ABC];

/// Members of the three organizations, with the role that they begin with. The first of each is the owner.
const MEMBERS: [(usize, Person, Role); 6] = [
    (0, ALICE, Role::Owner),
    (0, DANA, Role::Admin),
    (1, BOB, Role::Owner),
    (1, DANA, Role::Member),
    (2, CAROL, Role::Owner),
    (2, JOE, Role::Member),
];
/// Organizations that each get another member and a viewer.
const OTHERS: [Role; 2] = [Role::Member, Role::Viewer];

/// An operation of the seat `by` on the project `project` of the organization `org`. Numbers are taken modulo what there
/// is.
#[derive(Clone, Debug)]
enum Operation {
    Create { by: usize, org: usize },
    SetPrivate { by: usize, project: usize, is_private: bool },
    SetMember { by: usize, project: usize, member: usize, is_member: bool },
    AddTask { by: usize, project: usize },
    MoveTask { by: usize, project: usize },
    SetRole { member: usize, role: usize },
}

fn operation() -> impl Strategy<Value = Operation> {
    let number = || 0..1000_usize;
    prop_oneof![
        2 => (number(), number()).prop_map(|(by, org)| Operation::Create { by, org }),
        3 => (number(), number(), any::<bool>())
            .prop_map(|(by, project, is_private)| Operation::SetPrivate { by, project, is_private }),
        3 => (number(), number(), number(), any::<bool>())
            .prop_map(|(by, project, member, is_member)| Operation::SetMember { by, project, member, is_member }),
        2 => (number(), number()).prop_map(|(by, project)| Operation::AddTask { by, project }),
        1 => (number(), number()).prop_map(|(by, project)| Operation::MoveTask { by, project }),
        1 => (number(), number()).prop_map(|(member, role)| Operation::SetRole { member, role }),
    ]
}

/// A person who is signed in to one of the organizations.
struct Seat {
    org: usize,
    person: Person,
    member: Member,
}

/// A project as the model knows it.
#[derive(Debug)]
struct Project {
    org: usize,
    key: String,
    is_private: bool,
    /// Seats whose person is a member of the project.
    members: BTreeSet<usize>,
    tasks: i64,
}

/// The application with its seats, and the model.
struct World {
    app: TestApp,
    seats: Vec<Seat>,
    /// The role that each seat begins a sequence with.
    first_roles: Vec<Role>,
    roles: Vec<Role>,
    projects: Vec<Project>,
    /// Keys that earlier sequences have used.
    used: usize,
}

impl World {
    async fn spawn() -> Self {
        let app = TestApp::spawn().await;
        let (mut seats, mut roles) = (Vec::new(), Vec::new());
        let others = (0..ORGANIZATIONS.len()).flat_map(|org| OTHERS.map(|role| (org, new_person(), role)));
        for (org, person, role) in MEMBERS.into_iter().chain(others) {
            let member = app.signed_in(person, ORGANIZATIONS[org]).await;
            seats.push(Seat { org, person, member });
            roles.push(role);
        }
        let world = Self { app, seats, first_roles: roles.clone(), roles, projects: Vec::new(), used: 0 };
        for seat in 0..world.seats.len() {
            world.store_role(seat).await;
        }
        world
    }

    /// Gives the person of a seat the role that the model has. This is no operation of the application, because it would
    /// wait for the provider.
    async fn store_role(&self, seat: usize) {
        let Seat { org, person, .. } = &self.seats[seat];
        let sql = format!(
            "UPDATE membership SET role = '{}' WHERE org_id = (SELECT id FROM organization WHERE slug = '{}')
             AND person_id = (SELECT id FROM person WHERE subject = '{person}')",
            self.roles[seat], ORGANIZATIONS[*org].slug
        );
        assert_eq!(self.app.database.change(&sql).await, 1);
    }

    /// Whether the person of a seat sees a project.
    fn sees(&self, seat: usize, project: &Project) -> bool {
        self.seats[seat].org == project.org
            && (!project.is_private || self.roles[seat] == Role::Owner || project.members.contains(&seat))
    }

    /// What an operation that needs at least `role` answers.
    fn expected(&self, by: usize, project: &Project, role: Role) -> Expected {
        if self.seats[by].org != project.org {
            return Expected::Missing;
        }
        // Rights come first: they do not depend on the project.
        if self.roles[by] < role {
            return Expected::Forbidden;
        }
        if self.sees(by, project) { Expected::Any } else { Expected::Missing }
    }

    /// Runs a sequence from the beginning and checks what people see.
    async fn run(&mut self, operations: &[Operation]) -> Result<(), TestCaseError> {
        self.projects.clear();
        for seat in 0..self.seats.len() {
            if self.roles[seat] != self.first_roles[seat] {
                self.roles[seat] = self.first_roles[seat];
                self.store_role(seat).await;
            }
        }
        let seats = self.seats.len();
        for (step, operation) in operations.iter().enumerate() {
            self.apply(operation).await?;
            // One person after each operation, and everybody at the end.
            self.check(step % seats..step % seats + 1, operation).await?;
        }
        self.check(0..seats, "the end").await?;
        self.check_search().await
    }

    async fn apply(&mut self, operation: &Operation) -> Result<(), TestCaseError> {
        let seats = self.seats.len();
        let at = |index: usize| if self.projects.is_empty() { None } else { Some(index % self.projects.len()) };
        match *operation {
            Operation::Create { by, org } => {
                let (by, org) = (by % seats, org % ORGANIZATIONS.len());
                if self.projects.iter().filter(|project| project.org == org).count() == PROJECTS {
                    return Ok(());
                }
                self.used += 1;
                let key = format!("V{}", self.used);
                let created =
                    self.seats[by].member.in_organization(ORGANIZATIONS[org]).create_project("Model", &key).await;
                let project = Project { org, key, is_private: false, members: BTreeSet::from([by]), tasks: 0 };
                self.expected(by, &project, Role::Member).check(&created)?;
                if created.is_ok() {
                    self.projects.push(project);
                }
            }
            Operation::SetPrivate { by, project, is_private } => {
                let Some(at) = at(project) else { return Ok(()) };
                let by = by % seats;
                let project = &self.projects[at];
                let done = self.at(by, project).set_private(is_private).await;
                self.expected(by, project, Role::Member).check(&done)?;
                if done.is_ok() {
                    self.projects[at].is_private = is_private;
                    // Who makes a project private becomes its member.
                    if is_private {
                        self.projects[at].members.insert(by);
                    }
                }
            }
            Operation::SetMember { by, project, member, is_member } => {
                let Some(at) = at(project) else { return Ok(()) };
                let (by, project) = (by % seats, &self.projects[at]);
                let colleagues: Vec<_> = (0..seats).filter(|seat| self.seats[*seat].org == project.org).collect();
                let member = colleagues[member % colleagues.len()];
                let person = person_id(&self.app, self.seats[member].person).await;
                let role = if is_member { "member" } else { "none" }.to_owned();
                let (org, key) = (ORGANIZATIONS[project.org].slug.to_owned(), project.key.clone());
                let done = self.seats[by].member.call(SetProjectMember { org, key, person, role }).await;
                self.expected(by, project, Role::Member).check(&done)?;
                if done.is_ok() {
                    let members = &mut self.projects[at].members;
                    if is_member {
                        members.insert(member)
                    } else {
                        members.remove(&member)
                    };
                }
            }
            Operation::AddTask { by, project } => {
                let Some(at) = at(project) else { return Ok(()) };
                let (by, project) = (by % seats, &self.projects[at]);
                let done = self.at(by, project).create_task("todo", &word(project)).await;
                self.expected(by, project, Role::Member).check(&done)?;
                if done.is_ok() {
                    self.projects[at].tasks += 1;
                }
            }
            Operation::MoveTask { by, project } => {
                let Some(at) = at(project) else { return Ok(()) };
                let (by, project) = (by % seats, &self.projects[at]);
                if project.tasks > 0 {
                    let done = self.at(by, project).task(1).move_to("done").await;
                    self.expected(by, project, Role::Member).check(&done)?;
                }
            }
            Operation::SetRole { member, role } => {
                // The owners stay: every organization has one.
                let member = member % seats;
                if self.roles[member] != Role::Owner {
                    self.roles[member] = [Role::Viewer, Role::Member, Role::Admin][role % 3];
                    self.store_role(member).await;
                }
            }
        }
        Ok(())
    }

    /// The project as the person of a seat reaches it, whether or not they are in its organization.
    fn at(&self, seat: usize, project: &Project) -> crate::support::Project {
        self.seats[seat].member.in_organization(ORGANIZATIONS[project.org]).project(&project.key)
    }

    /// Compares what the people of these seats see with the model.
    async fn check(&self, seats: Range<usize>, after: impl Debug) -> Result<(), TestCaseError> {
        for seat in seats {
            let shell = self.seats[seat].member.workspace().await.unwrap();
            let listed: BTreeSet<_> = shell.projects.iter().map(|project| project.key.to_string()).collect();
            for project in &self.projects {
                let (sees, person) = (self.sees(seat, project), self.seats[seat].person);
                prop_assert_eq!(
                    listed.contains(&project.key),
                    sees,
                    "{} lists {:?} after {:?}",
                    person,
                    project,
                    after
                );
                let board = self.at(seat, project).board().await;
                prop_assert_eq!(board.is_ok(), sees, "{} opens {:?} after {:?}", person, project, after);
                if let Ok(board) = board {
                    let tasks = board.columns.iter().map(|column| column.tasks.len()).sum::<usize>();
                    prop_assert_eq!(i64::try_from(tasks).unwrap(), project.tasks);
                }
            }
        }
        Ok(())
    }

    /// Searches as each person for a word that all tasks of the sequence have.
    async fn check_search(&self) -> Result<(), TestCaseError> {
        for seat in 0..self.seats.len() {
            let member = &self.seats[seat].member;
            for project in &self.projects {
                let count = if self.sees(seat, project) { project.tasks } else { 0 };
                let search = Search { org: member.org(), q: word(project), kind: "task".to_owned(), page: 0 };
                let found = member.call(search).await.unwrap();
                prop_assert_eq!(found.hits.len(), usize::try_from(count).unwrap(), "{:?} in {:?}", project, found);
            }
        }
        Ok(())
    }
}

/// Returns the title of a project's tasks, which no other project has.
fn word(project: &Project) -> String {
    format!("modelled{}x", project.key.to_lowercase())
}

/// What an operation answers, where the model says so.
#[derive(Clone, Copy, Debug)]
enum Expected {
    /// Success, or a refusal of what was typed.
    Any,
    Missing,
    Forbidden,
}

impl Expected {
    fn check<T: Debug>(self, outcome: &Outcome<T>) -> Result<(), TestCaseError> {
        let fits = matches!(
            (self, outcome),
            (Self::Any, Ok(_) | Err(AppError::Invalid { .. } | AppError::Conflict { .. }))
                | (Self::Missing, Err(AppError::NotFound | AppError::SignInRequired))
                | (Self::Forbidden, Err(AppError::Forbidden { .. }))
        );
        prop_assert!(fits, "{:?} instead of {:?}", outcome, self);
        Ok(())
    }
}

#[test]
fn everybody_sees_what_the_model_says() {
    let is_long = std::env::var_os("PROPTEST_CASES").is_some();
    let config = Config {
        cases: if is_long { Config::default().cases } else { CASES },
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
        source_file: Some(file!()),
        // Each step makes a hundred requests.
        max_shrink_iters: 200,
        ..Config::default()
    };
    let mut runner = if is_long {
        TestRunner::new(config)
    } else {
        TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let world = runtime.block_on(World::spawn());
    let world = std::cell::RefCell::new(world);
    let sequences = vec(operation(), OPERATIONS);
    runner
        .run(&sequences, |operations| {
            let mut world = world.borrow_mut();
            runtime.block_on(world.run(&operations))
        })
        .unwrap_or_else(|error| panic!("{error}"));
}
