// Unary calls over gRPC, gRPC-Web and Connect, whole or broken.
import { gzipSync } from "node:zlib";
import type { DescMethod } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel } from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import { methods } from "../../contract/descriptors.ts";
import { CANARY } from "../target/canary.ts";
import type { Headers } from "./headers.ts";
import { jsonBody } from "./json-bodies.ts";
import type { Sent } from "./request.ts";
import type { Principals } from "../target/enrol.ts";
import { wireBody } from "./wire-bodies.ts";

/** How a protocol carries a message. */
type Envelope = "none" | "frame" | "text";

/** The content types of the protocols, each with the codec and the envelope. */
const TYPES: readonly (readonly [type: string, codec: "proto" | "json", envelope: Envelope])[] = [
  ["application/proto", "proto", "none"],
  ["application/json", "json", "none"],
  ["application/grpc", "proto", "frame"],
  ["application/grpc+proto", "proto", "frame"],
  ["application/grpc+json", "json", "frame"],
  ["application/grpc-web", "proto", "frame"],
  ["application/grpc-web+json", "json", "frame"],
  ["application/grpc-web-text", "proto", "text"],
  ["application/grpc-web-text+proto", "proto", "text"],
];

/** Types that are nearly one of theirs; no answer to them is a fault. */
const OTHER_TYPES: readonly string[] = [
  "application/grpc+thrift",
  "application/grpc-web-textual",
  "application/connect+proto",
  "application/json; charset=utf-16",
  "APPLICATION/GRPC",
  "application/proto;x=1",
  "application/grpc-web+proto, application/json",
  "",
];

const called: readonly DescMethod[] = methods.filter(
  ({ parent, methodKind }) => methodKind === "unary" && !parent.typeName.startsWith("legacy."),
);

const pathOf = (method: DescMethod): string => `/${method.parent.typeName}/${method.name}`;

function frame(message: Uint8Array, flags: number, length: number): Buffer {
  const prefix = Buffer.alloc(5);
  prefix[0] = flags;
  prefix.writeUInt32BE(length >>> 0, 1);
  return Buffer.concat([prefix, message]);
}

const plain = (message: Uint8Array): Buffer => frame(message, 0, message.length);

function compressed(message: Uint8Array): Buffer {
  const bytes = gzipSync(message);
  return frame(bytes, 1, bytes.length);
}

/** Ten megabytes in ten kilobytes. */
const BOMB = compressed(Buffer.alloc(10_000_000));

/** How a message is put into frames. */
const FRAMINGS: readonly ((message: Uint8Array) => { body: Buffer; headers?: Headers })[] = [
  ...Array<(message: Uint8Array) => { body: Buffer }>(20).fill((message) => ({
    body: plain(message),
  })),
  (message) => ({ body: frame(message, 2, message.length) }),
  (message) => ({ body: frame(message, 0x80, message.length) }),
  (message) => ({ body: frame(message, 255, message.length) }),
  (message) => ({ body: frame(message, 0, message.length + 1) }),
  (message) => ({ body: frame(message, 0, message.length - 1) }),
  (message) => ({ body: frame(message, 0, 0xffffffff) }),
  (message) => ({ body: frame(message, 0, 65_537) }),
  (message) => ({ body: Buffer.concat([plain(message), plain(message)]) }),
  (message) => ({ body: plain(message).subarray(0, 4) }),
  () => ({ body: Buffer.alloc(0) }),
  (message) => ({ body: frame(message, 1, message.length) }),
  (message) => ({ body: frame(message, 1, message.length), headers: [["grpc-encoding", "gzip"]] }),
  (message) => ({ body: compressed(message), headers: [["grpc-encoding", "gzip"]] }),
  (message) => ({ body: compressed(message), headers: [["grpc-encoding", "identity"]] }),
  (message) => ({
    body: compressed(message).fill(0, 20, 25),
    headers: [["grpc-encoding", "gzip"]],
  }),
  () => ({ body: BOMB, headers: [["grpc-encoding", "gzip"]] }),
  (message) => ({ body: plain(message), headers: [["grpc-encoding", "br"]] }),
];

/** How bytes are put into text. */
const TEXTS: readonly ((bytes: Buffer) => string)[] = [
  ...Array<(bytes: Buffer) => string>(10).fill((bytes) => bytes.toString("base64")),
  (bytes) => bytes.toString("base64url"),
  (bytes) => bytes.subarray(0, 5).toString("base64") + bytes.subarray(5).toString("base64"),
  (bytes) => `${bytes.toString("base64").slice(0, -1)}`,
  (bytes) => `${bytes.toString("base64")}====`,
  (bytes) => bytes.toString("base64").replace(/(.{4})/g, "$1\r\n"),
  (bytes) => `*${bytes.toString("base64")}`,
  (bytes) => bytes.toString("latin1"),
];

const zipped = (body: string): string => gzipSync(Buffer.from(body, "latin1")).toString("latin1");

/** How a body of Connect is sent. */
const BARE: readonly ((body: string) => { body: string; headers?: Headers })[] = [
  ...Array<(body: string) => { body: string }>(10).fill((body) => ({ body })),
  (body) => ({ body: zipped(body), headers: [["content-encoding", "gzip"]] }),
  (body) => ({ body: zipped(body).slice(0, -3), headers: [["content-encoding", "gzip"]] }),
  (body) => ({ body, headers: [["content-encoding", "gzip"]] }),
  (body) => ({ body, headers: [["content-encoding", "snappy"]] }),
  () => ({ body: BOMB.toString("latin1", 5), headers: [["content-encoding", "gzip"]] }),
  (body) => ({ body: body.padEnd(65_537, " ") }),
];

const MORE: readonly Headers[] = [
  ...["99999999H", "999999999H", "5S", "0S", "1n", "-1S", "1.5S", "1", "S", "", "1s", "1 S"].map(
    (value): Headers => [["grpc-timeout", value]],
  ),
  ...["1000", "99999999999", "-1", "1e3", "x"].map((value): Headers => [
    ["connect-timeout-ms", value],
  ]),
  ...["1", "2", "x"].map((value): Headers => [["connect-protocol-version", value]]),
  [
    ["x-data-bin", "%%%not base64"],
    ["grpc-status-details-bin", "AAAA"],
    ["grpc-status", "0"],
  ],
  [
    ["te", "trailers"],
    ["grpc-accept-encoding", "x,,;,gzip"],
    ["user-agent", "grpc-fuzz/1 \u0080\u00ff"],
  ],
  [
    ["authorization", `Bearer ${CANARY}`],
    ["authorization", "Bearer x"],
  ],
];

function credential({ administrator, user }: Principals): fc.Arbitrary<Headers> {
  const own = fc.constantFrom(
    `Bearer ${administrator.token}`,
    `Bearer ${administrator.token}`,
    `Bearer ${user.token}`,
    `Basic ${administrator.basic}`,
  );
  return fc.oneof(
    { weight: 4, arbitrary: own.map((value): Headers => [["authorization", value]]) },
    { weight: 1, arbitrary: fc.constant<Headers>([]) },
  );
}

const more: fc.Arbitrary<Headers> = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Headers>([]) },
  { weight: 2, arbitrary: fc.constantFrom(...MORE) },
);

/** Calls by POST. */
export function postedCalls(principals: Principals): fc.Arbitrary<Sent> {
  const made = new Map(
    called.map((method) => [
      method,
      {
        proto: wireBody(method.input.fields, principals).map((body) =>
          Buffer.from(body).toString("latin1"),
        ),
        json: jsonBody(method.input.fields, principals),
      },
    ]),
  );
  return fc
    .tuple(fc.constantFrom(...called), fc.constantFrom(...TYPES))
    .chain(([method, [type, codec, envelope]]) => {
      const parts = fc.tuple(
        made.get(method)![codec],
        credential(principals),
        more,
        fc.oneof(
          { weight: 30, arbitrary: fc.constant(type) },
          { weight: 1, arbitrary: fc.constantFrom(...OTHER_TYPES) },
        ),
      );
      const sendings = fc.tuple(
        fc.constantFrom(...FRAMINGS),
        fc.constantFrom(...TEXTS),
        fc.constantFrom(...BARE),
      );
      return fc
        .tuple(parts, sendings)
        .map(([[message, own, rest, said], [framing, text, bare]]): Sent => {
          const framed = envelope === "none" ? undefined : framing(Buffer.from(message, "latin1"));
          const { body, headers = [] } =
            framed === undefined
              ? bare(message)
              : {
                  ...framed,
                  body: envelope === "text" ? text(framed.body) : framed.body.toString("latin1"),
                };
          return {
            verb: "POST",
            target: pathOf(method),
            body,
            headers: [["content-type", said], ...own, ...headers, ...rest],
          };
        });
    });
}

const read = called.filter(
  ({ idempotency }) => idempotency === MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS,
);

/** Calls by GET, of Connect, and of methods that have none. */
export function gotCalls(principals: Principals): fc.Arbitrary<Sent> {
  const query = (message: string, encoding: string) =>
    fc
      .tuple(
        fc.constantFrom("0", "1", "1", "x"),
        fc.constantFrom("", "", "", "gzip", "identity"),
        fc.constantFrom("connect=v1", "connect=v9", "", "message=x", "encoding=proto"),
      )
      .map(([base64, compression, rest]) => {
        const bytes = Buffer.from(message, "latin1");
        const text =
          base64 === "1" ? bytes.toString("base64url") : encodeURIComponent(bytes.toString("utf8"));
        const first = `encoding=${encoding}&base64=${base64}&compression=${compression}`;
        return `${first}&message=${text}&${rest}`;
      });
  const message = (method: DescMethod) =>
    fc.oneof(
      jsonBody(method.input.fields, principals).chain((body) => query(body, "json")),
      wireBody(method.input.fields, principals).chain((body) =>
        query(Buffer.from(body).toString("latin1"), "proto"),
      ),
      fc.constantFrom(
        "",
        "message=%ff&encoding=json",
        "encoding=xml&message=",
        "message={}",
        "encoding=json",
      ),
    );
  return fc
    .oneof(
      { weight: 9, arbitrary: fc.constantFrom(...read) },
      { weight: 1, arbitrary: fc.constantFrom(...called) },
    )
    .chain((method) =>
      fc.tuple(message(method), credential(principals), more).map(([text, own, rest]): Sent => ({
        verb: "GET",
        target: `${pathOf(method)}?${text.slice(0, 7000)}`,
        headers: [...own, ...rest],
      })),
    );
}
