"""Answers one request a line on standard input with one JSON object a line on standard output.

{"do": "create", "manifest": TEXT, "key": PEM, "digest": NAME}     {"envelope": HEX}: made by taylor-suit
{"do": "encode", "manifest": TEXT}                                 {"manifest": HEX}: the byte string, made by taylor-suit
{"do": "time", "what": "create" or "encode", "manifest": TEXT, "key": PEM, "count": N}    {"nanoseconds": N}
{"do": "verify", "envelope": HEX, "key": HEX of x and y}           what cbor2 and ecdsa find in an envelope

A request that fails is answered by {"error": TEXT}.
"""

import hashlib
import json
import sys
import time

import cbor2
import ecdsa
import taylor

ENVELOPE_TAG = 107
SIGN1_TAG = 18
SHA256 = -16
P256_ALGORITHMS = (-7, -9)


def create(request):
    envelope = taylor.build_envelope(
        request["manifest"], key_pem=request["key"], manifest_digest=request.get("digest", "sha256")
    )
    return {"envelope": envelope.hex()}


def encode(request):
    return {"manifest": taylor.encode_manifest(request["manifest"]).hex()}


def timed(request):
    manifest, key, count = request["manifest"], request["key"], request["count"]
    if request["what"] == "create":
        began = time.perf_counter_ns()
        for _ in range(count):
            taylor.build_envelope(manifest, key_pem=key)
    else:
        began = time.perf_counter_ns()
        for _ in range(count):
            taylor.encode_manifest(manifest)
    return {"nanoseconds": time.perf_counter_ns() - began}


def verify(request):
    """Reads an envelope by nothing that we wrote, and checks its digest and every signature."""
    envelope = cbor2.loads(bytes.fromhex(request["envelope"]))
    if envelope.tag != ENVELOPE_TAG:
        raise ValueError(f"tag {envelope.tag}")
    members = envelope.value
    if list(members) != sorted(members, key=cbor2.dumps):
        raise ValueError("members of the envelope are not in canonical order")
    digest, *blocks = cbor2.loads(members[2])
    algorithm, expected = cbor2.loads(digest)
    if algorithm != SHA256:
        raise ValueError(f"digest algorithm {algorithm}")
    # Over the byte string as the manifest stands in: its head included.
    if hashlib.sha256(cbor2.dumps(members[3])).digest() != expected:
        raise ValueError("the manifest's digest does not match")
    key = ecdsa.VerifyingKey.from_string(bytes.fromhex(request["key"]), ecdsa.NIST256p, hashlib.sha256)
    algorithms = [check_block(cbor2.loads(block), digest, key) for block in blocks]
    manifest = cbor2.loads(members[3])
    common = cbor2.loads(manifest[3])
    parameters, uris = collect(cbor2.loads(common[4])), collect(cbor2.loads(manifest[20]))
    return {
        "algorithms": algorithms,
        "sequence_number": manifest[2],
        "components": [[part.hex() for part in component] for component in common[2]],
        "vendor": parameters[1].hex(),
        "class": parameters[2].hex(),
        "digest": cbor2.loads(parameters[3])[1].hex(),
        "size": parameters[14],
        "uri": uris[21],
    }


def check_block(block, payload, key):
    if block.tag != SIGN1_TAG:
        raise ValueError(f"authentication block with tag {block.tag}")
    protected, _, detached, signature = block.value
    algorithm = cbor2.loads(protected)[1]
    if algorithm not in P256_ALGORITHMS or detached is not None:
        raise ValueError("not a detached ECDSA signature over P-256")
    structure = cbor2.dumps(["Signature1", protected, b"", payload])
    key.verify(signature, structure)
    return algorithm


def collect(sequence):
    """Parameters that a sequence's override-parameters set."""
    parameters = {}
    for code, argument in zip(sequence[::2], sequence[1::2]):
        if code == 20:
            parameters.update(argument)
    return parameters


ANSWERS = {"create": create, "encode": encode, "time": timed, "verify": verify}

for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = ANSWERS[request["do"]](request)
    except Exception as error:  # noqa: BLE001: whatever it is, the other side decides what it means
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
