use crate::common::{payload, refusal, refused, text, until, Image, Node, DEADLINE};
use chunks::{store::Status, MAX_BLOCK};
use reqwest::{header, Method};
use serde_json::Value;
use std::{sync::atomic::Ordering, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

/// Sends what a client library would not, and returns the answer's text up to the end of the connection.
async fn raw(node: &Node, request: &[u8]) -> (TcpStream, String) {
    let mut stream = TcpStream::connect(node.address).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    let mut buffer = [0; 4096];
    while !answer.ends_with(b"}") {
        let read = timeout(DEADLINE, stream.read(&mut buffer)).await.unwrap().unwrap();
        if read == 0 {
            break;
        }
        answer.extend_from_slice(&buffer[..read]);
    }
    (stream, String::from_utf8(answer).unwrap())
}

#[tokio::test]
async fn a_published_image_is_uploaded_block_by_block_and_then_served() {
    let node = Node::start().await;
    let image = Image::new(1, 900_000);
    node.chain.publish(&image, true);
    for (cid, block) in &image.blocks {
        assert_eq!(node.put(cid, block).await.status(), 201);
    }
    for (cid, block) in &image.blocks {
        assert_eq!(node.put(cid, block).await.status(), 200, "an upload is idempotent");
    }
    assert_eq!(node.store.status(&image.root), Status::Complete { size: 900_000 });
    assert_eq!(node.get(&payload(&image)).await.bytes().await.unwrap(), image.bytes);
}

#[tokio::test]
async fn an_image_of_one_leaf_is_uploaded() {
    let node = Node::start().await;
    let image = Image::new(2, 1000);
    node.chain.publish(&image, true);
    assert_eq!(node.put(&image.root, &image.bytes).await.status(), 201);
    assert_eq!(node.get(&payload(&image)).await.bytes().await.unwrap(), image.bytes);
}

#[tokio::test]
async fn a_block_that_nobody_asked_for_is_refused_and_leaves_no_trace() {
    let node = Node::start().await;
    let image = Image::new(3, 600_000);
    for (cid, block) in &image.blocks {
        assert_eq!(refused(node.put(cid, block).await).await, refusal(403, "NotAskedFor"));
        assert!(!node.store.has(cid));
    }
    assert_eq!(node.store.roots(), []);
    // A leaf of a published image is asked for only when its parent is there.
    node.chain.publish(&image, true);
    let (leaf, block) = &image.blocks[1];
    assert_eq!(refused(node.put(leaf, block).await).await, refusal(403, "NotAskedFor"));
    assert_eq!(node.put(&image.root, &image.blocks[0].1).await.status(), 201);
    assert_eq!(node.put(leaf, block).await.status(), 201);
}

#[tokio::test]
async fn what_is_not_asked_for_is_refused_before_it_is_sent() {
    let node = Node::start().await;
    let image = Image::new(4, 1000);
    let head = format!(
        "PUT /ipfs/{} HTTP/1.1\r\nHost: node\r\nExpect: 100-continue\r\nContent-Length: 1000\r\n\r\n",
        image.root
    );
    let (_stream, answer) = raw(&node, head.as_bytes()).await;
    assert!(
        answer.starts_with("HTTP/1.1 403") && answer.contains("NotAskedFor"),
        "{answer}"
    );
}

#[tokio::test]
async fn an_oversized_block_is_refused_by_its_announced_length_and_by_its_true_one() {
    let node = Node::start().await;
    let image = Image::new(5, 1000);
    node.chain.publish(&image, true);
    let cid = image.root;
    let head = format!(
        "PUT /ipfs/{cid} HTTP/1.1\r\nHost: node\r\nContent-Length: {}\r\n\r\n",
        MAX_BLOCK + 1
    );
    let (_stream, answer) = raw(&node, head.as_bytes()).await;
    assert!(
        answer.starts_with("HTTP/1.1 413") && answer.contains("TooLarge"),
        "{answer}"
    );

    assert_eq!(
        refused(node.put(&cid, &vec![0; 2 * MAX_BLOCK]).await).await,
        refusal(413, "TooLarge")
    );

    let mut unannounced = format!(
        "PUT /ipfs/{cid} HTTP/1.1\r\nHost: node\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n",
        MAX_BLOCK + 1
    )
    .into_bytes();
    unannounced.resize(unannounced.len() + MAX_BLOCK + 1, 0);
    let (_stream, answer) = raw(&node, &unannounced).await;
    assert!(
        answer.starts_with("HTTP/1.1 413") && answer.contains("TooLarge"),
        "{answer}"
    );
    assert!(!node.store.has(&cid));
}

#[tokio::test]
async fn bytes_that_do_not_hash_to_the_cid_are_refused_and_the_right_ones_still_taken() {
    let node = Node::start().await;
    let image = Image::new(6, 1000);
    node.chain.publish(&image, true);
    let mut wrong = image.bytes.clone();
    wrong[500] ^= 1;
    assert_eq!(
        refused(node.put(&image.root, &wrong).await).await,
        refusal(400, "HashMismatch")
    );
    assert_eq!(
        refused(node.put(&image.root, &image.bytes[1..]).await).await,
        refusal(400, "HashMismatch")
    );
    assert!(!node.store.has(&image.root));
    assert_eq!(node.put(&image.root, &image.bytes).await.status(), 201);
}

#[tokio::test]
async fn an_image_of_another_size_than_announced_is_refused() {
    let node = Node::start().await;
    let (large, small) = (Image::new(7, 600_000), Image::new(8, 600_000));
    node.chain.publish(&large, true);
    node.chain
        .wanted
        .lock()
        .unwrap()
        .get_mut(&large.root_bytes())
        .unwrap()
        .stored_size = 599_999;
    node.chain.publish(&small, true);
    node.chain
        .wanted
        .lock()
        .unwrap()
        .get_mut(&small.root_bytes())
        .unwrap()
        .stored_size = 600_001;
    assert_eq!(
        refused(node.put(&large.root, &large.blocks[0].1).await).await,
        refusal(400, "ExceedsSize")
    );
    assert_eq!(
        refused(node.put(&small.root, &small.blocks[0].1).await).await,
        refusal(400, "FallsShort")
    );
    assert!(!node.store.has(&large.root) && !node.store.has(&small.root));
}

#[tokio::test]
async fn every_other_spelling_of_a_cid_is_refused() {
    let node = Node::start().await;
    let image = Image::new(9, 1000);
    node.chain.publish(&image, true);
    let upper = image.root.to_string().to_uppercase();
    let short = image.root.to_string()[..40].to_owned();
    for cid in [
        upper.as_str(),
        &short,
        "QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n",
        "x",
    ] {
        for (method, path) in [
            (Method::PUT, format!("/ipfs/{cid}")),
            (Method::GET, format!("/ipfs/{cid}")),
            (Method::GET, format!("/suit/v1/payload/{cid}")),
            (Method::GET, format!("/suit/v1/missing/{cid}")),
        ] {
            assert_eq!(
                refused(node.request(method, &path, &[]).await).await,
                refusal(400, "BadCid"),
                "{path}"
            );
        }
        assert_eq!(node.head(&format!("/ipfs/{cid}")).await.status(), 400);
    }
}

#[tokio::test]
async fn an_upload_cut_off_in_the_middle_goes_on_where_it_stopped() {
    let node = Node::start().await;
    let image = Image::new(10, 1_000_000);
    node.chain.publish(&image, true);
    assert_eq!(node.put(&image.root, &image.blocks[0].1).await.status(), 201);
    let (done, _) = &image.blocks[1];
    assert_eq!(node.put(done, &image.blocks[1].1).await.status(), 201);
    // The connection breaks within a block.
    let (cut, block) = &image.blocks[2];
    let mut stream = TcpStream::connect(node.address).await.unwrap();
    let head = format!(
        "PUT /ipfs/{cut} HTTP/1.1\r\nHost: node\r\nContent-Length: {}\r\n\r\n",
        block.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&block[..block.len() / 2]).await.unwrap();
    drop(stream);

    let asked: Value = node
        .get(&format!("/suit/v1/missing/{}", image.root))
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(
        (&asked["status"], &asked["size"]),
        (&"partial".into(), &1_000_000.into())
    );
    let missing: Vec<&str> = asked["missing"]
        .as_array()
        .unwrap()
        .iter()
        .map(|cid| cid.as_str().unwrap())
        .collect();
    let mut expected: Vec<String> = image.blocks[2..].iter().map(|(cid, _)| cid.to_string()).collect();
    expected.sort();
    let mut sorted = missing.clone();
    sorted.sort();
    assert_eq!(sorted, expected);
    for cid in missing {
        let (cid, block) = image.blocks.iter().find(|(known, _)| known.to_string() == cid).unwrap();
        assert_eq!(node.put(cid, block).await.status(), 201);
    }
    let asked: Value = node
        .get(&format!("/suit/v1/missing/{}", image.root))
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(
        (&asked["status"], &asked["haveBytes"]),
        (&"complete".into(), &1_000_000.into())
    );
    assert_eq!(asked["missing"], Value::Array(vec![]));
    assert_eq!(node.get(&payload(&image)).await.bytes().await.unwrap(), image.bytes);
}

#[tokio::test]
async fn the_list_of_missing_blocks_is_bounded_and_begins_with_the_root() {
    let node = Node::start().await;
    let image = Image::new(11, 1_000_000);
    let path = format!("/suit/v1/missing/{}", image.root);
    assert_eq!(refused(node.get(&path).await).await, refusal(403, "NotAskedFor"));
    node.chain.publish(&image, true);
    let asked: Value = node.get(&path).await.json().await.unwrap();
    assert_eq!(
        (&asked["status"], &asked["missing"][0]),
        (&"absent".into(), &image.root.to_string().into())
    );
    assert_eq!(node.put(&image.root, &image.blocks[0].1).await.status(), 201);
    let asked: Value = node.get(&format!("{path}?limit=2")).await.json().await.unwrap();
    assert_eq!(asked["missing"].as_array().unwrap().len(), 2);
    assert_eq!(
        refused(node.get(&format!("{path}?limit=0")).await).await,
        refusal(400, "BadQuery")
    );
}

#[tokio::test]
async fn head_tells_what_is_held_and_what_may_be_uploaded() {
    let node = Node::start().await;
    let image = Image::new(12, 600_000);
    let of = |index: usize| format!("/ipfs/{}", image.blocks[index].0);
    let answer = node.head(&of(0)).await;
    assert_eq!((answer.status().as_u16(), text(&answer, "suit-wanted")), (404, ""));
    node.chain.publish(&image, true);
    let answer = node.head(&of(0)).await;
    assert_eq!((answer.status().as_u16(), text(&answer, "suit-wanted")), (404, "1"));
    assert_eq!(node.store.roots(), [], "asking opens nothing");
    assert_eq!(node.put(&image.root, &image.blocks[0].1).await.status(), 201);
    let answer = node.head(&of(0)).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(
        text(&answer, header::CONTENT_LENGTH),
        image.blocks[0].1.len().to_string()
    );
    let answer = node.head(&of(1)).await;
    assert_eq!((answer.status().as_u16(), text(&answer, "suit-wanted")), (404, "1"));
}

#[tokio::test]
async fn one_upload_too_many_is_told_to_come_back() {
    let node = Node::with(|limits, _| limits.uploads = 1).await;
    let (slow, quick) = (Image::new(13, 1000), Image::new(14, 1000));
    node.chain.publish(&slow, true);
    node.chain.publish(&quick, true);
    let mut stream = TcpStream::connect(node.address).await.unwrap();
    let head = format!(
        "PUT /ipfs/{} HTTP/1.1\r\nHost: node\r\nExpect: 100-continue\r\nContent-Length: 1000\r\n\r\n",
        slow.root
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    // The gateway says so when it begins to read the slow upload.
    let mut go_on = [0; b"HTTP/1.1 100 Continue\r\n\r\n".len()];
    timeout(DEADLINE, stream.read_exact(&mut go_on)).await.unwrap().unwrap();
    let answer = node.put(&quick.root, &quick.bytes).await;
    assert_eq!(text(&answer, header::RETRY_AFTER), "1");
    assert_eq!(refused(answer).await, refusal(503, "Busy"));
    stream.write_all(&slow.bytes).await.unwrap();
    until("the slow upload is through", || async { node.store.has(&slow.root) }).await;
    until("the next has its turn", || async {
        node.put(&quick.root, &quick.bytes).await.status() == 201
    })
    .await;
}

#[tokio::test]
async fn an_upload_that_does_not_go_on_is_ended() {
    let node = Node::with(|limits, _| limits.upload_time = Duration::from_millis(50)).await;
    let image = Image::new(15, 1000);
    node.chain.publish(&image, true);
    let head = format!(
        "PUT /ipfs/{} HTTP/1.1\r\nHost: node\r\nContent-Length: 1000\r\n\r\nabc",
        image.root
    );
    let (_stream, answer) = raw(&node, head.as_bytes()).await;
    assert!(
        answer.starts_with("HTTP/1.1 408") && answer.contains("UploadTooSlow"),
        "{answer}"
    );
}

#[tokio::test]
async fn nothing_is_taken_while_the_chain_cannot_be_asked() {
    let node = Node::start().await;
    let image = Image::new(16, 1000);
    node.chain.publish(&image, true);
    node.chain.down.store(true, Ordering::SeqCst);
    assert_eq!(
        refused(node.put(&image.root, &image.bytes).await).await,
        refusal(503, "ChainUnavailable")
    );
    node.chain.down.store(false, Ordering::SeqCst);
    assert_eq!(node.put(&image.root, &image.bytes).await.status(), 201);
}

#[tokio::test]
async fn a_refusal_reaches_a_peer_that_sends_everything_before_it_reads() {
    let node = Node::start().await;
    let image = Image::new(17, 1000);
    let length = 3 * MAX_BLOCK;
    let mut request = format!(
        "PUT /ipfs/{} HTTP/1.1\r\nHost: node\r\nContent-Length: {length}\r\n\r\n",
        image.root
    )
    .into_bytes();
    request.resize(request.len() + length, 0);
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_send_buffer_size(32 * 1024).unwrap();
    let mut stream = socket.connect(node.address).await.unwrap();
    timeout(DEADLINE, stream.write_all(&request))
        .await
        .unwrap()
        .expect("the connection is not reset meanwhile");
    let mut answer = String::new();
    timeout(DEADLINE, stream.read_to_string(&mut answer))
        .await
        .unwrap()
        .unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 413") && answer.contains("TooLarge"),
        "{answer}"
    );
}
