// Every request gets an answer of ours: no fault, no other shape, no harm to the next request.
import fc from "fast-check";
import { expect, test } from "vitest";
import { everyType } from "./every-type.ts";
import { serveContract, type Sent } from "../serve.ts";

const RUNS = { numRuns: 1_000 };

const name = fc.oneof(
  fc.constantFrom(
    "stringValue",
    "int32_value",
    "nested.nested.boolValue",
    "repeatedEnum",
    "durationValue",
    "structValue",
    "__proto__",
    "a[b]",
  ),
  fc.string({ unit: "binary" }),
);
const value = fc.oneof(
  fc.constantFrom(
    "",
    "0",
    "true",
    "1e999",
    "NaN",
    "\0",
    "-9223372036854775809",
    "%",
    "1s",
    "../../..",
  ),
  fc.string({ unit: "binary" }),
);
const escape = (text: string): string => encodeURIComponent(text.toWellFormed());
const pairs = fc
  .array(fc.tuple(name, value))
  .map((list) => list.map(([key, text]) => `${escape(key)}=${escape(text)}`).join("&"));
/** A text in which some characters are others. */
const mutated = (texts: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(
      texts,
      fc.nat(),
      fc.constantFrom("", "%", "&", "{", '"', "\\", "\u00e9", "[", ",", "--", "\r\n"),
    )
    .map(([text, at, put]) => {
      const index = at % (text.length + 1);
      return text.slice(0, index) + put + text.slice(index + 1);
    });

const json = fc
  .oneof(fc.dictionary(name, fc.jsonValue()), fc.jsonValue())
  .map((each) => JSON.stringify(each));
const form = (text: string): string =>
  text
    .split("&")
    .map(
      (pair) =>
        `--b\r\ncontent-disposition: form-data; name="${pair.split("=")[0]}"\r\n\r\n` +
        `${pair.split("=")[1]}\r\n`,
    )
    .join("") + "--b--";
const bodies: fc.Arbitrary<Sent> = fc.oneof(
  mutated(json).map((body) => ({ headers: { "content-type": "application/json" }, body })),
  mutated(pairs).map((body) => ({
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body,
  })),
  mutated(pairs.map(form)).map((body) => ({
    headers: { "content-type": "multipart/form-data; boundary=b" },
    body,
  })),
  fc
    .tuple(fc.uint8Array(), fc.constantFrom("gzip", "br", "deflate", "x"))
    .map(([body, coding]) => ({
      headers: { "content-type": "application/json", "content-encoding": coding },
      body,
    })),
);

const paths = fc.oneof(
  fc.constantFrom("/query", "/json", "/form", "/nested"),
  fc
    .tuple(fc.constantFrom("/bytes/", "/time/", "/int64/"), fc.string({ unit: "binary" }))
    .map(([start, text]) => start + escape(text)),
  fc
    .array(fc.string({ unit: "grapheme-ascii" }))
    .map((segments) => `/${segments.map(escape).join("/")}`),
);
// node's client takes only these.
const targets = fc
  .tuple(mutated(paths), mutated(pairs))
  .map(([path, query]) => `/${path.slice(1)}?${query}`.replace(/[^!-~]/g, ""));

test("no request is a fault", async () => {
  const served = await serveContract(everyType);
  const methods = fc.constantFrom("GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH");
  await fc.assert(
    fc.asyncProperty(methods, targets, bodies, async (method, target, sent) => {
      const { status, headers, body } = await served.request(
        method,
        target,
        method === "GET" ? {} : sent,
      );
      expect([200, 204, 400, 404, 405, 413, 415]).toContain(status);
      if (status !== 204) expect(headers["content-type"]).toBe("application/json; charset=utf-8");
      if (status >= 400)
        expect(JSON.parse(body)).toMatchObject({
          code: expect.any(Number) as number,
          details: [{ domain: "test" }, ...(body.includes("BadRequest") ? [{}] : [])],
        });
      expect(served.faults).toEqual([]);
      expect(Object.keys(Object.prototype)).toEqual([]);
    }),
    RUNS,
  );
});
