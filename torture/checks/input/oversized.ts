// bodies, headers, targets and forms that are too long.
import { atMost, type Check, exactly, type Figure } from "../../check.ts";
import type { Stage } from "../../engine.ts";
import { readUntilQuiet, watchMemory } from "../../load/memory.ts";
import { isCutOrTooLarge, shown } from "./answers.ts";
import { withServer } from "./given.ts";
import { type Heard, type Send, sendHttp1, sendHttp2 } from "./senders.ts";
import { lengthOf, longBody, WAYS } from "./ways.ts";

const KIB = 1024;
const LIMIT_KIB = 64;
const HEADERS_KIB = 16;
/** How much beyond the limit may be read. */
const MORE_KIB = 64;
/** The head of a request, and what stands around the pieces of its body. */
const FRAMING_KIB = 1;
const FORM = { "content-type": "application/x-www-form-urlencoded" };

/** One request that is too long, and whether an answer refuses it. */
interface Long {
  readonly name: string;
  readonly most: "body" | "headers" | "form";
  send(port: number): Promise<Heard>;
  isRefused(heard: Heard): boolean;
}

const BODIES: readonly { readonly name: string; readonly length: number; chunked?: true }[] = [
  { name: "64 KiB and one byte", length: LIMIT_KIB * KIB + 1 },
  { name: "1 MB", length: 1_000_000 },
  { name: "1 GiB in chunks", length: KIB ** 3, chunked: true },
];

const bodies: readonly Long[] = WAYS.flatMap((way) =>
  BODIES.map(({ name, length, chunked }): Long => ({
    name: `${name}, ${way.name}`,
    most: "body",
    send: (port) =>
      way.send(port, {
        path: way.path,
        headers: way.headers,
        length: chunked ? undefined : lengthOf(way, length),
        pieces: longBody(way, length),
      }),
    isRefused: isCutOrTooLarge,
  })),
);

/** Over HTTP/2, the stream may be reset instead of an answer. */
const isRefused =
  (...statuses: readonly number[]) =>
  ({ status }: Heard): boolean =>
    statuses.includes(status);

const many = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`x-${index}`, "b"]));

const headersOver = (version: string, send: Send, reset: readonly number[]): readonly Long[] => {
  const get = (name: string, path: string, headers: Readonly<Record<string, string>>): Long => ({
    name: `${name}, ${version}`,
    most: "headers",
    send: (port) => send(port, { method: "GET", path, headers, length: 0, pieces: [] }),
    isRefused: isRefused(431, 414, ...reset),
  });
  const post = (path: string, headers: Readonly<Record<string, string>>, text: string): Long => ({
    name: `1,001 fields to ${path}, ${version}`,
    most: "form",
    send: (port) => send(port, { path, headers, length: text.length, pieces: [Buffer.from(text)] }),
    isRefused: isRefused(400),
  });
  const fields = Array.from({ length: 1_001 }, (_, index) => `f${index}=1`).join("&");
  const parts = '--b\r\ncontent-disposition: form-data; name="a"\r\n\r\n\r\n'.repeat(1_001);
  return [
    get("a header of 16 KiB", "/v1/users/me", { "x-a": "a".repeat(HEADERS_KIB * KIB) }),
    get("1,000 headers", "/v1/users/me", many(1_000)),
    get("a target of 16 KiB", `/v1/users/me?a=${"a".repeat(HEADERS_KIB * KIB)}`, {}),
    post("/user/login", FORM, fields),
    post("/oauth2/token", FORM, fields),
    post("/user/login", { "content-type": "multipart/form-data; boundary=b" }, `${parts}--b--\r\n`),
  ];
};

const ALL: readonly Long[] = [
  ...bodies,
  ...headersOver("HTTP/1.1", sendHttp1, []),
  ...headersOver("HTTP/2", sendHttp2, [0]),
];

const measureOversized = ({ engine, amount, say }: Stage): Promise<readonly Figure[]> =>
  withServer(engine, async ({ server: { pid }, port, ended }) => {
    // What is loaded when it is first needed is no growth.
    for (const { send } of ALL) await send(port);
    let [accepted, grown] = [0, 0];
    const read = { body: 0, headers: 0, form: 0 };
    let before = await readUntilQuiet(pid);
    for (let round = 0; round < amount; round++) {
      for (const { name, most, send, isRefused: refuses } of ALL) {
        const { result, grownMib } = await watchMemory(pid, () => send(port));
        const now = await readUntilQuiet(pid);
        read[most] = Math.max(read[most], now - before);
        grown = Math.max(grown, grownMib);
        before = now;
        if (refuses(result)) continue;
        accepted++;
        say(`${name}: ${shown(result)}`);
      }
    }
    return [
      exactly(`requests not refused, of ${ALL.length * amount}`, accepted, 0),
      atMost("read of one body", read.body / KIB, LIMIT_KIB + MORE_KIB + FRAMING_KIB, "KiB"),
      atMost(
        "read of one request with long headers",
        read.headers / KIB,
        HEADERS_KIB + MORE_KIB,
        "KiB",
      ),
      atMost("memory during one request, beyond before", grown, 16, "MiB"),
      exactly("processes that ended", await ended(), 0),
    ];
  });

export const OVERSIZED: readonly Check[] = [
  {
    id: "R-17",
    title: "bodies, headers, targets and forms that are too long",
    how:
      `Bodies of 64 KiB and a byte, 1 MB and 1 GiB over ${WAYS.length} ways (REST, forms, OAuth, ` +
      "Connect, gRPC-Web, gRPC, over both versions of HTTP) by a client that sends on after the " +
      "answer. A header of 16 KiB, 1,000 headers, a target of 16 KiB, 1,001 fields. " +
      "`rchar` of `/proc/PID/io` says what the process read: 1 KiB of it is the head.",
    engines: ["SQLite"],
    amounts: { quick: 1, full: 5 },
    unit: "rounds",
    measure: measureOversized,
  },
];
