// What no client library would send: each is refused as the caller's fault, with a reason, and
// never as ours.
import { create, toBinary, toJsonString } from "@bufbuild/protobuf";
import { afterEach, describe, expect, test } from "vitest";
import { request as http1 } from "node:http";
import { SignInRequestSchema } from "../../gen/identity/v1/user_pb.ts";
import { useServer } from "../use-server.ts";
import { frame, post, PROTOCOLS, type RawProtocol, type RawRequest } from "./raw.ts";

const PATH = "/identity.v1.UserService/SignIn";
const used = useServer({ environment: { SIGN_IN_ACCOUNT_FAILURES: "100" } });

const message = create(SignInRequestSchema, {
  identifier: { case: "username", value: "nobody" },
  password: "a password",
});
const encoded = (codec: "proto" | "json"): Buffer =>
  Buffer.from(
    codec === "proto"
      ? toBinary(SignInRequestSchema, message)
      : toJsonString(SignInRequestSchema, message),
  );

const MALFORMED: Readonly<Record<"proto" | "json", Readonly<Record<string, Uint8Array>>>> = {
  proto: {
    "a text that breaks off": Buffer.from([0x0a, 0x20, 0x61]),
    "a tag that breaks off": Buffer.from([0x8a]),
    "a varint of 11 bytes": Buffer.from([0x20, ...Array<number>(11).fill(0xff)]),
    "a length of 2^32 - 1": Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f]),
    "wire type 7": Buffer.from([0x0f, 0x01]),
    "field number 0": Buffer.from([0x02, 0x01, 0x61]),
    "a group that doesn't end": Buffer.from([0x7b, 0x08, 0x01]),
    "10,000 groups in each other": Buffer.alloc(10_000, 0x7b),
    "a text that is no UTF-8": Buffer.from([0x0a, 0x02, 0xc3, 0x28]),
    "half a surrogate pair": Buffer.from([0x0a, 0x03, 0xed, 0xa0, 0x80]),
    "a NUL": Buffer.from([0x0a, 0x03, 0x61, 0x00, 0x62]),
  },
  json: {
    "no JSON": Buffer.from("{"),
    "an array": Buffer.from("[]"),
    "nothing at all": Buffer.from(""),
    "a name twice": Buffer.from('{"username":"a","username":"b","password":"c"}'),
    "a member of a oneof twice": Buffer.from('{"username":"a","email":"b","password":"c"}'),
    NaN: Buffer.from('{"username":"a","password":NaN}'),
    "30,000 arrays in each other": Buffer.from(`{"x":${"[".repeat(30_000)}${"]".repeat(30_000)}}`),
    "no UTF-8": Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d]),
    "a byte-order mark": Buffer.from("\ufeff{}"),
    "half a surrogate pair": Buffer.from('{"username":"\\ud800","password":"c"}'),
    "a NUL": Buffer.from('{"username":"a\\u0000b","password":"c"}'),
  },
};

/** JSON that names a field with a value of another type. */
const MISTYPED: Readonly<Record<string, string>> = {
  "a number for a text": '{"username":0,"password":"c"}',
  "an object for a text": '{"username":{"$ne":""},"password":"c"}',
  "an array for a text": '{"username":["a"],"password":"c"}',
};

const isPosted = async (protocol: RawProtocol, request: RawRequest) =>
  protocol.refusal(await post(used.url, request));

// Nothing of what is here may count as a fault of the server.
afterEach(() => {
  expect(
    used.server.log.filter((line) => line.includes('"fault"') || line.includes('"INTERNAL"')),
  ).toEqual([]);
});

describe.each(PROTOCOLS)("over $name", (protocol) => {
  const whole = encoded(protocol.codec);

  test("a message by hand gets through", async () => {
    expect(await isPosted(protocol, protocol.request(PATH, whole))).toMatchObject({
      code: "Unauthenticated",
      reason: "SIGN_IN_FAILED",
    });
    expect(await isPosted(protocol, protocol.compressed(PATH, whole))).toMatchObject({
      code: "Unauthenticated",
      reason: "SIGN_IN_FAILED",
    });
  });

  test.each(Object.entries(MALFORMED[protocol.codec]))("%s", async (_, bytes) => {
    expect(await isPosted(protocol, protocol.request(PATH, bytes))).toMatchObject({
      code: "InvalidArgument",
      reason: "MALFORMED_REQUEST",
      domain: "latchkey",
    });
  });

  if (protocol.codec === "json")
    test.each(Object.entries(MISTYPED))("%s", async (_, text) => {
      expect(await isPosted(protocol, protocol.request(PATH, Buffer.from(text)))).toMatchObject({
        code: "InvalidArgument",
        reason: "FIELD_INVALID",
      });
    });

  test("a message without the fields that are needed", async () => {
    const empty = Buffer.from(protocol.codec === "proto" ? "" : "{}");
    expect(await isPosted(protocol, protocol.request(PATH, empty))).toMatchObject({
      code: "InvalidArgument",
      reason: "FIELD_INVALID",
    });
  });

  test.each(["garbage", "half", "empty"])("gzip that is none: %s", async (kind) => {
    const zipped = protocol.compressed(PATH, whole);
    const bytes = {
      garbage: Buffer.from("no gzip at all"),
      half: zipped.body.subarray(5, -8),
      empty: Buffer.alloc(0),
    }[kind]!;
    expect(await isPosted(protocol, protocol.compressed(PATH, whole, bytes))).toMatchObject({
      code: "InvalidArgument",
      reason: "MALFORMED_REQUEST",
    });
  });

  test("a compression that is not read here", async () => {
    const request = protocol.request(PATH, whole, {
      [protocol.framed ? "grpc-encoding" : "content-encoding"]: "snappy",
    });
    expect(await isPosted(protocol, request)).toMatchObject({
      code: "Unimplemented",
      reason: "ENCODING_UNSUPPORTED",
    });
  });

  test.each(["1x", "-1", "1e3", "", "99999999999999999999"])("the timeout %j", async (timeout) => {
    const request = protocol.request(PATH, whole, {
      [protocol.framed ? "grpc-timeout" : "connect-timeout-ms"]: timeout,
    });
    expect(await isPosted(protocol, request)).toMatchObject({
      code: "InvalidArgument",
      reason: "MALFORMED_REQUEST",
    });
  });
});

test.each(["authorization", "content-type"])("two headers of the name %s", async (name) => {
  const headers = [
    "host",
    new URL(used.url).host,
    "content-type",
    "application/json",
    name,
    "application/json",
    name,
    "application/json",
    "content-length",
    "2",
  ];
  const status = await new Promise((resolve, reject) => {
    const request = http1(used.url + PATH, { method: "POST", headers, agent: false }, (response) =>
      resolve(response.resume().statusCode),
    );
    request.on("error", reject).end("{}");
  });
  expect(status).toBe(400);
});

describe.each(PROTOCOLS.filter(({ framed, name }) => framed && !name.includes("text")))(
  "frames over $name",
  (protocol) => {
    const whole = encoded(protocol.codec);
    const frames: Readonly<Record<string, Buffer>> = {
      "no frame": Buffer.alloc(0),
      "four bytes": Buffer.alloc(4),
      "a length that is too long": frame(whole, { length: whole.length + 1 }),
      "a length that is too short": frame(whole, { length: whole.length - 1 }),
      "two messages": Buffer.concat([frame(whole), frame(whole)]),
      "unknown flags": frame(whole, { flags: 2 }),
      "trailers from a client": frame(whole, { flags: 0x80 }),
      "compressed, without an encoding": frame(whole, { flags: 1 }),
    };

    test.each(Object.entries(frames))("%s", async (_, body) => {
      expect(await isPosted(protocol, { ...protocol.request(PATH, whole), body })).toMatchObject({
        code: "InvalidArgument",
        reason: "MALFORMED_REQUEST",
      });
    });
  },
);
