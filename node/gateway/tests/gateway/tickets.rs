use crate::common::{payload, refusal, refused, text, Image, Node, GENESIS};
use reqwest::{header, Method};
use std::time::{SystemTime, UNIX_EPOCH};
use suit_device::{
    bearer,
    ticket::{self, Claims, Roots},
};
use suit_manifest::cose::{PublicKey, Signer, SigningKey};

fn node_key(seed: u8) -> (SigningKey, [u8; 32]) {
    let key = SigningKey::from_bytes_ed25519(&[seed; 32]);
    let PublicKey::Ed25519(public) = key.public_key() else {
        unreachable!("it is an Ed25519 key")
    };
    (key, public)
}

/// A good ticket for these images.
fn claims(images: &[&Image]) -> Claims {
    let roots: Vec<[u8; 36]> = images.iter().map(|image| image.root_bytes()).collect();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    Claims {
        exp: now + 600,
        genesis: GENESIS,
        roots: Roots::new(&roots).unwrap(),
    }
}

fn bearer_of(claims: &Claims, seed: u8) -> String {
    format!(
        "Bearer {}",
        bearer::encode(&ticket::issue(claims, &node_key(seed).0).unwrap())
    )
}

/// A node with a registered issuer of seed 1, and an image for verified devices only.
async fn closed() -> (Node, Image) {
    let image = Image::new(40, 600_000);
    let node = Node::holding(&image, false).await;
    node.chain.nodes.lock().unwrap().insert(node_key(1).1);
    (node, image)
}

#[tokio::test]
async fn a_ticket_opens_the_image_and_its_blocks() {
    let (node, image) = closed().await;
    let ticket = bearer_of(&claims(&[&image]), 1);
    let with = [(header::AUTHORIZATION, ticket.as_str())];
    let answer = node.request(Method::GET, &payload(&image), &with).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(
        text(&answer, header::CACHE_CONTROL),
        "private, max-age=31536000, immutable"
    );
    assert_eq!(answer.bytes().await.unwrap(), image.bytes);
    assert_eq!(node.request(Method::HEAD, &payload(&image), &with).await.status(), 200);
    let ranged = [with[0].clone(), (header::RANGE, "bytes=1-2")];
    assert_eq!(
        node.request(Method::GET, &payload(&image), &ranged)
            .await
            .bytes()
            .await
            .unwrap(),
        image.bytes[1..3]
    );
    for (cid, block) in &image.blocks {
        let answer = node.request(Method::GET, &format!("/ipfs/{cid}"), &with).await;
        assert_eq!(
            text(&answer, header::CACHE_CONTROL),
            "private, max-age=31536000, immutable"
        );
        assert_eq!(answer.bytes().await.unwrap(), *block);
    }
}

#[tokio::test]
async fn without_a_ticket_nothing_of_a_closed_image_is_given() {
    let (node, image) = closed().await;
    let known = format!("\"{}\"", image.root);
    for headers in [
        vec![],
        vec![(header::RANGE, "bytes=0-0")],
        vec![(header::IF_NONE_MATCH, known.as_str())],
    ] {
        let answer = node.request(Method::GET, &payload(&image), &headers).await;
        assert_eq!(text(&answer, header::WWW_AUTHENTICATE), "Bearer realm=\"suit\"");
        assert_eq!(refused(answer).await, refusal(401, "TicketRequired"));
    }
    assert_eq!(node.head(&payload(&image)).await.status(), 401);
    for (cid, _) in &image.blocks {
        assert_eq!(
            refused(node.get(&format!("/ipfs/{cid}")).await).await,
            refusal(401, "TicketRequired")
        );
    }
}

#[tokio::test]
async fn every_ticket_that_does_not_hold_is_refused_with_its_reason() {
    let (node, image) = closed().await;
    let other = Image::new(41, 1000);
    let good = claims(&[&image]);
    let token = bearer_of(&good, 1);
    // Within the signature, which ends the ticket.
    let mut forged = token.clone().into_bytes();
    let place = forged.len() - 10;
    forged[place] = if forged[place] == b'A' { b'B' } else { b'A' };
    let forged = String::from_utf8(forged).unwrap();
    for (header, status, code) in [
        (forged, 403, "TicketForged"),
        (bearer_of(&Claims { exp: 1, ..good }, 1), 403, "TicketExpired"),
        (
            bearer_of(
                &Claims {
                    genesis: [8; 32],
                    ..good
                },
                1,
            ),
            403,
            "TicketForOtherChain",
        ),
        (bearer_of(&good, 2), 403, "TicketIssuerUnknown"),
        (bearer_of(&claims(&[&other]), 1), 403, "TicketDoesNotOpen"),
        (token.replace("Bearer", "Basic"), 401, "TicketMalformed"),
        (format!("{token}="), 401, "TicketMalformed"),
        ("Bearer AAAA".to_owned(), 401, "TicketMalformed"),
        (format!("Bearer {}", "A".repeat(4000)), 401, "TicketMalformed"),
    ] {
        for path in [payload(&image), format!("/ipfs/{}", image.blocks[1].0)] {
            let answer = node
                .request(Method::GET, &path, &[(header::AUTHORIZATION, &header)])
                .await;
            assert_eq!(refused(answer).await, refusal(status, code), "{path}");
        }
    }
}

#[tokio::test]
async fn a_ticket_dies_with_the_registration_of_its_issuer() {
    let (node, image) = closed().await;
    let ticket = bearer_of(&claims(&[&image]), 1);
    let with = [(header::AUTHORIZATION, ticket.as_str())];
    assert_eq!(node.request(Method::GET, &payload(&image), &with).await.status(), 200);
    node.chain.nodes.lock().unwrap().clear();
    let answer = node.request(Method::GET, &payload(&image), &with).await;
    assert_eq!(refused(answer).await, refusal(403, "TicketIssuerUnknown"));
}

#[tokio::test]
async fn a_ticket_for_another_closed_image_does_not_open_this_one() {
    let (node, image) = closed().await;
    let other = Image::new(42, 1000);
    node.take(&other, false);
    let ticket = bearer_of(&claims(&[&other]), 1);
    let with = [(header::AUTHORIZATION, ticket.as_str())];
    assert_eq!(node.request(Method::GET, &payload(&other), &with).await.status(), 200);
    let answer = node.request(Method::GET, &payload(&image), &with).await;
    assert_eq!(refused(answer).await, refusal(403, "TicketDoesNotOpen"));
}

#[tokio::test]
async fn a_block_that_an_open_release_shares_is_open() {
    let (node, image) = closed().await;
    // The first leaf of the closed image is an image of its own.
    let mut shared = Image::new(43, 0);
    let leaf = image
        .blocks
        .iter()
        .find(|(_, block)| image.bytes.starts_with(block))
        .unwrap();
    (shared.bytes, shared.root, shared.blocks) = (leaf.1.clone(), leaf.0, vec![leaf.clone()]);
    let path = format!("/ipfs/{}", leaf.0);
    assert_eq!(refused(node.get(&path).await).await, refusal(401, "TicketRequired"));
    node.take(&shared, true);
    assert_eq!(node.get(&path).await.bytes().await.unwrap(), leaf.1);
    assert_eq!(
        refused(node.get(&payload(&image)).await).await,
        refusal(401, "TicketRequired")
    );
    node.chain.revoke(&shared);
    assert_eq!(refused(node.get(&path).await).await, refusal(401, "TicketRequired"));
}

#[tokio::test]
async fn uploads_to_a_closed_release_need_no_ticket() {
    let node = Node::start().await;
    let image = Image::new(44, 1000);
    node.chain.publish(&image, false);
    assert_eq!(node.put(&image.root, &image.bytes).await.status(), 201);
    assert_eq!(node.head(&format!("/ipfs/{}", image.root)).await.status(), 200);
}
