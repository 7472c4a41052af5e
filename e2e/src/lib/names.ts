// Ids of vendors and products, as SUIT derives them from names (draft-ietf-suit-manifest §8.4.8.1): UUIDs of version 5.

import { createHash } from "node:crypto";

const DNS = Buffer.from("6ba7b8109dad11d180b400c04fd430c8", "hex");

export interface Product {
  vendor: string;
  class: string;
}

function uuid5(space: Uint8Array, name: string): string {
  const id = createHash("sha1").update(space).update(name).digest().subarray(0, 16);
  id[6] = (id[6]! & 0x0f) | 0x50;
  id[8] = (id[8]! & 0x3f) | 0x80;
  return `0x${id.toString("hex")}`;
}

export function vendorId(domain: string): string {
  return uuid5(DNS, domain);
}

export function productId(vendor: string, className: string): Product {
  return { vendor, class: uuid5(Buffer.from(vendor.slice(2), "hex"), className) };
}
