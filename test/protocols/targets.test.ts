// The forms of a request target, RFC 9112 section 3.2, at every kind of path.
import { connect as connectHttp2 } from "node:http2";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { useServer } from "../use-server.ts";

const used = useServer();

/** Sends one request over HTTP/1.1 as it is written; returns the status and all that came. */
async function send(method: string, target: string, more = "", body = "") {
  const socket = connect(Number(new URL(used.url).port), "127.0.0.1");
  const length = body === "" ? "" : `content-length: ${body.length}\r\n`;
  socket.write(
    `${method} ${target} HTTP/1.1\r\nhost: other.example\r\nconnection: close\r\n` +
      `${length}${more}\r\n${body}`,
  );
  const chunks = await socket.toArray();
  const text = Buffer.concat(chunks as Buffer[]).toString();
  return { status: Number(text.slice(9, 12)), text };
}

/** Sends one request over HTTP/2; returns its status. */
async function sendHttp2(method: string, path: string): Promise<number> {
  const session = connectHttp2(used.url);
  try {
    return await new Promise((resolve, reject) => {
      const stream = session.request({ ":method": method, ":path": path });
      stream.on("response", (headers) => resolve(Number(headers[":status"])));
      stream.on("error", reject);
      stream.end();
    });
  } finally {
    session.destroy();
  }
}

const JSON_TYPE = "content-type: application/json\r\n";
const CHECK = "/grpc.health.v1.Health/Check";

test.each(["http://host", "https://host:8443", "HTTP://[::1]:80", "http://other.example"])(
  "a target that begins with %s is its path, at every kind of path",
  async (origin) => {
    expect((await send("GET", `${origin}/readyz`)).status).toBe(200);
    expect((await send("HEAD", `${origin}/healthz?a=b`)).status).toBe(200);
    expect((await send("POST", origin + CHECK, JSON_TYPE, "{}")).text).toContain("SERVING");
    expect((await send("GET", `${origin}${CHECK}?encoding=json&message=%7B%7D`)).status).toBe(200);
    expect((await send("PUT", origin + CHECK)).status).toBe(405);
    expect((await send("GET", `${origin}/.well-known/jwks.json`)).status).toBe(200);
    expect((await send("GET", `${origin}/v1/users?page_size=1`)).status).toBe(401);
    expect((await send("POST", `${origin}/user/login`, JSON_TYPE, "{}")).status).toBe(400);
    expect((await send("POST", `${origin}/oauth2/token`)).text).toContain("invalid_");
    expect((await send("GET", `${origin}/sign-in?lang=zh`)).text).toContain('lang="zh');
    expect((await send("GET", `${origin}/nowhere`)).status).toBe(404);
    expect((await send("GET", origin)).status).toBe(200);
    expect((await send("GET", `${origin}?lang=ru`)).text).toContain('lang="ru');
  },
);

test("a probe may have a query", async () => {
  for (const path of ["/readyz?x", "/healthz?", "/readyz?a=b&c"]) {
    expect((await send("GET", path)).status).toBe(200);
    expect(await sendHttp2("GET", path)).toBe(200);
  }
  expect((await send("GET", "/readyz/")).status).toBe(404);
});

test("the whole server has OPTIONS and nothing else", async () => {
  for (const target of ["*", "http://host"]) {
    const { status, text } = await send("OPTIONS", target);
    expect(status).toBe(204);
    expect(text).toMatch(/^allow: DELETE, GET, PATCH, POST, PUT\r$/im);
  }
  expect((await send("GET", "*")).status).toBe(400);
  expect(await sendHttp2("OPTIONS", "*")).toBe(204);
});

test.each(["ftp://host/readyz", "http:///readyz", "http://user@host/readyz", "readyz", "host:80"])(
  "%s is no target",
  async (target) => {
    expect((await send("GET", target)).status).toBe(400);
  },
);

test("HTTP/2 has no absolute form, and the asterisk with OPTIONS only", async () => {
  await expect(sendHttp2("GET", "http://host/readyz")).rejects.toThrow("PROTOCOL_ERROR");
  await expect(sendHttp2("GET", "*")).rejects.toThrow("PROTOCOL_ERROR");
});
