//! Plain pages: on whose clock they tell the time, and what they keep of a form that was refused.

use crate::http;
use crate::server::TestServer;

const PASSWORD: &str = "correct horse battery";

/// Somebody called Ana with a password, by her cookie.
async fn ana(server: &TestServer) -> String {
    let guest = http::post(server, "/name", &[], "name=Ana").await.cookie();
    let form = format!("password={PASSWORD}&password_again={PASSWORD}");
    http::post(server, "/account/keep", &[("cookie", &guest)], &form).await.cookie()
}

/// The first time of a clock in a page, in minutes.
fn clock(page: &str) -> u32 {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let at = page.match_indices(':').map(|(at, _)| at).find(|at| {
        let (hour, minute) = (page.get(at - 2..*at), page.get(at + 1..at + 3));
        hour.is_some_and(digits) && minute.is_some_and(digits)
    });
    let at = at.expect("a clock");
    page[at - 2..at].parse::<u32>().unwrap() * 60 + page[at + 1..at + 3].parse::<u32>().unwrap()
}

#[tokio::test]
async fn times_are_told_on_the_clock_that_the_page_has_named() {
    let server = TestServer::start().await;
    let ana = ana(&server).await;
    let mut clocks = Vec::new();
    for zone in ["0", "-180", "345"] {
        let page = http::get(&server, "/account", &[("cookie", &format!("{ana}; cm_zone={zone}"))]).await;
        clocks.push(i64::from(clock(page.body.split("id=\"sessions\"").nth(1).unwrap())));
    }
    // Between two pages a minute may pass.
    for (clock, minutes) in [(clocks[1], -180), (clocks[2], 345)] {
        assert!([0, 1].contains(&(clock - clocks[0] - minutes).rem_euclid(1_440)), "{clocks:?}");
    }
    let page = http::get(&server, "/r/lobby", &[("cookie", "cm_zone=-180")]).await;
    assert!(
        page.body.contains("\"utcOffset\":-180") || page.body.contains("\"utc_offset\":-180"),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn a_wrong_password_keeps_the_name_and_says_so_at_its_field() {
    let server = TestServer::start().await;
    ana(&server).await;
    let answer = http::post(&server, "/sign-in", &[], "name=%C3%81na+%3C&password=wrong+wrong").await;
    assert_eq!((answer.status, answer.location()), (303, "/sign-in?refused=wrong_password"));
    let page = http::get(&server, answer.location(), &[("cookie", &answer.cookie())]).await.body;
    assert!(page.contains("value=\"Ána &lt;\""), "{page}");
    assert!(page.contains("id=\"password-wrong\"") && page.contains("aria-invalid=\"true\""), "{page}");
    assert!(!page.contains("role=\"alert\""), "told once");
    assert!(!page.contains("wrong wrong"));
}

#[tokio::test]
async fn what_is_wrong_with_an_account_form_stands_at_its_field() {
    let server = TestServer::start().await;
    let ana = ana(&server).await;
    http::post(&server, "/name", &[], "name=Bia").await;
    for (path, form, field) in [
        ("/name", "name=Bia&next=/account".to_owned(), "name"),
        (
            "/account/password",
            format!("today=wrong+wrong&password={PASSWORD}x&password_again={PASSWORD}x"),
            "today",
        ),
        ("/account/password", format!("today={PASSWORD}&password=abc&password_again=abc"), "password"),
        (
            "/account/password",
            format!("today={PASSWORD}&password={PASSWORD}x&password_again=y"),
            "password_again",
        ),
        ("/account/delete", "messages=kept&password=wrong+wrong".to_owned(), "goodbye-password"),
    ] {
        let answer = http::post(&server, path, &[("cookie", &ana)], &form).await;
        assert_eq!(answer.status, 303, "{form}");
        let tried = answer.header("set-cookie").map_or(String::new(), |_| answer.cookie());
        let cookies = format!("{ana}; {tried}");
        let page = http::get(&server, answer.location(), &[("cookie", &cookies)]).await.body;
        assert!(page.contains(&format!("id=\"{field}-wrong\"")), "{form}: {page}");
        assert_eq!(page.matches("aria-invalid=\"true\"").count(), 1, "{form}");
        assert!(!page.contains("notice--danger"), "{form}: not above the page as well");
    }
}
