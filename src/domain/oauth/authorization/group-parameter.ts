/** Parses a 64-bit number. Returns 0 for an empty text and undefined for an invalid one. */
export function parseGroupId(text: string): bigint | undefined {
  if (text === "") return 0n;
  if (!/^\d{1,19}$/.test(text)) return undefined;
  const id = BigInt(text);
  return id < 1n << 63n ? id : undefined;
}
