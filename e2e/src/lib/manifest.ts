// A SUIT manifest of one image for one component, and the envelope that it is signed in (draft-ietf-suit-manifest §8),
// made by hand: what an author with tools of his own would bring.

import * as cbor from "./cbor.js";
import { hex, sha256, type AuthorKey } from "./authorkey.js";
import type { Product } from "./names.js";

export interface Image {
  bytes: Uint8Array;
  /** Where devices fetch it; without it, the envelope carries it. */
  uri?: string;
}

export interface Envelope {
  bytes: Buffer;
  /** SHA-256 of the manifest in its byte string: what was signed. */
  manifestDigest: string;
  /** SHA-256 of the whole. */
  digest: string;
}

const REPORT_ALL = cbor.int(15);
const REPORT_FAILURE = cbor.int(2);

const directive = { overrideParameters: cbor.int(20), fetch: cbor.int(21) };
const condition = { vendor: cbor.int(1), class: cbor.int(2), imageMatch: cbor.int(3) };

const suitDigest = (hash: Uint8Array) => cbor.array(cbor.int(-16), cbor.bytes(hash));
const fromHex = (text: string) => Buffer.from(text.slice(2), "hex");

function manifest(product: Product, sequenceNumber: number, image: Image): Buffer {
  const identity = cbor.map(
    [1, cbor.bytes(fromHex(product.vendor))],
    [2, cbor.bytes(fromHex(product.class))],
    [3, cbor.bytes(suitDigest(sha256(image.bytes)))],
    [14, cbor.int(image.bytes.length)],
  );
  const shared = cbor.array(
    ...[directive.overrideParameters, identity, condition.vendor, REPORT_ALL, condition.class, REPORT_ALL],
  );
  const source = cbor.map([21, cbor.text(image.uri ?? "#app")]);
  const install = cbor.array(
    ...[directive.overrideParameters, source, directive.fetch, REPORT_FAILURE, condition.imageMatch, REPORT_ALL],
  );
  const components = cbor.array(cbor.array(cbor.bytes(Buffer.from("app"))));
  return cbor.map(
    [1, cbor.int(1)],
    [2, cbor.int(sequenceNumber)],
    [3, cbor.bytes(cbor.map([2, components], [4, cbor.bytes(shared)]))],
    [7, cbor.bytes(cbor.array(condition.imageMatch, REPORT_ALL))],
    [20, cbor.bytes(install)],
  );
}

/** The envelope of a release, signed by these keys. */
export function envelope(product: Product, sequenceNumber: number, image: Image, signers: AuthorKey[]): Envelope {
  const wrapped = cbor.bytes(manifest(product, sequenceNumber, image));
  const signed = suitDigest(sha256(wrapped));
  const wrapper = cbor.array(cbor.bytes(signed), ...signers.map((key) => cbor.bytes(key.sign(signed))));
  const members: [number | string, Buffer][] = [
    [2, cbor.bytes(wrapper)],
    [3, wrapped],
  ];
  if (image.uri === undefined) members.push(["#app", cbor.bytes(image.bytes)]);
  const bytes = cbor.tag(107, cbor.map(...members));
  return { bytes, manifestDigest: hex(sha256(wrapped)), digest: hex(sha256(bytes)) };
}
