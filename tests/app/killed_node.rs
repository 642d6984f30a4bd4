//! Two nodes on one `PostgreSQL`, of which one is killed.

use chrono::TimeDelta;
use reqwest::Method;

use crate::support::{ABC, CAROL, Direct, Fault, JOE, Member, NEEDS_POSTGRES, Process, TestApp};

#[tokio::test]
#[ignore = "needs PostgreSQL"]
async fn the_other_node_goes_on_and_takes_the_work_over() {
    let app = TestApp::managing().await;
    assert!(matches!(app.database.direct(), Direct::Postgres { .. }), "{NEEDS_POSTGRES}");
    let process = Process::start(&app.database, &app.provider, app.management(), None).await;
    let at_process =
        |member: &Member| Member { browser: member.at(process.url.clone()), organization: member.organization };
    let (carol, joe) = (app.signed_in(CAROL, ABC).await, app.signed_in(JOE, ABC).await);
    carol.create_project("Nodes", "NODE").await.unwrap();
    let after = joe.project("NODE").board().await.unwrap().as_of;
    // Sessions and streams are those of both.
    let (mut here, mut there) = (joe.listen(after).await, at_process(&joe).listen(after).await);
    at_process(&carol).project("NODE").add("todo", "Made there").await;
    carol.project("NODE").add("todo", "Made here").await;
    for stream in [&mut here, &mut there] {
        for (number, task) in [(after + 1, 1), (after + 2, 2)] {
            let event = stream.event().await;
            assert_eq!((event.number, event.task), (number, Some(task)));
        }
    }
    // The node is killed while it holds a claim.
    app.management().fail((Method::POST, "/organizations/*/members/*/roles"), Fault::Silence, 1);
    let joes = app.database.id(&format!("SELECT id FROM person WHERE subject = '{JOE}'")).await.to_string();
    at_process(&carol).set_role(&joes, "admin").await.unwrap();
    app.management().fell_silent().await;
    process.kill();
    app.management().end_silence();
    assert_eq!(there.next().await, None);
    // The stream of this node gets everything once, and so does that of a browser that comes over.
    carol.project("NODE").add("todo", "Made afterwards").await;
    let mut came_over = joe.resume_listening(after + 2).await;
    for stream in [&mut here, &mut came_over] {
        let event = stream.event().await;
        assert_eq!((event.number, event.task), (after + 3, Some(3)));
    }
    // The work is taken over when the claim has ended.
    assert_eq!(app.count("provider_change").await, 1);
    app.clock.advance(TimeDelta::seconds(45));
    let is_done = async || {
        app.clock.advance(TimeDelta::seconds(1));
        (app.count("provider_change").await == 0).then_some(())
    };
    app.until(is_done).await;
    assert_eq!(app.management().roles(ABC.id, JOE).await, Some(vec!["admin".to_owned()]));
    assert_eq!(app.count("audit_log WHERE action = 'member.role'").await, 1);
}
