// What fuzzing has found, each as a fixed case.
import { create, toBinary } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { LockUserRequestSchema } from "../../gen/identity/v1/user_pb.ts";
import { post, PROTOCOLS } from "../protocols/raw.ts";
import { useTarget } from "./target/target.ts";

const target = useTarget();

// Node answers it, and then nothing on that connection that is no HTTP, until the time for headers
// is over.
test("a request for another protocol is the last one of its connection", async () => {
  const { status, headers } = await target.check({
    verb: "GET",
    target: "/nothing",
    headers: [
      ["connection", "upgrade"],
      ["upgrade", "h2c"],
    ],
  });
  expect({ status, connection: headers.get("connection") }).toEqual({
    status: 404,
    connection: "close",
  });
});

// Node answers it with 417 by itself, past every shape and past the rule above.
test("a request with an unknown expectation is a request like others", async () => {
  const { status, headers, body } = await target.check({
    verb: "POST",
    target: "/user/login",
    headers: [
      ["expect", "a miracle"],
      ["connection", "upgrade"],
      ["upgrade", "h2c"],
    ],
  });
  expect({ status, connection: headers.get("connection"), body }).toEqual({
    status: 400,
    connection: "close",
    body: '{"error":"Invalid input"}',
  });
});

// Connect's stack calls such messages INTERNAL, which is HTTP 500; health and reflection were
// served by it alone.
describe.each(PROTOCOLS.filter(({ framed, codec }) => framed && codec === "proto"))(
  "over $name",
  (protocol) => {
    // Streams are not served as text.
    const streams = protocol.name.includes("text")
      ? []
      : [
          "/grpc.health.v1.Health/Watch",
          "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        ];
    const paths = ["/grpc.health.v1.Health/Check", "/grpc.health.v1.Health/List", ...streams];

    test.each(paths)("a message to %s that breaks off is the caller's fault", async (path) => {
      const answer = await post(target.url, protocol.request(path, Buffer.of(0x0a, 0x20, 0x61)));
      expect(protocol.refusal(answer)).toMatchObject({
        code: "InvalidArgument",
        reason: "MALFORMED_REQUEST",
      });
    });

    test.each(paths)(
      "a message to %s that cannot be decompressed is the caller's fault",
      async (path) => {
        const answer = await post(
          target.url,
          protocol.compressed(path, Buffer.alloc(0), Buffer.from("no gzip at all")),
        );
        expect(protocol.refusal(answer)).toMatchObject({
          code: "InvalidArgument",
          reason: "MALFORMED_REQUEST",
        });
      },
    );
  },
);

// Protobuf carries times that JSON cannot: once stored, such a lock made every answer about its
// user a fault.
test.each([253_402_300_800n, 2n ** 53n, 2n ** 63n - 1n])(
  "no user is locked until the second %s, beyond the year 9999",
  async (seconds) => {
    const { administrator, prey } = target.principals;
    const message = toBinary(
      LockUserRequestSchema,
      create(LockUserRequestSchema, {
        userId: prey.userId,
        reason: "a long time",
        until: { seconds },
      }),
    );
    const protocol = PROTOCOLS[0]!;
    const answer = await post(
      target.url,
      protocol.request("/identity.v1.UserService/LockUser", message, {
        authorization: `Bearer ${administrator.token}`,
      }),
    );
    expect(protocol.refusal(answer)).toMatchObject({
      code: "InvalidArgument",
      reason: "FIELD_INVALID",
      fields: ["until"],
    });
  },
);
