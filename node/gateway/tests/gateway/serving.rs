use crate::common::{payload, refusal, refused, text, Image, Node, DEADLINE};
use reqwest::{header, Method};
use std::time::Duration;
use tokio::{io::AsyncReadExt, net::TcpStream, time::timeout};

#[tokio::test]
async fn health_and_unknown_routes_answer() {
    let node = Node::start().await;
    let answer = node.get("/suit/v1/health").await;
    assert_eq!(
        (answer.status().as_u16(), answer.text().await.unwrap().as_str()),
        (200, r#"{"status":"ok"}"#)
    );
    for path in ["/", "/ipfs/", "/suit/v2/payload/x", "/../../etc/passwd"] {
        assert_eq!(
            refused(node.get(path).await).await,
            refusal(404, "NoSuchRoute"),
            "{path}"
        );
    }
    let answer = node.request(Method::DELETE, "/ipfs/x", &[]).await;
    assert!(text(&answer, header::ALLOW).contains("PUT"));
    assert_eq!(refused(answer).await, refusal(405, "MethodNotAllowed"));
    assert_eq!(refused(node.get("/ipfs/%ff").await).await, refusal(400, "BadCid"));
}

#[tokio::test]
async fn a_page_in_a_browser_may_upload_and_download() {
    let node = Node::start().await;
    let answer = node
        .request(
            Method::OPTIONS,
            "/ipfs/x",
            &[(header::ORIGIN, "https://author.example")],
        )
        .await;
    assert_eq!(answer.status(), 204);
    assert_eq!(text(&answer, header::ACCESS_CONTROL_ALLOW_ORIGIN), "*");
    assert_eq!(text(&answer, header::ACCESS_CONTROL_ALLOW_METHODS), "GET, HEAD, PUT");
    assert!(text(&answer, header::ACCESS_CONTROL_ALLOW_HEADERS).contains("authorization"));
    let refusal = node.get("/ipfs/x").await;
    assert_eq!(
        text(&refusal, header::ACCESS_CONTROL_ALLOW_ORIGIN),
        "*",
        "a page can read why it was refused"
    );
}

#[tokio::test]
async fn shutdown_lets_a_running_download_end_and_takes_no_new_ones() {
    let image = Image::new(50, 16 * 1024 * 1024);
    let mut node = Node::with(|_, server| server.drain_time = DEADLINE).await;
    node.take(&image, true);
    let mut answer = node.get(&payload(&image)).await;
    let mut got = answer.chunk().await.unwrap().unwrap().to_vec();
    // A connection without a request must not hold up anything.
    let idle = TcpStream::connect(node.address).await.unwrap();
    node.stop.take().unwrap().send(()).unwrap();
    while let Some(piece) = answer.chunk().await.unwrap() {
        got.extend_from_slice(&piece);
    }
    assert!(got == image.bytes);
    drop(answer);
    timeout(DEADLINE, node.served)
        .await
        .expect("the server ends")
        .unwrap()
        .unwrap();
    drop(idle);
    assert!(TcpStream::connect(node.address).await.is_err());
}

#[tokio::test]
async fn shutdown_does_not_wait_for_ever() {
    let image = Image::new(51, 16 * 1024 * 1024);
    let mut node = Node::with(|_, server| server.drain_time = Duration::from_millis(50)).await;
    node.take(&image, true);
    let answer = node.get(&payload(&image)).await;
    node.stop.take().unwrap().send(()).unwrap();
    timeout(DEADLINE, node.served)
        .await
        .expect("the server ends")
        .unwrap()
        .unwrap();
    assert!(answer.bytes().await.is_err(), "what was cut off does not look whole");
}

#[tokio::test]
async fn a_connection_that_sends_no_request_is_closed() {
    let node = Node::with(|_, server| server.head_time = Duration::from_millis(50)).await;
    let mut stream = TcpStream::connect(node.address).await.unwrap();
    let mut rest = Vec::new();
    timeout(DEADLINE, stream.read_to_end(&mut rest))
        .await
        .expect("the gateway closes it")
        .unwrap();
}
