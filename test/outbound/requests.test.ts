// Requests to real servers on this machine: each is sent once, to the address that was checked.
import { execFile } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isJsonType, OutboundError } from "../../src/domain/outbound.ts";
import { createOutbound, type OutboundOptions } from "../../src/outbound/client.ts";
import { makeExpiredCertificate, makeSignedCertificate } from "../clients/certificate.ts";
import { newFolder } from "../mariadb-server.ts";
import { serve, serveRaw } from "./servers.ts";

const CLIENT = join(import.meta.dirname, "../../src/outbound/client.ts");

let folder: string;
let signed: { readonly ca: string; readonly cert: string; readonly key: string };
let ca: string;

beforeAll(async () => {
  folder = await newFolder();
  signed = await makeSignedCertificate(folder, "IP:127.0.0.1,DNS:localhost,DNS:app.example");
  ca = await readFile(signed.ca, "utf8");
});
afterAll(() => rm(folder, { recursive: true }));

const outbound = (options: Partial<OutboundOptions> = {}) =>
  createOutbound({ now: () => 0, allowsLoopback: true, limitMs: 2_000, ca, ...options });

/** Returns why a request failed. */
async function failure(request: Promise<unknown>): Promise<string> {
  const error: unknown = await request.catch((thrown: unknown) => thrown);
  return error instanceof OutboundError ? error.failure : `no failure: ${JSON.stringify(error)}`;
}

const loopback = async () => [{ address: "127.0.0.1", family: 4 as const }];

describe("a document", () => {
  test("is returned with status, type and freshness", async () => {
    const { port, requests } = await serve((_, response) => {
      response.setHeader("content-type", "Application/JSON; charset=utf-8");
      response.setHeader("cache-control", "max-age=60");
      response.end('{"a":1}');
    });
    const url = `http://127.0.0.1:${port}/client.json?a=%20b`;
    const { body, ...rest } = await outbound().fetch(url, 7);
    expect(rest).toEqual({ status: 200, mediaType: "application/json", freshForMs: 60_000 });
    expect(Buffer.from(body).toString()).toBe('{"a":1}');
    expect(requests).toEqual(["GET /client.json?a=%20b "]);
  });

  test("comes over https from the name that the certificate has", async () => {
    const server = await serve((_, response) => response.end("{}"), signed);
    const client = outbound({ resolve: loopback });
    const url = (host: string) => `https://${host}:${server.port}/`;
    expect(await client.fetch(url("app.example"), 100)).toMatchObject({ status: 200 });
    expect(await failure(client.fetch(url("other.example"), 100))).toBe("connection");
    // The system knows no such authority, also if the environment waives certificates.
    const strict = createOutbound({ now: () => 0, allowsLoopback: true, resolve: loopback });
    process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
    try {
      expect(await failure(strict.fetch(url("app.example"), 100))).toBe("connection");
    } finally {
      delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
    }
    expect(server.requests).toHaveLength(1);
  });

  test("doesn't come by the proxy that the environment names", async () => {
    const proxy = await serve((_, response) => response.end("{}"));
    const { port, requests } = await serve((_, response) => response.end("{}"));
    const script = `
      import { createOutbound } from ${JSON.stringify(CLIENT)};
      const client = createOutbound({ now: () => 0, allowsLoopback: true });
      console.log((await client.fetch("http://127.0.0.1:${port}/", 100)).status);`;
    const environment = {
      NODE_USE_ENV_PROXY: "1",
      HTTP_PROXY: `http://127.0.0.1:${proxy.port}`,
      NO_PROXY: "",
    };
    const words = ["--input-type=module", "--eval", script];
    const { stdout } = await promisify(execFile)(process.execPath, words, { env: environment });
    expect([stdout.trim(), requests.length, proxy.connections()]).toEqual(["200", 1, 0]);
  });

  test("is refused from a server whose certificate has expired", async () => {
    const server = await serve(
      (_, response) => response.end("{}"),
      await makeExpiredCertificate(folder, "IP:127.0.0.1"),
    );
    const url = `https://127.0.0.1:${server.port}/`;
    expect(await failure(outbound().fetch(url, 100))).toBe("connection");
    expect(server.requests).toEqual([]);
  });

  test("is asked for with no cookie, credential or referrer", async () => {
    let headers: NodeJS.Dict<string | string[]> = {};
    const { port } = await serve((request, response) => {
      headers = request.headers;
      response.setHeader("set-cookie", "a=b");
      response.end();
    });
    await outbound().fetch(`http://127.0.0.1:${port}/`, 100);
    await outbound().fetch(`http://127.0.0.1:${port}/`, 100);
    expect(headers).toEqual({
      host: `127.0.0.1:${port}`,
      "user-agent": "latchkey",
      accept: "application/json",
      "accept-encoding": "identity",
      connection: "close",
    });
  });

  test.each([301, 302, 303, 307, 308])("is not looked for behind a %i", async (status) => {
    const target = await serve((_, response) => response.end("{}"));
    const { port, requests } = await serve((_, response) => {
      response.writeHead(status, { location: `http://127.0.0.1:${target.port}/` });
      response.end("moved");
    });
    const found = await outbound().fetch(`http://127.0.0.1:${port}/`, 100);
    expect({ status: found.status, length: found.body.length }).toEqual({ status, length: 0 });
    expect([requests.length, target.connections()]).toEqual([1, 0]);
  });

  test("may have just as many bytes as are allowed", async () => {
    const { port } = await serve((request, response) =>
      response.end("x".repeat(Number(request.url?.slice(1)))),
    );
    const url = `http://127.0.0.1:${port}`;
    expect((await outbound().fetch(`${url}/5120`, 5_120)).body).toHaveLength(5_120);
    expect(await failure(outbound().fetch(`${url}/5121`, 5_120))).toBe("size");
  });

  test("that never ends is cut at its length", async () => {
    const { port } = await serve((_, response) => {
      const timer = setInterval(() => response.write("x".repeat(1_000)), 1);
      response.on("close", () => clearInterval(timer));
    });
    expect(await failure(outbound().fetch(`http://127.0.0.1:${port}/`, 5_120))).toBe("size");
  });

  test("that is compressed is refused", async () => {
    const { port } = await serve((_, response) => {
      response.setHeader("content-encoding", "gzip");
      response.end("x");
    });
    expect(await failure(outbound().fetch(`http://127.0.0.1:${port}/`, 100))).toBe("size");
  });
});

describe("time", () => {
  test.each([
    ["connects and says nothing", () => undefined],
    ["sends half of its headers", (socket) => socket.write("HTTP/1.1 200 OK\r\nA: b")],
    [
      "sends its body byte by byte",
      (socket) => {
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
        const timer = setInterval(() => socket.write("x"), 20);
        socket.on("close", () => clearInterval(timer));
      },
    ],
  ] satisfies [string, Parameters<typeof serveRaw>[0]][])(
    "ends a request to a server that %s",
    async (_title, onSocket) => {
      const { port, connections } = await serveRaw(onSocket);
      const client = outbound({ limitMs: 200 });
      expect(await failure(client.fetch(`http://127.0.0.1:${port}/`, 5_120))).toBe("timeout");
      expect(connections()).toBe(1);
    },
  );

  test("ends a request whose name server is slow", async () => {
    const client = outbound({
      limitMs: 100,
      resolve: (_name, signal) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener("abort", () => reject(new Error("ended"))),
        ),
    });
    expect(await failure(client.fetch("https://app.example/", 100))).toBe("timeout");
  });
});

test.each([
  ["is no HTTP", "SSH-2.0-OpenSSH\r\n\r\n"],
  ["ends too early", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"],
  ["switches the protocol", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"],
  ["has endless headers", `HTTP/1.1 200 OK\r\n${`A: ${"b".repeat(1_000)}\r\n`.repeat(40)}\r\n`],
])("an answer that %s is none", async (_title, answer) => {
  const { port, connections } = await serveRaw((socket) => socket.end(answer));
  const client = outbound({ limitMs: 1_000 });
  expect(await failure(client.fetch(`http://127.0.0.1:${port}/`, 5_120))).toBe("connection");
  expect(connections()).toBe(1);
});

describe("the address", () => {
  test("is looked up once, so a second answer of the name server can't differ", async () => {
    const { port, requests } = await serve((_, response) => response.end("{}"), signed);
    let asked = 0;
    const resolve = async () => {
      asked++;
      return [{ address: asked === 1 ? "127.0.0.1" : "127.9.9.9", family: 4 as const }];
    };
    const found = await outbound({ resolve }).fetch(`https://app.example:${port}/`, 100);
    expect([found.status, asked, requests.length]).toEqual([200, 1, 1]);
  });

  test("is one of those that may be requested, when a name has others too", async () => {
    const { port, connections } = await serve((_, response) => response.end("{}"), signed);
    const mixed = async () => [
      { address: "10.0.0.1", family: 4 as const },
      { address: "fe80::1", family: 6 as const },
      { address: "127.0.0.1", family: 4 as const },
    ];
    const url = `https://app.example:${port}/`;
    expect(await outbound({ resolve: mixed }).fetch(url, 100)).toMatchObject({ status: 200 });
    const elsewhere = outbound({ resolve: mixed, allowsLoopback: false });
    expect(await failure(elsewhere.fetch(url, 100))).toBe("address");
    expect(connections()).toBe(1);
  });

  test("of this machine gets no connection from a server that is elsewhere", async () => {
    const plain = await serve((_, response) => response.end("{}"));
    const client = outbound({ allowsLoopback: false });
    for (const host of ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433"])
      expect(await failure(client.fetch(`http://${host}:${plain.port}/`, 100))).toBe("address");
    expect(await failure(client.post(`http://127.0.0.1:${plain.port}/`, {}))).toBe("address");
    expect(plain.connections()).toBe(0);
  });

  test("is that of localhost without a name server (RFC 6761 section 6.3)", async () => {
    const { port } = await serve((_, response) => response.end("{}"));
    const url = `http://localhost:${port}/`;
    expect(await outbound().fetch(url, 100)).toMatchObject({ status: 200 });
  });
});

describe("a form", () => {
  test("is sent once, and its status is the answer", async () => {
    const { port, requests } = await serve((request, response) => {
      expect(request.headers["content-type"]).toBe("application/x-www-form-urlencoded");
      response.writeHead(request.url === "/bad" ? 400 : 204);
      response.end();
    });
    const url = `http://127.0.0.1:${port}`;
    expect(await outbound().post(`${url}/logout`, { logout_token: "a.b+c&d" })).toBe(204);
    expect(await outbound().post(`${url}/bad`, {})).toBe(400);
    expect(requests).toEqual(["POST /logout logout_token=a.b%2Bc%26d", "POST /bad "]);
  });

  test("follows no redirect, and ignores a long answer", async () => {
    const target = await serve((_, response) => response.end());
    const { port } = await serve((request, response) => {
      response.writeHead(request.url === "/long" ? 200 : 307, {
        location: `http://127.0.0.1:${target.port}/`,
      });
      response.end("x".repeat(100_000));
    });
    expect(await outbound().post(`http://127.0.0.1:${port}/`, {})).toBe(307);
    expect(await outbound().post(`http://127.0.0.1:${port}/long`, {})).toBe(200);
    expect(target.connections()).toBe(0);
  });
});

test("requests beyond the slots are refused at once, and slots become free again", async () => {
  const held: (() => void)[] = [];
  const { port, connections } = await serve((request, response) => {
    if (request.url === "/held") held.push(() => response.end("{}"));
    else response.end("{}");
  });
  const client = outbound({ slots: [3, 2] });
  const url = `http://127.0.0.1:${port}`;
  const waiting = [client.fetch(`${url}/held`, 100), client.fetch(`${url}/held`, 100)];
  await expect.poll(() => held.length).toBe(2);
  expect(await failure(client.fetch(`${url}/third`, 100))).toBe("busy");
  expect(connections()).toBe(2);
  for (const end of held) end();
  await Promise.all(waiting);
  expect(await client.fetch(`${url}/again`, 100)).toMatchObject({ status: 200 });
});

test.each([
  ["application/json", true],
  ["application/jwk-set+json", true],
  ["application/vnd.example.v1+json", true],
  ["text/plain", false],
  ["text/json", false],
  ["application/jsonp", false],
  ["application/+json", false],
  ["application/x+jsonx", false],
  ["", false],
])("%s is JSON: %s", (type, expected) => {
  expect(isJsonType(type)).toBe(expected);
});
