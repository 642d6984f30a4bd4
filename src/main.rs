//! The command `tessera`.

// As in the library: a page is one type, and deep.
#![recursion_limit = "512"]

use std::{process::ExitCode, time::Duration};

use clap::{Parser, Subcommand};
use tessera::{
    domain::keys::ProjectKey,
    idp::NewPassword,
    kernel::{clock::Clock, random::Random},
    serve::{Certificate, Server, open_provider, read_config},
    server::{
        config::{BuiltIn, Config},
        db::Db,
        seed::{self, demo_data},
    },
};
use tokio::runtime;

/// A page is made of thousands of small strings; this allocator makes them quicker than the system's.
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
        /// With TLS, and a certificate of this machine's own.
        #[arg(long)]
        https: bool,
    },
    /// Bring the database up to date and stop.
    Migrate,
    /// Add a project with many tasks to an organization, for measuring.
    Seed {
        /// The organization's name in addresses.
        #[arg(long, default_value = "abc-inc")]
        organization: String,
        /// The new project's key.
        #[arg(long)]
        project: ProjectKey,
        /// How many tasks it gets.
        #[arg(long, default_value_t = 300)]
        tasks: usize,
    },
    /// Add many organizations that a demo person owns, for measuring. The provider does not know them.
    SeedWorkspaces {
        /// The person's address.
        #[arg(long, default_value = "nina@example.com")]
        person: String,
        #[arg(long, default_value_t = 500)]
        count: usize,
    },
    /// Let the built-in provider sign with its next key, and print the key's name. A provider that runs notices by itself.
    RotateKeys,
    /// Give the administrator of the built-in provider's console a new password, and print it.
    ResetAdministrator,
    /// Invite somebody into an organization of the built-in provider, and print the link.
    Invite {
        /// The organization's name in addresses.
        organization: String,
        /// Whom to invite.
        email: String,
        /// viewer, member, admin or owner.
        #[arg(long, default_value = "member")]
        role: tessera::domain::permissions::Role,
        /// Who invites, as the invitation says.
        #[arg(long, default_value = "Tessera")]
        inviter: String,
    },
}

/// How long a thread for blocking work, such as hashing a password, waits for more. The allocator gives back what such a
/// thread has freed (19 MiB for a password) when the thread ends a second later or more, and else not while nothing happens.
const BLOCKING_THREAD_WAITS: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    _ = dotenvy::dotenv();
    let filter = std::env::var("LOG").unwrap_or_else(|_| "tessera=info,warn".to_owned());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let command = Command::parse();
    let runtime = runtime::Builder::new_multi_thread().enable_all().thread_keep_alive(BLOCKING_THREAD_WAITS).build();
    let done = runtime.map_err(Into::into).and_then(|runtime| runtime.block_on(run(command)));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tessera: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<(), Box<dyn std::error::Error>> {
    let action = command.action.unwrap_or(Action::Serve { https: false });
    let wants_https = matches!(action, Action::Serve { https: true });
    let config =
        read_config(
            |name| {
                if name == "HTTPS" && wants_https { Some("true".to_owned()) } else { std::env::var(name).ok() }
            },
        )?;
    let (clock, random) = (Clock::system(), Random::system());
    match action {
        Action::Serve { .. } => {
            let server = Server::start(config.clone(), clock, random).await?;
            println!("{}", welcome(&config, server.certificate.as_ref()));
            if let Some(administrator) = &server.administrator {
                println!("{}", introduce(administrator));
            }
            server.run_until(stop_signal()).await;
        }
        Action::Migrate => Db::open(&config.database_url).await?.close().await,
        Action::Seed { organization, project, tasks } => {
            let db = Db::open(&config.database_url).await?;
            if config.built_in.is_some() {
                seed::demo(&db, &clock, &random, config.provider.issuer.as_str()).await?;
            }
            seed::project(&db, &clock, &random, &organization, &project, tasks).await?;
            db.close().await;
            println!("Added {project} with {tasks} tasks to {organization}.");
        }
        Action::SeedWorkspaces { person, count } => {
            let db = Db::open(&config.database_url).await?;
            seed::workspaces(&db, &clock, &random, config.provider.issuer.as_str(), &person, count).await?;
            db.close().await;
            println!("Added {count} workspaces of {person}.");
        }
        Action::RotateKeys => {
            let idp = open_provider(&config, built_in(&config)?, clock, random).await?;
            println!("{}", idp.rotate_keys().await?);
        }
        Action::ResetAdministrator => {
            let idp = open_provider(&config, built_in(&config)?, clock, random).await?;
            println!("{}", introduce(&idp.reset_administrator().await?));
        }
        Action::Invite { organization, email, role, inviter } => {
            let idp = open_provider(&config, built_in(&config)?, clock, random).await?;
            let invitation = idp.invite(&organization, &email, &inviter, &[role.as_str()]).await?;
            println!("{}", invitation.url);
        }
    }
    Ok(())
}

fn built_in(config: &Config) -> Result<&BuiltIn, &'static str> {
    config.built_in.as_ref().ok_or("Only the built-in provider can be asked like this.")
}

/// The console's administrator, whose password is shown this once.
fn introduce(administrator: &NewPassword) -> String {
    format!(
        "The provider’s console is at {}\n  name {}, password {}\nThe password is not shown again. For another: tessera \
         reset-administrator\n",
        administrator.url, administrator.name, administrator.password
    )
}

/// What the terminal says once everything listens.
fn welcome(config: &Config, certificate: Option<&Certificate>) -> String {
    let trust = certificate.map_or_else(String::new, |certificate| {
        format!("Its certificate, for NODE_EXTRA_CA_CERTS or curl --cacert, is {}\n", certificate.file.display())
    });
    let here = format!("\nTessera is at {}\n{trust}", config.base_url);
    if config.built_in.is_none() {
        return here;
    }
    let second = config.built_in.as_ref().and_then(|built_in| built_in.https.as_ref());
    let issuers = match second {
        Some(https) => format!("{} and {}", config.provider.issuer, https.issuer),
        None => config.provider.issuer.to_string(),
    };
    let people: Vec<_> =
        demo_data::PEOPLE.iter().map(|person| format!("  {:<20} {}", person.email, roles(person))).collect();
    format!(
        "{here}Sign-in is by the built-in provider at {issuers}\n\nDemo people, password {}:\n{}\n",
        demo_data::PASSWORD,
        people.join("\n")
    )
}

fn roles(person: &demo_data::Person) -> String {
    let roles: Vec<_> = person.memberships.iter().map(|(name, role)| format!("{role} of {name}")).collect();
    if roles.is_empty() { "no organization yet".to_owned() } else { roles.join(", ") }
}

/// Ctrl-C, or what a service manager sends.
async fn stop_signal() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
        if let Ok(mut terminate) = terminate {
            tokio::select! { _ = interrupt => {}, _ = terminate.recv() => {} }
            return;
        }
    }
    _ = interrupt.await;
}
