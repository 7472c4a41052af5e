// Deterministic CBOR (RFC 8949 §4.2.1), as much of it as keys and envelopes need. Map keys are written as they are given:
// whoever calls gives them in order.

type Bytes = Uint8Array;

function head(major: number, value: number): Buffer {
  const type = major << 5;
  if (value < 24) return Buffer.from([type | value]);
  if (value < 0x100) return Buffer.from([type | 24, value]);
  if (value < 0x1_0000) return Buffer.from([type | 25, value >> 8, value & 255]);
  const wide = Buffer.alloc(value <= 0xffff_ffff ? 5 : 9);
  wide[0] = type | (wide.length === 5 ? 26 : 27);
  if (wide.length === 5) wide.writeUInt32BE(value, 1);
  else wide.writeBigUInt64BE(BigInt(value), 1);
  return wide;
}

export function int(value: number): Buffer {
  return value < 0 ? head(1, -1 - value) : head(0, value);
}

export function bytes(content: Bytes): Buffer {
  return Buffer.concat([head(2, content.length), content]);
}

export function text(content: string): Buffer {
  const utf8 = Buffer.from(content);
  return Buffer.concat([head(3, utf8.length), utf8]);
}

export function array(...items: Bytes[]): Buffer {
  return Buffer.concat([head(4, items.length), ...items]);
}

/** A number stands for itself as a key, and so does text. */
export function map(...entries: [key: number | string, value: Bytes][]): Buffer {
  const parts = entries.flatMap(([key, value]) => [typeof key === "number" ? int(key) : text(key), value]);
  return Buffer.concat([head(5, entries.length), ...parts]);
}

export function tag(number: number, item: Bytes): Buffer {
  return Buffer.concat([head(6, number), item]);
}

export const NULL = Buffer.from([0xf6]);
