// What goes to the predecessor of a request, byte by byte.
import { gzipSync } from "node:zlib";
import { connect as connectHttp2 } from "node:http2";
import { describe, expect, test } from "vitest";
import { CREDENTIALS, requestOf, talk, useRaw } from "./use-raw.ts";

const line = "POST /user/login";

/** The values of a header in the lines of a request. */
const valuesOf = (lines: readonly string[], name: string): string[] =>
  lines
    .filter((each) => each.toLowerCase().startsWith(`${name}:`))
    .map((each) => each.slice(name.length + 1).trim());

describe("a request in mirror", () => {
  const used = useRaw();
  const sent = async (bytes: Buffer) => {
    const answer = await used.send(bytes);
    expect([answer.status, used.raw.requests.length]).toEqual([200, 1]);
    return used.raw.requests[0]!;
  };

  test("leaves the headers of its connection here, and those that Connection names", async () => {
    const hops = [
      "connection: X-Secret-Hop, close, Other-Hop",
      "X-Secret-Hop: 1",
      "other-hop: 2",
      "TE: trailers",
      "Trailer: x-later",
      "Upgrade: websocket",
      "Keep-Alive: timeout=9",
      "Proxy-Connection: keep-alive",
      "Proxy-Authorization: Basic aHVudGVyMg==",
      "Proxy-Trace: 1",
      "Expect: 100-continue",
    ];
    const { lines } = await sent(requestOf(line, CREDENTIALS, [...hops, "X-Kept: Ü"]));
    const names = lines.slice(1).map((each) => each.slice(0, each.indexOf(":")).toLowerCase());
    expect(names.toSorted()).toEqual([
      "connection",
      "content-length",
      "content-type",
      "host",
      "latchkey-forwarded",
      "x-forwarded-for",
      "x-forwarded-host",
      "x-forwarded-proto",
      "x-kept",
    ]);
    expect(valuesOf(lines, "connection")).toEqual(["keep-alive"]);
    expect(valuesOf(lines, "x-kept")).toEqual(["Ü"]);
  });

  test("names the predecessor as host, with port and prefix, for each form of target", async () => {
    const { lines } = await sent(requestOf(`${line}?x=%C3%A4`, CREDENTIALS));
    expect(lines[0]).toBe("POST /old/user/login?x=%C3%A4 HTTP/1.1");
    expect(valuesOf(lines, "host")).toEqual([`127.0.0.1:${used.raw.port}`]);
    used.raw.requests.length = 0;
    const absolute = await sent(requestOf("POST http://evil.example/user/login", CREDENTIALS));
    expect(absolute.lines[0]).toBe("POST /old/user/login HTTP/1.1");
    expect(valuesOf(absolute.lines, "host")).toEqual([`127.0.0.1:${used.raw.port}`]);
    expect(valuesOf(absolute.lines, "x-forwarded-host")).toEqual(["evil.example"]);
  });

  test("says who asked, not what a client that is no trusted proxy says", async () => {
    const lies = [
      "X-Forwarded-For: 6.6.6.6",
      "X_Forwarded_For: 6.6.6.6",
      "x-forwarded-proto: https",
      "X-Forwarded-Host: evil.example",
      "X-Forwarded-Port: 1",
      "X-Forwarded-Prefix: /evil",
      "X-Forwarded-Ssl: on",
      "X-Real-IP: 6.6.6.6",
      "X_Real-IP: 6.6.6.6",
      "Forwarded: for=6.6.6.6",
    ];
    const { lines } = await sent(requestOf(line, CREDENTIALS, lies));
    expect(lines.filter((each) => /forwarded|real/i.test(each)).toSorted()).toEqual([
      expect.stringMatching(/^latchkey-forwarded: [\w-]{22}$/),
      "x-forwarded-for: 127.0.0.1",
      "x-forwarded-host: us.example:8443",
      "x-forwarded-proto: http",
    ]);
  });

  const bodies: [string, string | Buffer, string[]][] = [
    ["a form", CREDENTIALS, []],
    ["gzip", gzipSync(CREDENTIALS), ["content-encoding: gzip"]],
    ["a coding that isn't read here", Buffer.from([1, 0, 255]), ["content-encoding: br"]],
    ["gzip that is broken", Buffer.from([31, 139, 8, 1]), ["content-encoding: gzip"]],
    [
      "multipart",
      `--b\r\nContent-Disposition: form-data; name="Email"\r\n\r\nada\0\r\n--b--\r\n`,
      ["content-type: multipart/form-data; boundary=b"],
    ],
    ["JSON", '{"AccID": "a" , "Email":"a"}', ["content-type: application/json"]],
    ["bytes of no type", Buffer.from([0, 1, 2, 0xff, 0x0d, 0x0a]), ["content-type: x/y"]],
    ["broken JSON", '{"AccID', ["content-type: application/json"]],
    ["64 KiB", "x".repeat(64 * 1024), []],
  ];
  test.each(bodies)("of %s is forwarded byte for byte", async (_, body, headers) => {
    const request = await sent(requestOf(line, body, headers));
    expect(request.body.equals(Buffer.from(body))).toBe(true);
    for (const each of headers) expect(request.lines).toContain(each);
  });

  test("in chunks is forwarded with its length", async () => {
    const head = `${line} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n`;
    const type = "content-type: application/x-www-form-urlencoded\r\ntransfer-encoding: chunked";
    const request = await sent(
      Buffer.from(`${head}${type}\r\n\r\n3\r\nAcc\r\n5;e=1\r\nID=ac\r\n0\r\nx-later: 1\r\n\r\n`),
    );
    expect(request.body.toString()).toBe("AccID=ac");
    expect(valuesOf(request.lines, "content-length")).toEqual(["8"]);
    expect(request.lines.join("\n")).not.toMatch(/chunked|x-later/);
  });

  test("with more than 64 KiB gets the documented 413, and the predecessor nothing", async () => {
    const answer = await used.send(requestOf(line, "x".repeat(64 * 1024 + 1)));
    expect([answer.status, answer.body.toString()]).toEqual([
      413,
      '{"error":"Request body too large"}',
    ]);
    expect(used.raw.requests).toEqual([]);
  });

  test("whose client waits for 100 Continue gets it from here", async () => {
    const { status } = await used.send(requestOf(line, CREDENTIALS, ["Expect: 100-continue"]));
    expect([status, used.raw.requests.length]).toEqual([200, 1]);
    expect(valuesOf(used.raw.requests[0]!.lines, "expect")).toEqual([]);
  });

  test("of a call that is no page goes without its cookies", async () => {
    const { lines } = await sent(requestOf(line, CREDENTIALS, ["Cookie: one=1"]));
    expect(valuesOf(lines, "cookie")).toEqual([]);
  });

  test("of a page over HTTP/2 has one header of cookies, without ours", async () => {
    used.raw.reply = (socket) =>
      void socket.write(
        "HTTP/1.1 200 OK\r\nset-cookie: a=1, 2\r\nset-cookie: b=2\r\ncontent-length: 2\r\n\r\nhi",
      );
    const session = connectHttp2(used.server.url);
    const stream = session.request(
      {
        ":path": "/login/?secret_id=MTYz",
        accept: "text/html",
        cookie: ["one=1", "__Host-latchkey=hunter2", "two=2"],
      } as never,
      {},
    );
    const cookies = await new Promise((resolve, reject) => {
      stream.on("response", (headers) => resolve(headers["set-cookie"]));
      stream.on("error", reject);
    });
    stream.resume();
    session.close();
    expect(cookies).toEqual(["a=1, 2", "b=2"]);
    expect(valuesOf(used.raw.requests[0]!.lines, "cookie")).toEqual(["one=1; two=2"]);
  });
});

describe("behind a trusted proxy", () => {
  const used = useRaw({ TRUSTED_PROXIES: "127.0.0.1" });

  test("a request says what the proxy says of its client", async () => {
    const said = [
      "X-Forwarded-For: 6.6.6.6, 9.9.9.9",
      "X-Forwarded-Proto: https",
      "X-Forwarded-Host: us.example",
      "X-Forwarded-Port: 443",
    ];
    await talk(used.server.url, requestOf(line, CREDENTIALS, said));
    const { lines } = used.raw.requests[0]!;
    expect(lines.filter((each) => /^x-/i.test(each))).toEqual([
      "x-forwarded-for: 9.9.9.9",
      "x-forwarded-proto: https",
      "x-forwarded-host: us.example",
    ]);
  });
});
