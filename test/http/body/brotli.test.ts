import { brotliCompressSync, constants, createBrotliCompress } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isBrotliBomb } from "../../../src/http/body/brotli.ts";

const LIMIT = 65_536;
const compress = (bytes: Uint8Array, windowBits = 22): Buffer =>
  brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_LGWIN]: windowBits } });

test.each([10, 15, 16, 17, 18, 22])(
  "a stream within the limit is none, by a window of %i bits",
  (windowBits) => {
    for (const length of [0, 1, 100, LIMIT])
      expect(isBrotliBomb(compress(Buffer.alloc(length, "ab"), windowBits), LIMIT)).toBe(false);
  },
);

test.each([10, 15, 16, 17, 18, 22])(
  "a stream beyond the limit is one, by a window of %i bits",
  (windowBits) => {
    for (const length of [LIMIT + 1, 300_000])
      expect(isBrotliBomb(compress(Buffer.alloc(length, "ab"), windowBits), LIMIT)).toBe(true);
  },
);

test.each([23, 24])("a window of %i bits is more than any body needs", (windowBits) => {
  expect(isBrotliBomb(compress(Buffer.from("a"), windowBits), LIMIT)).toBe(true);
});

test("what begins with nothing is left to the decoder", async () => {
  const encoder = createBrotliCompress();
  const chunks: Buffer[] = [];
  encoder.on("data", (chunk: Buffer) => chunks.push(chunk));
  await new Promise<void>((resolve) => encoder.flush(() => resolve()));
  await new Promise((resolve) => encoder.on("end", resolve).end(Buffer.alloc(1_000_000)));
  expect(isBrotliBomb(Buffer.concat(chunks), LIMIT)).toBe(false);
  expect(isBrotliBomb(Buffer.alloc(0), LIMIT)).toBe(false);
});

test("no stream within the limit is taken for one", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 5000 }), (bytes) => {
      expect(isBrotliBomb(compress(bytes), 5000)).toBe(false);
    }),
  );
});
