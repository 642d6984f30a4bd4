//! The argument structs of the server functions that tests call. No other test file imports from their modules.

pub use tessera::testing::web::{
    inbox::functions::{ArchiveNews, CountUnread, GetInbox, MarkAllRead, MarkRead, Snooze},
    my_work::functions::GetMyWork,
    organization::functions::{GetOrganizationShell, ListOrganizations},
    organizations::{
        domains::functions::{
            AddDomain, ApproveJoinRequest, ChangeDomain, CheckDomain, CountJoinRequests, DeclineJoinRequest, GetDomain,
            GetDomains, GetJoinRequests, RemoveDomain,
        },
        joining::functions::{AskToJoin, GetJoinOffer, JoinOrganization},
        members::functions::{
            AcceptInvitation, GetPeople, InvitePeople, LeaveOrganization, ListPendingInvitations, RemoveMember,
            ResendInvitation, RevokeInvitation, SetMemberRole,
        },
        setup::functions::{CancelSetup, CreateOrganization, GetSetup, RetrySetup},
    },
    projects::{
        functions::{CreateProject, GetBoard, GetList, GetMatching},
        overview::functions::GetOverview,
        settings::functions::{
            DescribeProject, GetProjectSettings, GetTransitions, MoveState, RemoveLabel, RemoveState, SaveLabel,
            SaveState, SetProjectArchived, SetProjectClosed, SetProjectFavourite, SetProjectMember, SetTransitions,
        },
    },
    saved_views::functions::{ChangeView, DeleteView, SaveView},
    search::functions::Search,
    tasks::{
        functions::{
            AddComment, CompareTask, CreateTask, DeleteComment, EditComment, EditTasks, GetActivity, GetCommentHistory,
            GetTask, MergeTask, MoveTask, React, Undo, UpdateTask,
        },
        link_functions::{AddRelation, AddSubtask, RemoveRelation, SetWatching},
    },
    trash::functions::{GetTrash, PurgeTask},
};
