// Calls over versions of HTTP without trailers, as from a proxy that has only `proxy_pass`.
import { expect, test } from "vitest";
import { RawConnection } from "../http/server/sockets.ts";
import { useServer } from "../use-server.ts";
import { frame } from "./raw.ts";

const used = useServer();

const METHODS = {
  "a call": "/grpc.health.v1.Health/Check",
  "a call that needs a credential": "/identity.v1.UserService/GetUser",
  "a call that is refused": "/identity.v1.UserService/SignIn",
  "a stream": "/grpc.health.v1.Health/Watch",
  reflection: "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
  "no method": "/identity.v1.UserService/NoSuch",
  "no service": "/no.such.Service/Method",
};
const GRPC_TYPES = ["application/grpc", "application/grpc+proto", "Application/gRPC+json"];

const EMPTY = frame(Buffer.alloc(0)).toString("latin1");

interface Asked {
  readonly version: string;
  readonly path: string;
  readonly type: string;
  readonly body?: string;
  readonly more?: string;
}

const request = ({ version, path, type, body = EMPTY, more = "" }: Asked): string =>
  `POST ${path} HTTP/${version}\r\nhost: x\r\ncontent-type: ${type}\r\n${more}` +
  `content-length: ${body.length}\r\n\r\n${body}`;

function open(): RawConnection {
  return new RawConnection(Number(new URL(used.url).port));
}

async function answer(sent: string): Promise<string> {
  const connection = open();
  connection.write(sent);
  return connection.toEnd();
}

// What node's parser takes besides 1.1.
const VERSIONS = ["1.0", "0.9", "2.0"];
const CASES = VERSIONS.flatMap((version) =>
  Object.entries(METHODS).map(([name, path]) => ({ version, name, path })),
);

test.each(CASES)(
  "$name by gRPC over HTTP/$version gets 505 and the reason",
  async ({ version, path }) => {
    const answers = await Promise.all(
      GRPC_TYPES.map((type) => answer(request({ version, path, type }))),
    );
    expect(answers).toHaveLength(GRPC_TYPES.length);
    for (const each of answers)
      expect(each).toMatch(
        /^HTTP\/1\.1 505 [^]*connection: close[^]*\r\n\r\ngRPC needs HTTP\/2: [^]*grpc_pass\.\n$/i,
      );
  },
);

test.each([
  "connection: keep-alive\r\n",
  "te: trailers\r\n",
  "te: chunked\r\n",
  "grpc-timeout: 1S\r\n",
])("so it does with %j", async (more) => {
  expect(
    await answer(
      request({ version: "1.0", path: METHODS["a call"], type: "application/grpc", more }),
    ),
  ).toMatch(/^HTTP\/1\.1 505 /);
});

test("over HTTP/1.1, gRPC has its trailers behind the last chunk", async () => {
  const connection = open();
  connection.write(request({ version: "1.1", path: METHODS["a call"], type: "application/grpc" }));
  await connection.until(/\r\n0\r\ngrpc-status: 0\r\n\r\n$/i);
  const refused = open();
  refused.write(request({ version: "1.1", path: METHODS["no method"], type: "application/grpc" }));
  await refused.until(/\r\n0\r\n[^]*grpc-status: 12\r\n[^]*\r\n$/i);
});

test.each<[string, Pick<Asked, "type" | "body">, RegExp]>([
  [
    "gRPC-Web",
    { type: "application/grpc-web+proto" },
    /\r\n\r\n\0\0\0\0\x02\x08\x01\x80\0\0\0.grpc-status: 0\r\n$/,
  ],
  [
    "gRPC-Web as text",
    { type: "application/grpc-web-text", body: Buffer.from(EMPTY, "latin1").toString("base64") },
    /\r\n\r\nAAAAAAIIAYAAAA/,
  ],
  ["Connect", { type: "application/json", body: "{}" }, /\r\n\r\n\{"status":"SERVING"\}$/],
])(
  "%s needs no trailers: it is answered over HTTP/1.0, kept open or not",
  async (_, asked, expected) => {
    expect(await answer(request({ version: "1.0", path: METHODS["a call"], ...asked }))).toMatch(
      expected,
    );
    const kept = open();
    for (let times = 1; times <= 3; times++) {
      kept.received = "";
      kept.write(
        request({
          version: "1.0",
          path: METHODS["a call"],
          more: "connection: keep-alive\r\n",
          ...asked,
        }),
      );
      await kept.until(expected);
    }
  },
);

test.each([
  ["gRPC-Web", { type: "application/grpc-web+proto" }],
  ["Connect", { type: "application/connect+proto" }],
])(
  "a Watch by %s over HTTP/1.0 says how it is, with a host, without, and with one that is none",
  async (_, asked) => {
    for (const host of ["host: x\r\n", "", "host: a b[\r\n"]) {
      const connection = open();
      connection.write(
        request({ version: "1.0", path: METHODS["a stream"], ...asked }).replace(
          "host: x\r\n",
          host,
        ),
      );
      await connection.until(/^HTTP\/1\.1 200 [^]*\r\n\r\n\0\0\0\0\x02\x08\x01/);
    }
    expect(used.server.log.filter((line) => line.includes('"msg":"fault"'))).toEqual([]);
  },
);

test("REST over HTTP/1.0 is answered, kept open or not", async () => {
  expect(await answer("GET /healthz HTTP/1.0\r\n\r\n")).toMatch(
    /^HTTP\/1\.1 200 [^]*connection: close[^]*\{"status":"ok"\}$/i,
  );
  const kept = open();
  kept.write("GET /healthz HTTP/1.0\r\nconnection: keep-alive\r\n\r\n".repeat(2));
  await kept.until(/"ok"\}HTTP\/1\.1 200 [^]*"ok"\}$/);
});

test.each(Object.values(METHODS))(
  "HEAD and GET of %s are answered without a fault",
  async (path) => {
    for (const method of ["HEAD", "GET"]) {
      for (const version of ["1.0", "1.1"]) {
        const said = await answer(
          `${method} ${path} HTTP/${version}\r\nhost: x\r\nconnection: close\r\n\r\n`,
        );
        expect(said).toMatch(/^HTTP\/1\.1 (404|405|415|505) /);
        if (method === "HEAD") expect(said).toMatch(/\r\n\r\n$/);
      }
    }
  },
);

test("HTTP/0.9, which names no version, is answered", async () => {
  expect(await answer("GET /healthz\r\n\r\n")).toMatch(
    /^HTTP\/1\.1 200 [^]*connection: close[^]*\{"status":"ok"\}$/i,
  );
});

test.each([
  "nonsense\r\n\r\n",
  "GET / HTTP/9.9\r\n\r\n",
  "\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03",
])("%j is no request", async (bytes) => {
  expect(await answer(bytes)).toMatch(/^HTTP\/1\.1 400 Bad Request\r\nConnection: close\r\n\r\n$/);
});
