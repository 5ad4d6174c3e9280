// Requests of HTTP/1.1 that are wrong in their syntax, RFC 9112.
import { below, bytes, type Chance, pick, spoil, times } from "./chance.ts";

const BODY = '{"username":"stranger","password":"a password"}';
const CHUNKED = `5\r\n{"x":\r\n2\r\n1}\r\n0\r\n\r\n`;

const LINES = [
  "GET /healthz HTTP/1.1",
  "POST /v1/sessions HTTP/1.1",
  "POST /oauth2/token HTTP/1.1",
  "GET http://other.example/healthz HTTP/1.1",
  "OPTIONS * HTTP/1.1",
  "CONNECT other.example:443 HTTP/1.1",
  "get /healthz HTTP/1.1",
  "GET /healthz HTTP/1.0",
  "GET /healthz HTTP/0.9",
  "GET /healthz HTTP/9.9",
  "GET  /healthz HTTP/1.1",
  "GET /health z HTTP/1.1",
  "GET /\0 HTTP/1.1",
  "GET /%zz?%00 HTTP/1.1",
  "GET",
  "",
];

/** Lines of headers that no request may have, or not together with others. */
const WRONG: readonly ((chance: Chance) => string)[] = [
  () => "content-length: 45\r\ncontent-length: 46",
  () => "content-length: 5, 5",
  () => "content-length: -1",
  () => "content-length: 0x5",
  () => "content-length: 99999999999999999999",
  () => "transfer-encoding: chunked\r\ncontent-length: 3",
  () => "transfer-encoding: xchunked",
  () => "transfer-encoding: chunked, identity",
  () => "transfer-encoding:\x0bchunked",
  () => "x : space before the colon",
  () => "x: folded\r\n and more",
  () => ": no name",
  () => "no colon",
  () => "x: bare\nlf: y",
  () => "x: bare\rcr: y",
  () => "x: \0\x01\x7f",
  () => "host: other.example",
  () => "expect: 200-maybe",
  () => "upgrade: h2c\r\nconnection: upgrade, http2-settings\r\nhttp2-settings: AAMAAABk",
  () => "upgrade: websocket\r\nconnection: upgrade",
  () => "connection: close, keep-alive, \xff",
  (chance) => `x: ${"y".repeat(below(chance, 20_000))}`,
  (chance) => times(below(chance, 2_500), () => "x: y").join("\r\n"),
  (chance) => bytes(chance, 1 + below(chance, 40)),
];

/** Bodies: whole, in chunks, and in chunks that are none. */
const BODIES: readonly (readonly [string, string])[] = [
  [`content-length: ${BODY.length}`, BODY],
  ["transfer-encoding: chunked", CHUNKED],
  ["transfer-encoding: chunked", "ffffffffffffffff1\r\nx"],
  ["transfer-encoding: chunked", "-1\r\nx\r\n0\r\n\r\n"],
  ["transfer-encoding: chunked", '1;ext=\0"\r\nxx\r\n0\r\nx\r\n\r\n'],
  ["transfer-encoding: chunked", "1\nx\n0\n\n"],
  ["content-length: 10", "short"],
  ["x: y", ""],
];

const HOST = "host: 127.0.0.1";

/** Returns what one client sends: a request, or two, of which one is wrong. */
export function http1Case(chance: Chance): string {
  const [head, body] = pick(chance, BODIES);
  const lines = [HOST, "content-type: application/json", head];
  const line = chance() < 0.6 ? pick(chance, LINES.slice(0, 3)) : pick(chance, LINES);
  for (let wrong = below(chance, 3); wrong > 0; wrong--)
    lines.splice(below(chance, lines.length + 1), 0, pick(chance, WRONG)(chance));
  if (chance() < 0.1) lines.splice(lines.indexOf(HOST), 1);
  const whole = `${[line, ...lines].join("\r\n")}\r\n\r\n${body}`;
  const next = chance() < 0.2 ? `GET /healthz HTTP/1.1\r\n${HOST}\r\n\r\n` : "";
  return (chance() < 0.5 ? spoil(chance, whole) : whole) + next;
}
