//! The command-line program `tessera`.

// As in the library: the type of a Leptos page is deeply nested.
#![recursion_limit = "512"]

use std::{collections::BTreeMap, io::IsTerminal as _, path::PathBuf, process::ExitCode, time::Duration};

use clap::{Parser, Subcommand};
use tessera::{
    BuiltIn, Certificate, Clock, Config, DEMO_PASSWORD, Db, NewPassword, ProjectKey, Random, Role, Server, back_up,
    forget_secrets, has_colours, log_fields, move_to_postgres, open_provider, read_config, restore, restrict_new_files,
    seed::{self, demo_data},
};
use tokio::runtime;

/// Rendering a page allocates thousands of small strings. This allocator is faster at that than the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Project management for many companies, each in a workspace of its own.
#[derive(Debug, Parser)]
#[command(name = "tessera", version)]
struct Command {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Serve the application, and the built-in identity provider when no other is configured (the default).
    Serve {
        /// Serve over TLS with a self-signed certificate.
        #[arg(long)]
        https: bool,
    },
    /// Migrate the database and exit.
    Migrate,
    /// Add a project with many tasks to an organization, for benchmarks.
    Seed {
        /// The organization's name in URLs.
        #[arg(long, default_value = "abc-inc")]
        organization: String,
        /// The new project's key.
        #[arg(long)]
        project: ProjectKey,
        /// The number of tasks.
        #[arg(long, default_value_t = 300)]
        tasks: usize,
    },
    /// Add many organizations that a demo person owns, for benchmarks. They do not exist at the provider.
    SeedWorkspaces {
        /// The person's email address.
        #[arg(long, default_value = "nina@example.com")]
        person: String,
        #[arg(long, default_value_t = 500)]
        count: usize,
    },
    /// Add many organizations, projects, tasks and comments with skewed sizes, for benchmarks. The new organizations do not
    /// exist at the provider. Start from a database without such data.
    SeedScale(seed::Scale),
    /// Write all data of the application and of the built-in provider into a file. The server may be running.
    Backup {
        /// The file to write. Anyone who can read the file can read everything except sealed values.
        file: PathBuf,
        /// Replace the file if it exists.
        #[arg(long)]
        force: bool,
    },
    /// Fill the configured databases, which must be empty, from a file of `tessera backup`.
    Restore {
        /// The file to read.
        file: PathBuf,
    },
    /// Copy SQLite databases into the configured `PostgreSQL` databases, which must be empty. Stop the server first.
    MoveToPostgres {
        /// The address of the application's SQLite database [default: tessera.db in `DATA_DIR`].
        #[arg(long)]
        from: Option<String>,
        /// The address of the built-in provider's SQLite database [default: idp.db in `DATA_DIR`].
        #[arg(long)]
        from_provider: Option<String>,
    },
    /// Rotate the built-in provider's signing key and print the new key's id. A running provider picks it up.
    RotateKeys,
    /// Remove what a lost `SESSION_SECRET` sealed in the built-in provider: its signing keys, so that everyone must sign in
    /// again, kept mails, the links of open invitations, and the secrets of connections to other issuers.
    ForgetSecrets,
    /// Reset the password of the administrator of the built-in provider's console, and print it.
    ResetAdministrator,
    /// Invite a person to an organization of the built-in provider, and print the link.
    Invite {
        /// The organization's name in URLs.
        organization: String,
        /// The email address to invite.
        email: String,
        /// The role: viewer, member, admin or owner.
        #[arg(long, default_value = "member", value_parser = role)]
        role: Role,
        /// The name of the inviter in the invitation.
        #[arg(long, default_value = "Tessera")]
        inviter: String,
    },
}

/// How long an idle thread for blocking work is kept. In an idle process, the allocator returns the memory that it freed (19
/// MiB for a password) only if the thread ends, and ends at least a second after freeing it.
const BLOCKING_THREAD_KEEP_ALIVE: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    restrict_new_files();
    _ = dotenvy::dotenv();
    let filter = std::env::var("LOG").unwrap_or_else(|_| "tessera=info,warn".to_owned());
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .fmt_fields(log_fields())
        .with_ansi(has_colours(std::io::stderr().is_terminal(), std::env::var_os("NO_COLOR").as_deref()))
        .with_writer(std::io::stderr)
        // It would be told on the standard error, too, and a request would panic because the log's disk is full.
        .log_internal_errors(false)
        .init();
    let command = Command::parse();
    let runtime =
        runtime::Builder::new_multi_thread().enable_all().thread_keep_alive(BLOCKING_THREAD_KEEP_ALIVE).build();
    let result = runtime.map_err(Into::into).and_then(|runtime| runtime.block_on(run(command)));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tessera: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<(), Box<dyn std::error::Error>> {
    let action = command.action.unwrap_or(Action::Serve { https: false });
    let is_https = matches!(action, Action::Serve { https: true });
    let mut variables: BTreeMap<_, _> =
        std::env::vars_os().filter_map(|(name, value)| name.into_string().ok().zip(value.into_string().ok())).collect();
    if is_https {
        variables.insert("HTTPS".to_owned(), "true".to_owned());
    }
    let config = read_config(&variables)?;
    let (clock, random) = (Clock::system(), Random::system());
    match action {
        Action::Serve { .. } => {
            let server = Server::start(config.clone(), clock, random).await?;
            println!("{}", startup_message(&config, server.certificate.as_ref()));
            if let Some(administrator) = &server.administrator {
                println!("{}", administrator_message(administrator));
                if let Some(built_in) = config.built_in.as_ref().filter(|built_in| !built_in.is_demo) {
                    println!("{}", first_steps(&config, built_in));
                }
            }
            server.run_until(stop_signal()).await;
        }
        Action::Migrate => open_database(&config).await?.close().await,
        Action::Seed { organization, project, tasks } => {
            let db = open_database(&config).await?;
            if config.is_demo() {
                seed::demo(&db, &clock, &random, config.provider.issuer.as_str()).await?;
            }
            seed::project(&db, &clock, &random, &organization, &project, tasks).await?;
            db.close().await;
            println!("Added {project} with {tasks} tasks to {organization}.");
        }
        Action::SeedWorkspaces { person, count } => {
            let db = open_database(&config).await?;
            seed::workspaces(&db, &clock, &random, config.provider.issuer.as_str(), &person, count).await?;
            db.close().await;
            println!("Added {count} workspaces of {person}.");
        }
        Action::SeedScale(size) => {
            let db = open_database(&config).await?;
            if config.is_demo() {
                seed::demo(&db, &clock, &random, config.provider.issuer.as_str()).await?;
            }
            seed::scale(&db, &clock, config.provider.issuer.as_str(), &size).await?;
            db.close().await;
            println!("Added {} tasks and {} comments.", size.tasks, size.comments);
        }
        Action::Backup { file, force } => {
            let report = unless_stopped(back_up(&config, &file, force)).await?;
            println!("Wrote {} rows of {} tables to {}.", report.rows, report.tables, file.display());
        }
        Action::Restore { file } => println!("{}", unless_stopped(restore(&config, &file)).await?),
        Action::MoveToPostgres { from, from_provider } => {
            println!("{}", unless_stopped(move_to_postgres(&config, from, from_provider)).await?);
        }
        Action::RotateKeys => {
            let idp = open_provider(&config, built_in(&config)?, clock, random).await?;
            println!("{}", idp.rotate_keys().await?);
        }
        Action::ForgetSecrets => {
            forget_secrets(built_in(&config)?, &random).await?;
            println!(
                "Removed. The next start makes new signing keys. Enter the secrets of connections to other issuers again, \
                 and send open invitations again."
            );
        }
        Action::ResetAdministrator => {
            let idp = open_provider(&config, built_in(&config)?, clock, random).await?;
            println!("{}", administrator_message(&idp.reset_administrator().await?));
        }
        Action::Invite { organization, email, role, inviter } => {
            let idp = open_provider(&config, built_in(&config)?, clock, random).await?;
            let invitation = idp.invite(&organization, &email, &inviter, &[role.as_str()]).await?;
            println!("{}", invitation.url);
        }
    }
    Ok(())
}

async fn open_database(config: &Config) -> Result<Db, Box<dyn std::error::Error>> {
    Ok(Db::open_with(&config.database_url, config.migration_database_url.as_deref(), config.durability).await?)
}

fn built_in(config: &Config) -> Result<&BuiltIn, &'static str> {
    config.built_in.as_ref().ok_or("This command needs the built-in identity provider.")
}

/// Returns the text with the administrator's new password, which is printed only once.
fn administrator_message(administrator: &NewPassword) -> String {
    format!(
        "The provider’s console is at {}\n  name {}, password {}\nThe password is not shown again. For another: tessera \
         reset-administrator\n",
        administrator.url, administrator.name, administrator.password
    )
}

/// Returns the text that is printed when the server has started.
fn startup_message(config: &Config, certificate: Option<&Certificate>) -> String {
    let trust = certificate.map_or_else(String::new, |certificate| {
        format!("Its certificate, for NODE_EXTRA_CA_CERTS or curl --cacert, is {}\n", certificate.file.display())
    });
    let address = format!("\nTessera is at {}\n{trust}", config.base_url);
    if config.built_in.is_none() {
        return address;
    }
    let second = config.built_in.as_ref().and_then(|built_in| built_in.https.as_ref());
    let issuers = match second {
        Some(https) => format!("{} and {}", config.provider.issuer, https.issuer),
        None => config.provider.issuer.to_string(),
    };
    let address = format!("{address}Sign-in is by the built-in provider at {issuers}\n");
    if !config.is_demo() {
        return address;
    }
    let people: Vec<_> =
        demo_data::PEOPLE.iter().map(|person| format!("  {:<20} {}", person.email, roles(person))).collect();
    format!("{address}\nDemo people, password {DEMO_PASSWORD}:\n{}\n", people.join("\n"))
}

/// Returns the text that leads from the first start to a workspace with an owner.
fn first_steps(config: &Config, built_in: &BuiltIn) -> String {
    let mail = match built_in.mail {
        Some(_) => "Follow the link in the mail.".to_owned(),
        None => format!(
            "Follow the link in the mail. IDP_SMTP_URL is not set, so it is only at {}mailbox, for the administrator.",
            config.provider.issuer
        ),
    };
    format!(
        "The first steps:\n  1. Sign up at {}login with your email address.\n  2. {mail}\n  3. Name your company. You are \
         the owner of its workspace.\n",
        config.base_url
    )
}

/// Parses the name of a role.
fn role(text: &str) -> Result<Role, &'static str> {
    text.parse().map_err(|_| "use viewer, member, admin or owner")
}

fn roles(person: &demo_data::Person) -> String {
    let roles: Vec<_> = person.memberships.iter().map(|(name, role)| format!("{role} of {name}")).collect();
    if roles.is_empty() { "no organization yet".to_owned() } else { roles.join(", ") }
}

/// Runs `work`. If the process is asked to stop meanwhile, what the work has begun is undone.
async fn unless_stopped<T, E: std::error::Error + 'static>(
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, Box<dyn std::error::Error>> {
    tokio::select! {
        result = work => Ok(result?),
        () = stop_signal() => Err("Stopped before the end. Run the command again.".into()),
    }
}

/// Waits for Ctrl-C or SIGTERM.
async fn stop_signal() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        if let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            tokio::select! { _ = interrupt => {}, _ = terminate.recv() => {} }
            return;
        }
    }
    _ = interrupt.await;
}
