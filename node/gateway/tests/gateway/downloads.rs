use crate::common::{payload, refusal, refused, text, until, Image, Node, DEADLINE};
use chunks::{store::Status, LEAF};
use futures::StreamExt;
use reqwest::{header, Method};
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

/// More than the buffers of a connection hold.
const LARGE: usize = 16 * 1024 * 1024;

/// Asks for an image over a connection that takes little at a time, and reads nothing.
async fn ask_and_do_not_read(node: &Node, image: &Image) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(32 * 1024).unwrap();
    let mut stream = socket.connect(node.address).await.unwrap();
    let head = format!(
        "GET {} HTTP/1.1\r\nHost: node\r\nConnection: close\r\n\r\n",
        payload(image)
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}

#[tokio::test]
async fn a_whole_image_comes_with_its_length_tag_and_kind() {
    let image = Image::new(20, 700_000);
    let node = Node::holding(&image, true).await;
    let told = node.head(&payload(&image)).await;
    let given = node.get(&payload(&image)).await;
    for answer in [&told, &given] {
        assert_eq!(answer.status(), 200);
        assert_eq!(text(answer, header::CONTENT_LENGTH), "700000");
        assert_eq!(text(answer, header::ETAG), format!("\"{}\"", image.root));
        assert_eq!(text(answer, header::ACCEPT_RANGES), "bytes");
        assert_eq!(text(answer, header::CONTENT_TYPE), "application/octet-stream");
        assert_eq!(
            text(answer, header::CACHE_CONTROL),
            "public, max-age=31536000, immutable"
        );
    }
    assert_eq!(given.bytes().await.unwrap(), image.bytes);
}

#[tokio::test]
async fn every_range_gives_exactly_its_bytes() {
    let image = Image::new(21, 3 * LEAF + 17);
    let node = Node::holding(&image, true).await;
    let size = image.bytes.len();
    for (start, end) in [
        (0, 1),
        (LEAF - 1, LEAF + 1),
        (LEAF, 2 * LEAF),
        (5, size),
        (size - 1, size),
        (0, size),
    ] {
        let range = format!("bytes={start}-{}", end - 1);
        let answer = node
            .request(Method::GET, &payload(&image), &[(header::RANGE, &range)])
            .await;
        assert_eq!(answer.status(), 206, "{range}");
        assert_eq!(
            text(&answer, header::CONTENT_RANGE),
            format!("bytes {start}-{}/{size}", end - 1)
        );
        assert_eq!(answer.bytes().await.unwrap(), image.bytes[start..end], "{range}");
    }
    for (range, start) in [("bytes=-10", size - 10), ("bytes=700000-", 700_000)] {
        let answer = node
            .request(Method::GET, &payload(&image), &[(header::RANGE, range)])
            .await;
        assert_eq!(
            (answer.status().as_u16(), answer.bytes().await.unwrap().as_ref()),
            (206, &image.bytes[start..])
        );
    }
}

#[tokio::test]
async fn a_range_behind_the_end_is_refused_with_the_size() {
    let image = Image::new(22, 1000);
    let node = Node::holding(&image, true).await;
    let answer = node
        .request(Method::GET, &payload(&image), &[(header::RANGE, "bytes=1000-")])
        .await;
    assert_eq!(text(&answer, header::CONTENT_RANGE), "bytes */1000");
    assert_eq!(refused(answer).await, refusal(416, "RangeNotSatisfiable"));
}

#[tokio::test]
async fn conditions_are_honoured() {
    let image = Image::new(23, 1000);
    let node = Node::holding(&image, true).await;
    let (tag, path) = (format!("\"{}\"", image.root), payload(&image));
    let known = node.request(Method::GET, &path, &[(header::IF_NONE_MATCH, &tag)]).await;
    assert_eq!((known.status().as_u16(), known.bytes().await.unwrap().len()), (304, 0));
    let ours = [(header::RANGE, "bytes=10-"), (header::IF_RANGE, tag.as_str())];
    assert_eq!(node.request(Method::GET, &path, &ours).await.status(), 206);
    let other = [(header::RANGE, "bytes=10-"), (header::IF_RANGE, "\"another\"")];
    let answer = node.request(Method::GET, &path, &other).await;
    assert_eq!(
        (answer.status().as_u16(), answer.bytes().await.unwrap().as_ref()),
        (200, image.bytes.as_slice())
    );
}

#[tokio::test]
async fn what_is_not_here_in_full_or_named_by_no_live_release_is_not_found() {
    let image = Image::new(24, 600_000);
    let node = Node::start().await;
    assert_eq!(
        refused(node.get(&payload(&image)).await).await,
        refusal(404, "NotFound")
    );
    node.chain.publish(&image, true);
    assert_eq!(node.put(&image.root, &image.blocks[0].1).await.status(), 201);
    assert_eq!(
        refused(node.get(&payload(&image)).await).await,
        refusal(404, "NotFound")
    );
    node.store.add_file(image.bytes.as_slice()).unwrap();
    assert_eq!(node.get(&payload(&image)).await.status(), 200);
    node.chain.revoke(&image);
    assert_eq!(
        refused(node.get(&payload(&image)).await).await,
        refusal(404, "NotFound")
    );
    assert_eq!(
        refused(node.get(&format!("/ipfs/{}", image.root)).await).await,
        refusal(404, "NotFound")
    );
}

#[tokio::test]
async fn raw_blocks_are_served_as_a_trustless_gateway_does() {
    let image = Image::new(25, 600_000);
    let node = Node::holding(&image, true).await;
    for (cid, block) in &image.blocks {
        let answer = node.get(&format!("/ipfs/{cid}?format=raw")).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(text(&answer, header::CONTENT_TYPE), "application/vnd.ipld.raw");
        assert_eq!(text(&answer, header::ETAG), format!("\"{cid}.raw\""));
        assert_eq!(
            text(&answer, header::CACHE_CONTROL),
            "public, max-age=31536000, immutable"
        );
        assert_eq!(answer.bytes().await.unwrap(), *block);
    }
    let tag = format!("\"{}.raw\"", image.root);
    let path = format!("/ipfs/{}", image.root);
    assert_eq!(
        node.request(Method::GET, &path, &[(header::IF_NONE_MATCH, &tag)])
            .await
            .status(),
        304
    );
    let car = node.get(&format!("{path}?format=car")).await;
    assert_eq!(refused(car).await, refusal(406, "FormatNotOffered"));
}

#[tokio::test]
async fn a_damaged_first_piece_is_refused_asked_for_again_and_healed_by_an_upload() {
    let image = Image::new(26, 2 * LEAF);
    let node = Node::holding(&image, true).await;
    node.damage(&image, 100);
    assert_eq!(refused(node.get(&payload(&image)).await).await, refusal(503, "Corrupt"));
    assert!(matches!(node.store.status(&image.root), Status::Partial { .. }));
    assert_eq!(
        refused(node.get(&payload(&image)).await).await,
        refusal(404, "NotFound")
    );
    let (leaf, block) = image
        .blocks
        .iter()
        .find(|(_, block)| *block == image.bytes[..LEAF])
        .unwrap();
    assert_eq!(text(&node.head(&format!("/ipfs/{leaf}")).await, "suit-wanted"), "1");
    assert_eq!(node.put(leaf, block).await.status(), 201);
    assert_eq!(node.get(&payload(&image)).await.bytes().await.unwrap(), image.bytes);
}

#[tokio::test]
async fn a_damaged_later_piece_ends_the_connection_and_never_gives_wrong_bytes() {
    let image = Image::new(27, 4 * LEAF);
    let node = Node::holding(&image, true).await;
    node.damage(&image, 2 * LEAF as u64 + 5);
    let answer = node.get(&payload(&image)).await;
    assert_eq!(
        (answer.status().as_u16(), answer.content_length()),
        (200, Some(image.bytes.len() as u64))
    );
    let mut pieces = answer.bytes_stream();
    let mut got = Vec::new();
    let ending = loop {
        match pieces.next().await {
            Some(Ok(piece)) => got.extend_from_slice(&piece),
            ending => break ending,
        }
    };
    assert!(
        matches!(ending, Some(Err(_))),
        "the connection must not end as if all were well"
    );
    assert!(got.len() <= 2 * LEAF && image.bytes.starts_with(&got));
    assert!(matches!(node.store.status(&image.root), Status::Partial { .. }));
}

#[tokio::test]
async fn a_damaged_block_is_refused() {
    let image = Image::new(28, 1000);
    let node = Node::holding(&image, true).await;
    node.damage(&image, 0);
    let path = format!("/ipfs/{}", image.root);
    assert_eq!(refused(node.get(&path).await).await, refusal(503, "Corrupt"));
    assert_eq!(refused(node.get(&path).await).await, refusal(404, "NotFound"));
}

#[tokio::test]
async fn a_cut_off_download_goes_on_where_it_stopped() {
    let image = Image::new(29, LARGE);
    let node = Node::holding(&image, true).await;
    let mut answer = node.get(&payload(&image)).await;
    let mut got = Vec::new();
    while got.len() < LEAF + 1 {
        got.extend_from_slice(&answer.chunk().await.unwrap().unwrap());
    }
    drop(answer);
    let (tag, range) = (format!("\"{}\"", image.root), format!("bytes={}-", got.len()));
    let headers = [(header::RANGE, range.as_str()), (header::IF_RANGE, tag.as_str())];
    let rest = node.request(Method::GET, &payload(&image), &headers).await;
    assert_eq!(rest.status(), 206);
    got.extend_from_slice(&rest.bytes().await.unwrap());
    assert!(got == image.bytes);
}

#[tokio::test]
async fn one_download_too_many_is_told_to_come_back() {
    let (large, small) = (Image::new(30, LARGE), Image::new(31, 1000));
    let node = Node::with(|limits, _| limits.downloads = 1).await;
    node.take(&large, true);
    node.take(&small, true);
    let mut slow = ask_and_do_not_read(&node, &large).await;
    let mut first = [0; 12];
    timeout(DEADLINE, slow.read_exact(&mut first)).await.unwrap().unwrap();
    assert_eq!(&first, b"HTTP/1.1 200");
    let answer = node.get(&payload(&small)).await;
    assert_eq!(text(&answer, header::RETRY_AFTER), "1");
    assert_eq!(refused(answer).await, refusal(503, "Busy"));
    assert_eq!(
        refused(node.get(&format!("/ipfs/{}", small.root)).await).await,
        refusal(503, "Busy")
    );
    // Whoever gives up makes room.
    drop(slow);
    until("there is room again", || async {
        node.get(&payload(&small)).await.status() == 200
    })
    .await;
}

#[tokio::test]
async fn a_peer_that_stops_reading_does_not_keep_its_place() {
    let (large, small) = (Image::new(32, LARGE), Image::new(33, 1000));
    let node = Node::with(|limits, server| {
        limits.downloads = 1;
        server.stall_time = Duration::from_millis(100);
    })
    .await;
    node.take(&large, true);
    node.take(&small, true);
    let mut slow = ask_and_do_not_read(&node, &large).await;
    let mut first = [0; 12];
    timeout(DEADLINE, slow.read_exact(&mut first)).await.unwrap().unwrap();
    assert_eq!(&first, b"HTTP/1.1 200");
    until("the stalled peer was cut off", || async {
        node.get(&payload(&small)).await.status() == 200
    })
    .await;
    drop(slow);
}
