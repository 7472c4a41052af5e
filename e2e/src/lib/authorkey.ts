// Keys and signatures in COSE (RFC 9052), made of node:crypto and nothing else.

import { createHash, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import * as cbor from "./cbor.js";

export type Curve = "P-256" | "Ed25519";

const ESP256 = -9;
const ED25519 = -19;

export const hex = (bytes: Uint8Array) => `0x${Buffer.from(bytes).toString("hex")}`;
export const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest();

/** A key pair whose public half is a COSE_Key. */
export class AuthorKey {
  private constructor(
    private readonly secret: KeyObject,
    private readonly curve: Curve,
    /** The public COSE_Key; it has the required members only, so its thumbprint (RFC 9679) is over the same bytes. */
    readonly coseKey: string,
    /** Its name on the chain. */
    readonly id: string,
  ) {}

  static generate(curve: Curve = "P-256"): AuthorKey {
    const { privateKey } =
      curve === "P-256" ? generateKeyPairSync("ec", { namedCurve: "P-256" }) : generateKeyPairSync("ed25519");
    const { x, y } = privateKey.export({ format: "jwk" });
    const part = (text?: string) => cbor.bytes(Buffer.from(text!, "base64url"));
    const key =
      curve === "P-256"
        ? cbor.map([1, cbor.int(2)], [-1, cbor.int(1)], [-2, part(x)], [-3, part(y)])
        : cbor.map([1, cbor.int(1)], [-1, cbor.int(6)], [-2, part(x)]);
    return new AuthorKey(privateKey, curve, hex(key), hex(sha256(key)));
  }

  /** COSE_Sign1 with a detached payload, which names the key. */
  sign(payload: Uint8Array): Buffer {
    const algorithm = cbor.int(this.curve === "P-256" ? ESP256 : ED25519);
    const protectedHeader = cbor.map([1, algorithm], [4, cbor.bytes(Buffer.from(this.id.slice(2), "hex"))]);
    const toSign = cbor.array(
      cbor.text("Signature1"),
      cbor.bytes(protectedHeader),
      cbor.bytes(Buffer.alloc(0)),
      cbor.bytes(payload),
    );
    const signature =
      this.curve === "P-256"
        ? sign("sha256", toSign, { key: this.secret, dsaEncoding: "ieee-p1363" })
        : sign(null, toSign, this.secret);
    return cbor.tag(18, cbor.array(cbor.bytes(protectedHeader), cbor.map(), cbor.NULL, cbor.bytes(signature)));
  }
}
