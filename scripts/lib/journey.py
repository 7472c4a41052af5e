"""The demo's story: a release travels from its author to a device, and everything that must be refused is."""

import json
import os
import shutil
import time
from pathlib import Path

import chunkstore
import envelope
import jsonrpc
import suit
from firmware import Image
from narrator import Narrator, require
from network import Network

VENDOR = "acme.example"
CLASS = "router-x1"
OTHER_CLASS = "router-x2"
ADMIN = "//Alice"


class Journey:
    """State of the story: who is where, and with which keys."""

    def __init__(self, narrator: Narrator, network: Network, work: Path, images: tuple):
        self.tell = narrator
        self.network = network
        self.author = work / "author"
        self.operator = work / "operator"
        self.device = work / "device"
        self.stranger = work / "stranger"
        self.images = images
        for folder in (self.author, self.operator, self.device, self.stranger):
            folder.mkdir()

    def run(self) -> None:
        """All of it."""
        self.start_network()
        self.make_keys()
        self.register()
        self.publish_first()
        self.try_to_forge()
        self.publish_second()
        self.lose_the_author()
        self.update_device()
        self.refuse_devices()

    # Who is asked

    @property
    def registration(self) -> dict:
        return self.network.node("registration")

    @property
    def retrieval(self) -> dict:
        return self.network.node("retrieval")

    def chain(self, *arguments, **options) -> dict:
        """Asks the registration node; must succeed."""
        return suit.do(*arguments, node=self.registration["rpcUrl"], **options)

    # 1–3: before there is a release

    def start_network(self) -> None:
        self.tell.act(
            "A network of two nodes",
            "The registration node takes uploads and makes blocks; the retrieval node serves devices.",
        )
        with self.tell.step("both nodes run, and blocks become final", "blocks are final on both"):
            self.network.up(chain="dev", register=False)
        with self.tell.step("both are on the chain as storage nodes", "2 storage nodes"):
            self.network.register(ADMIN, live=False)
        for node in (self.registration, self.retrieval):
            self.tell.note(f"{node['name']:<13} RPC {node['rpcUrl']}  gateway {node['gatewayUrl']}")

    def make_keys(self) -> None:
        self.tell.act(
            "Keys", "Author, operator and device each make their own; private keys stay where they were made."
        )
        with self.tell.step("author (P-256), operator (P-256) and device (Ed25519) have keys", "3 key pairs"):
            key = suit.do("key", "generate", "--out", self.author / "author.key")
            suit.do("key", "generate", "--out", self.operator / "operator.key")
            suit.do("key", "generate", "--out", self.device / "device.key", "--alg", "ed25519")
            # All that the device knows of the author, built in at the factory.
            shutil.copy(self.author / "author.key.pub", self.device / "author.key.pub")
        self.tell.note(f"author's key {key['thumbprint']}")
        with self.tell.step("the operator signs the device a credential", "a credential"):
            self.credential(CLASS, "device.credential")

    def credential(self, class_name: str, name: str) -> None:
        suit.do(
            *("operator", "credential", "--operator-key", self.operator / "operator.key"),
            *("--device-key", self.device / "device.key.pub", "--vendor", VENDOR, "--class", class_name),
            *("--out", self.device / name),
        )

    def register(self) -> None:
        self.tell.act(
            f"Vendor {VENDOR}, product {CLASS}",
            "Two storage nodes must hold a release before it is offered, and only verified devices may fetch it.",
        )
        with self.tell.step("vendor, author's key, operator's key and product are on the chain", "registered"):
            self.chain("vendor", "register", VENDOR, "--suri", ADMIN)
            for key, usage in (("author", "manifests"), ("operator", "credentials")):
                file = getattr(self, key) / f"{key}.key.pub"
                self.chain("vendor", "add-key", VENDOR, "--key", file, "--usage", usage, "--suri", ADMIN)
            policy = ("--threshold", "1", "--replicas", "2", "--retrieval", "verified")
            self.chain("product", "create", VENDOR, CLASS, "--suri", ADMIN, *policy)
        with self.tell.step("both storage nodes have attested that they live", "2 live nodes"):
            self.network.until_live()

    # 4: version 1

    def publish_first(self) -> None:
        image = self.images[0]
        self.tell.act(
            "Version 1",
            f"{image.origin}, {image.size:,} bytes. The author has no account and no tokens: his signature is enough.",
        )
        with self.tell.step(
            "version 1 is published and uploaded", "Available on 2 nodes", "version 1 is published"
        ) as step:
            said = self.chain(
                *("publish", image.path, "--vendor", VENDOR, "--class", CLASS, "--sequence", "1"),
                *("--key", self.author / "author.key", "--gateway", self.registration["gatewayUrl"]),
            )
            step["got"] = f"{said['status']} on {said['holders']} nodes"
            require(said["status"] == "Available" and said["holders"] == 2, step["got"])
        self.tell.note(f"root {said['root']}, {said['blocksSent']} blocks")
        with self.tell.step(
            "a verified device installs it from the retrieval node", "updated to 1", "the device installs version 1"
        ) as step:
            self.installs(step, image, "1")

    def installs(self, step: dict, image: Image, number: str) -> dict:
        """The device updates, and has exactly that image afterwards."""
        said = self.update("state").json
        step["got"] = f"{said.get('status') or said['error']} to {said.get('sequenceNumber')}"
        require((said.get("status"), said.get("sequenceNumber")) == ("updated", number), step["got"])
        digest = Image.read(Path(said["image"])).sha256
        require(digest == image.sha256, f"what is installed has digest {digest}, not {image.sha256}")
        return said

    def update(self, state: str, credential: str = "device.credential") -> suit.Outcome:
        """Runs the device's update against the retrieval node."""
        identity = (
            ("--credential", self.device / credential, "--device-key", self.device / "device.key") if credential else ()
        )
        return suit.run(
            *("device", "update", "--state", self.device / state, "--vendor", VENDOR, "--class", CLASS),
            *("--author-key", self.device / "author.key.pub", *identity),
            node=self.retrieval["httpUrl"],
        )

    # 5: strangers

    def try_to_forge(self) -> None:
        image = self.images[1]
        self.tell.act(
            "What the chain refuses",
            "The author signs version 2. Before he submits it, a stranger has envelope and intent, and tries his luck.",
        )
        with self.tell.step("the author signs version 2 and submits nothing yet", "the chain would take it"):
            self.chain(
                *("publish", image.path, "--vendor", VENDOR, "--class", CLASS, "--sequence", "2", "--dry-run"),
                *("--key", self.author / "author.key"),
                *("--envelope-out", self.author / "2.suit", "--intent-out", self.author / "2.intent"),
            )
        true = (self.author / "2.suit").read_bytes()
        forgeries = [
            (
                "an envelope with one flipped bit",
                envelope.flip_bit(true, bytes.fromhex(image.sha256)),
                "ManifestDigestMismatch",
            ),
            ("a true envelope, stripped of its signature", envelope.strip(true), "SignatureNotValid"),
            ("a true envelope, stuffed with one more member", envelope.stuff(true), "EnvelopeStuffed"),
        ]
        for name, forged, reason in forgeries:
            self.refuses_envelope(name, forged, reason)
        with self.tell.step("nothing of this was recorded, and no number is burnt", "highest published: 1") as step:
            highest = self.chain("product", "show", VENDOR, CLASS)["highestPublished"]
            step["got"] = f"highest published: {highest}"
            require(highest == "1", step["got"])

    def refuses_envelope(self, name: str, forged: bytes, reason: str) -> None:
        """The dry run names every reason; the chain's own refusal is the first, that the intent is for other bytes."""
        file = self.stranger / f"{reason}.suit"
        file.write_bytes(forged)
        submit = ("publish-envelope", file, "--intent", self.author / "2.intent", "--no-wait")
        with self.tell.step(f"{name}: refused", f"IntentForOtherEnvelope, {reason}", name) as step:
            foretold = suit.run(*submit, node=self.registration["rpcUrl"])
            step["got"] = ", ".join(foretold.kinds)
            require(
                "IntentForOtherEnvelope" in foretold.kinds and reason in foretold.kinds, f"refused for {step['got']}"
            )
            self.refuses(submit, "IntentForOtherEnvelope")

    def refuses(self, submit: tuple, kind: str) -> None:
        """Submits in spite of the dry run: the chain itself refuses."""
        forced = suit.run(*submit, "--force", node=self.registration["rpcUrl"])
        by = forced.json.get("error", {}).get("by")
        require(
            (forced.exit_code, forced.kind) == (1, kind),
            f"the chain itself says {forced.kind or 'yes'}: {forced.message}",
        )
        require(by in ("pool", "dispatch"), f"refused by {by} and not by the chain itself")

    # 6: version 2

    def publish_second(self) -> None:
        image = self.images[1]
        self.tell.act("Version 2", f"{image.origin}, {image.size:,} bytes.")
        with self.tell.step(
            "version 2 is published and uploaded", "Available on 2 nodes", "version 2 is published"
        ) as step:
            said = self.chain(
                *("publish-envelope", self.author / "2.suit", "--intent", self.author / "2.intent"),
                *("--firmware", image.path, "--gateway", self.registration["gatewayUrl"]),
            )
            step["got"] = f"{said['status']} on {said['holders']} nodes"
            require(said["status"] == "Available" and said["holders"] == 2, step["got"])
        with self.tell.step("the retrieval node knows it too, from blocks that are final", "Available, 2 holders"):
            self.root = self.until_retrieval_has("2")
        with self.tell.step(
            "version 1 once more, signed by the author: refused", "SequenceNumberNotGreater", "an old sequence number"
        ) as step:
            old = (
                *("publish", self.images[0].path, "--vendor", VENDOR, "--class", CLASS, "--sequence", "1"),
                *("--key", self.author / "author.key", "--no-upload", "--no-wait"),
            )
            foretold = suit.run(*old, node=self.registration["rpcUrl"])
            step["got"] = ", ".join(foretold.kinds)
            require(foretold.kinds == ["SequenceNumberNotGreater"], f"refused for {step['got']}")
            self.refuses(old, "SequenceNumberNotGreater")
        with self.tell.step(
            "a block that nobody asked for: refused by both gateways", "NotAskedFor", "a block that nobody asked for"
        ) as step:
            step["got"] = self.uploads_unasked()

    def until_retrieval_has(self, number: str) -> str:
        """Waits until the release is available by the retrieval node's own chain. Gives its root."""
        deadline = time.monotonic() + 60
        while True:
            seen = suit.do("release", "show", VENDOR, CLASS, "--sequence", number, node=self.retrieval["rpcUrl"])
            root = seen["payloads"][0]["cid"]
            if seen["status"] == "Available" and len(seen["holders"]) == 2:
                require(chunkstore.is_complete(self.retrieval["basePath"], root), f"{root} is not whole on its disk")
                return root
            require(time.monotonic() < deadline, f"the retrieval node says {json.dumps(seen)}")
            time.sleep(0.3)

    def uploads_unasked(self) -> str:
        block = os.urandom(1000)
        codes = set()
        for node in (self.registration, self.retrieval):
            status, body = jsonrpc.http("PUT", f"{node['gatewayUrl']}/ipfs/{chunkstore.raw_cid(block)}", block)
            codes.add(json.loads(body)["error"]["code"])
            require(status == 403, f"{node['name']} answered with HTTP {status}: {body.decode()}")
        require(codes == {"NotAskedFor"}, f"refused for {codes}")
        return codes.pop()

    # 7–8: the author and his server are gone

    def lose_the_author(self) -> None:
        self.tell.act("The author disappears", "Whatever he had is gone: his server, its data, and his keys.")
        with self.tell.step(
            "the registration node is killed (SIGKILL) and its data deleted",
            "gone",
            "the registration node and its data are gone",
        ):
            require(self.network.kill("registration"), "it did not run")
            self.network.wipe("registration")
            require(not Path(self.registration["basePath"]).exists(), "its data is still there")
        with self.tell.step("the author's keys, envelope and intent are deleted", "gone", "the author's keys are gone"):
            shutil.rmtree(self.author)

    def update_device(self) -> None:
        self.tell.act(
            "The device updates all the same",
            "It trusts the author's public key and nothing else; the retrieval node is the only one left.",
        )
        with self.tell.step(
            "it proves itself and installs version 2", "updated to 2", "the device updates from 1 to 2"
        ) as step:
            said = self.installs(step, self.images[1], "2")
        self.tell.note(
            f"{self.images[1].size:,} bytes in {Path(said['image']).parent.name}, SHA-256 {self.images[1].sha256}"
        )
        with self.tell.step("it asks again and is told that it is up to date", "upToDate", "it asks again") as step:
            step["got"] = self.update("state").json.get("status", "refused")
            require(step["got"] == "upToDate", step["got"])

    # 9: devices and chunks that must be refused

    def refuse_devices(self) -> None:
        self.tell.act(
            "What the retrieval node refuses", "Each time to a device that has nothing yet and would take the release."
        )
        with self.tell.step(
            "a device without a credential: refused", "VerificationRequired", "a device without a credential"
        ) as step:
            self.refused_device(step, self.update("nobody", credential=None))
        self.credential(OTHER_CLASS, "other.credential")
        with self.tell.step(
            f"a device of class {OTHER_CLASS}: refused", "WrongClass", "a device of another class"
        ) as step:
            self.refused_device(step, self.update("other", "other.credential"))
        with self.tell.step(
            "a chunk is corrupted on the node's disk: noticed, and not served",
            "Corrupt",
            "a chunk corrupted on the disk",
        ) as step:
            base = self.retrieval["basePath"]
            require(chunkstore.damage_first_chunk(base, self.root) > 0, "there was no chunk to damage")
            self.refused_device(step, self.update("late"))
            require(not (self.device / "late" / "slot-a").exists(), "the device installed something")
            require(not chunkstore.is_complete(base, self.root), "the node still counts the image as whole")

    def refused_device(self, step: dict, outcome: suit.Outcome) -> None:
        step["got"] = outcome.kind or outcome.json.get("status", "nothing")
        require(outcome.exit_code == 1 and outcome.kind == step["expected"], f"{step['got']}: {outcome.message}")
