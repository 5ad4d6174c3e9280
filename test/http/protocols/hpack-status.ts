/** Returns the status in a block of headers, by HPACK's table or as text. */
export function statusIn(block: Buffer): string {
  const indexed: Readonly<Record<number, string>> = {
    0x88: "200",
    0x89: "204",
    0x8a: "206",
    0x8b: "304",
    0x8c: "400",
    0x8d: "404",
    0x8e: "500",
  };
  return indexed[block[0]!] ?? huffmanDigits(block);
}

/**
 * Returns a literal status: name 8 of the table, then three digits in HPACK's Huffman code,
 * RFC 7541 appendix B.
 */
function huffmanDigits(block: Buffer): string {
  const at = block.findIndex((byte, index) => byte === 0x48 && (block[index + 1]! & 0x7f) <= 3);
  const [length, bytes] = [block[at + 1]! & 0x7f, block.subarray(at + 2)];
  if ((block[at + 1]! & 0x80) === 0) return bytes.subarray(0, length).toString();
  const codes: Readonly<Record<string, string>> = {
    "00000": "0",
    "00001": "1",
    "00010": "2",
    "011001": "3",
    "011010": "4",
    "011011": "5",
    "011100": "6",
    "011101": "7",
    "011110": "8",
    "011111": "9",
  };
  let [bits, text] = [
    [...bytes.subarray(0, length)].map((byte) => byte.toString(2).padStart(8, "0")).join(""),
    "",
  ];
  while (text.length < 3) {
    const code = [bits.slice(0, 5), bits.slice(0, 6)].find((each) => codes[each] !== undefined);
    if (code === undefined) return text;
    text += codes[code]!;
    bits = bits.slice(code.length);
  }
  return text;
}
