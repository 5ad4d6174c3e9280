// The head of a Brotli stream, RFC 7932 sections 9.1 and 9.2. It owns what the head says of the
// memory that the stream will take, and must not know who sends it.

/**
 * The window of every common encoder's default: 4 MiB. A decoder may fill the whole window before
 * it gives out a byte.
 */
const MAX_WINDOW_BITS = 22;

/**
 * Whether the head alone shows that a stream is longer than the limit, or wants more memory than
 * any body needs.
 */
export function isBrotliBomb(bytes: Buffer, limit: number): boolean {
  const bits = new BitReader(bytes);
  if (readWindowBits(bits) > MAX_WINDOW_BITS) return true;
  const isLast = bits.read(1) === 1;
  if (isLast && bits.read(1) === 1) return false;
  const nibbles = bits.read(2) + 4;
  // 7 stands for a block without data.
  return nibbles < 7 && bits.read(4 * nibbles) + 1 > limit;
}

function readWindowBits(bits: BitReader): number {
  if (bits.read(1) === 0) return 16;
  const high = bits.read(3);
  if (high > 0) return 17 + high;
  const low = bits.read(3);
  return low === 0 ? 17 : 8 + low;
}

/** Reads bits as Brotli packs them, the lowest of each byte first; behind the end all are 0. */
class BitReader {
  #rest: bigint;

  constructor(bytes: Buffer) {
    this.#rest = bytes.subarray(0, 8).reduceRight((rest, byte) => (rest << 8n) | BigInt(byte), 0n);
  }

  read(count: number): number {
    const value = BigInt.asUintN(count, this.#rest);
    this.#rest >>= BigInt(count);
    return Number(value);
  }
}
