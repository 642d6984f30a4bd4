//! Exports the items that the integration tests use, under their paths inside the crate.
//!
//! The modules themselves are private, so that the compiler reports unused code. A test that needs another item adds it
//! here.

pub mod domain {
    pub mod board {
        pub use crate::domain::board::{Board, Column, RECENT};
    }
    pub mod errors {
        pub use crate::domain::errors::AppError;
    }
    pub mod ids {
        pub use crate::domain::ids::BrowserId;
    }
    pub mod inbox {
        pub use crate::domain::inbox::{InboxEntry, InboxTab, Reason};
    }
    pub mod list {
        pub use crate::domain::list::{GroupCount, Listing, Row};
    }
    pub mod live {
        pub use crate::domain::live::{ENDED, LiveEvent, PRESENCE, RESET, Viewers};
    }
    pub mod my_work {
        pub use crate::domain::my_work::{MyTasksFilter, MyWork, When};
    }
    pub mod organizations {
        pub use crate::domain::organizations::{OrganizationChoice, OrganizationShell, Picker};
        pub mod email_domains {
            pub use crate::domain::organizations::email_domains::{
                DomainDetails, DomainState, Domains, JoinMode, JoinRequest, Problem,
            };
        }
        pub mod joining {
            pub use crate::domain::organizations::joining::{JoinOffer, JoinState};
        }
        pub mod people {
            pub use crate::domain::organizations::people::{Invitation, InvitationState, People};
        }
        pub mod setup {
            pub use crate::domain::organizations::setup::{OrganizationSetup, SetupState};
        }
    }
    pub mod permissions {
        pub use crate::domain::permissions::{Permission, Role};
    }
    pub mod projects {
        pub use crate::domain::projects::StateCategory;
        pub mod overview {
            pub use crate::domain::projects::overview::Overview;
        }
        pub mod settings {
            pub use crate::domain::projects::settings::{ProjectRole, ProjectSettings};
        }
    }
    pub mod query {
        pub use crate::domain::query::Query;
    }
    pub mod saved_views {
        pub use crate::domain::saved_views::{Layout, SavedView};
    }
    pub mod search {
        pub use crate::domain::search::{Found, Hit, Marked, Subject};
    }
    pub mod tasks {
        pub use crate::domain::tasks::{Moved, TaskCard, TaskDetail};
        pub mod activity {
            pub use crate::domain::tasks::activity::{Comment, Entry};
        }
        pub mod event {
            pub use crate::domain::tasks::event::Event;
        }
        pub mod fields {
            pub use crate::domain::tasks::fields::{FieldChange, TaskFields};
        }
        pub mod filter {
            pub use crate::domain::tasks::filter::MatchContext;
        }
        pub mod relation {
            pub use crate::domain::tasks::relation::Relation;
        }
        pub mod links {
            pub use crate::domain::tasks::links::Links;
        }
        pub mod merge {
            pub use crate::domain::tasks::merge::{Choice, Merge, Part, compose};
        }
        pub mod priority {
            pub use crate::domain::tasks::priority::Priority;
        }
    }
    pub mod trash {
        pub use crate::domain::trash::{RemovedTask, Trash};
    }
}
pub mod idp {
    pub use crate::idp::{
        Api, AppType, Client, ClientGrant, Config, ConnectionId, Error, Idp, JoinCondition, JoinRuleError, Mode,
        NewIssuer, OrganizationId, OrganizationRequireBehavior, OrganizationUsage, PasswordCost, SmtpConfig,
        management_permissions,
    };
}
pub mod kernel {
    pub mod client_address {
        pub use crate::kernel::client_address::{NetworkList, TrustedProxies};
    }
    pub mod clock {
        pub use crate::kernel::clock::Clock;
    }
    pub mod cookies {
        pub use crate::kernel::cookies::{HostCookie, drop_disguised_names};
    }
    pub mod database {
        pub use crate::kernel::database::{Durability, Pools};
    }
    pub mod random {
        pub use crate::kernel::random::Random;
    }
    pub mod sealer {
        pub use crate::kernel::sealer::{SealedText, Sealer};
    }
}
pub mod serve {
    pub use crate::serve::{Server, StartError, back_up, demo, move_to_postgres, provider_roles, read_config, restore};
}
pub mod server {
    pub mod auth {
        pub mod jws_header {
            pub use crate::server::auth::jws_header::parse;
        }
        pub mod return_path {
            pub use crate::server::auth::return_path::ReturnPath;
        }
    }
    pub mod access {
        pub use crate::server::access::{OrgContext, from_seat};
    }
    pub mod fair_queue {
        pub use crate::server::fair_queue::SlotKind;
    }
    pub mod config {
        pub use crate::server::config::{
            BuiltIn, BuiltInHttps, Config, ConnectionLimits, ManagementConfig, ProviderConfig,
        };
    }
    pub mod db {
        pub use crate::server::db::{Db, OpenError};
    }
    pub mod error {
        pub use crate::server::error::Error;
    }
    pub mod http {
        pub mod router {
            pub use crate::server::http::router::router;
        }
    }
    pub mod seed {
        pub use crate::server::seed::{Scale, SeedError, demo, project, scale, workspaces};
        pub mod demo_data {
            pub use crate::server::seed::demo_data::{ORGANIZATIONS, PEOPLE, Person};
        }
    }
    pub mod services {
        pub mod markdown {
            pub use crate::server::services::markdown::{Names, ProjectKeys, TAGS, html, mentions, plain};
        }
        pub mod text_merge {
            pub use crate::server::services::text_merge::text;
        }
        pub mod inbox {
            pub use crate::server::services::inbox::mark_all_read;
        }
        pub mod members {
            pub use crate::server::services::members::{leave, remove};
        }
        pub mod projects {
            pub use crate::server::services::projects::create;
        }
        pub mod reminders {
            pub use crate::server::services::reminders::remind;
        }
        pub mod search {
            pub use crate::server::services::search::index::catch_up;
        }
        pub mod trash {
            pub use crate::server::services::trash::purge_due;
        }
    }
}
pub mod web {
    pub mod board {
        pub mod board_state {
            pub use crate::web::board::board_state::BoardState;
        }
    }
    pub mod inbox {
        pub mod functions {
            pub use crate::web::inbox::functions::{ArchiveNews, CountUnread, GetInbox, MarkAllRead, MarkRead, Snooze};
        }
    }
    pub mod my_work {
        pub mod functions {
            pub use crate::web::my_work::functions::GetMyWork;
        }
    }
    pub mod organization {
        pub mod functions {
            pub use crate::web::organization::functions::{GetOrganizationShell, ListOrganizations};
        }
    }
    pub mod organizations {
        pub mod domains {
            pub mod functions {
                pub use crate::web::organizations::domains::functions::{
                    AddDomain, ApproveJoinRequest, ChangeDomain, CheckDomain, CountJoinRequests, DeclineJoinRequest,
                    GetDomain, GetDomains, GetJoinRequests, RemoveDomain,
                };
            }
        }
        pub mod joining {
            pub mod functions {
                pub use crate::web::organizations::joining::functions::{AskToJoin, GetJoinOffer, JoinOrganization};
            }
        }
        pub mod members {
            pub mod functions {
                pub use crate::web::organizations::members::functions::{
                    AcceptInvitation, GetPeople, InvitePeople, LeaveOrganization, ListPendingInvitations, RemoveMember,
                    ResendInvitation, RevokeInvitation, SetMemberRole,
                };
            }
        }
        pub mod setup {
            pub mod functions {
                pub use crate::web::organizations::setup::functions::{
                    CancelSetup, CreateOrganization, GetSetup, RetrySetup,
                };
            }
        }
    }
    pub mod projects {
        pub mod functions {
            pub use crate::web::projects::functions::{CreateProject, GetBoard, GetList, GetMatching};
        }
        pub mod overview {
            pub mod functions {
                pub use crate::web::projects::overview::functions::GetOverview;
            }
        }
        pub mod settings {
            pub mod functions {
                pub use crate::web::projects::settings::functions::{
                    DescribeProject, GetProjectSettings, GetTransitions, MoveState, RemoveLabel, RemoveState,
                    SaveLabel, SaveState, SetProjectArchived, SetProjectClosed, SetProjectFavourite, SetProjectMember,
                    SetTransitions,
                };
            }
        }
    }
    pub mod saved_views {
        pub mod functions {
            pub use crate::web::saved_views::functions::{ChangeView, DeleteView, SaveView};
        }
    }
    pub mod search {
        pub mod functions {
            pub use crate::web::search::functions::Search;
        }
    }
    pub mod tasks {
        pub mod functions {
            pub use crate::web::tasks::functions::{
                AddComment, CompareTask, CreateTask, DeleteComment, EditComment, EditTasks, GetActivity,
                GetCommentHistory, GetTask, MergeTask, MoveTask, React, Undo, UpdateTask,
            };
        }
        pub mod link_functions {
            pub use crate::web::tasks::link_functions::{AddRelation, AddSubtask, RemoveRelation, SetWatching};
        }
    }
    pub mod trash {
        pub mod functions {
            pub use crate::web::trash::functions::{GetTrash, PurgeTask};
        }
    }
}
