// What a stranger can do to a SUIT envelope without any key. He needs to know where its parts begin, and no more.

const TAG_107 = Buffer.from([0xd8, 0x6b]);

/** Argument of a CBOR head and where it ends. Enough for lengths below 65,536. */
function head(bytes: Buffer, at: number): { value: number; end: number } {
  const short = bytes[at]! & 31;
  if (short < 24) return { value: short, end: at + 1 };
  if (short === 24) return { value: bytes.readUInt8(at + 1), end: at + 2 };
  if (short === 25) return { value: bytes.readUInt16BE(at + 1), end: at + 3 };
  throw new Error("a longer head than an envelope of these tests has");
}

function byteString(content: Buffer): Buffer {
  const { length } = content;
  if (length < 24) return Buffer.concat([Buffer.from([0x40 | length]), content]);
  if (length < 256) return Buffer.concat([Buffer.from([0x58, length]), content]);
  return Buffer.concat([Buffer.from([0x59, length >> 8, length & 255]), content]);
}

/** Splits an envelope whose first member is the authentication wrapper. */
function split(envelope: Buffer): { members: number; wrapper: Buffer; rest: Buffer } {
  if (!envelope.subarray(0, 2).equals(TAG_107) || envelope[3] !== 0x02) throw new Error("not such an envelope");
  const members = head(envelope, 2).value;
  const { value, end } = head(envelope, 4);
  return { members, wrapper: envelope.subarray(end, end + value), rest: envelope.subarray(end + value) };
}

/** The envelope with one more member, which the signed manifest does not know. */
export function stuffed(envelope: Buffer): Buffer {
  const key = Buffer.from("#extra");
  const out = Buffer.concat([envelope, Buffer.from([0x60 | key.length]), key, byteString(Buffer.from("extra"))]);
  out[2] = 0xa0 | (split(envelope).members + 1);
  return out;
}

/** The envelope without its signatures; digest and manifest stay. */
export function stripped(envelope: Buffer): Buffer {
  const { members, wrapper, rest } = split(envelope);
  const { value, end } = head(wrapper, 1);
  const unsigned = Buffer.concat([Buffer.from([0x81]), wrapper.subarray(1, end + value)]);
  return Buffer.concat([TAG_107, Buffer.from([0xa0 | members, 0x02]), byteString(unsigned), rest]);
}
