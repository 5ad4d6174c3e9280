// The kinds of connections that a client could hold open, as bytes.
import {
  begin,
  data,
  frame,
  headers,
  INITIAL_WINDOW_SIZE,
  windowUpdate,
} from "../../../test/http/protocols/frames.ts";

/** How long a server may keep a connection, in seconds: by what its client leaves out. */
export const SECONDS = { headers: 12, silence: 15, rest: 35, request: 70, stream: 120 } as const;

/** One kind of connections. */
export interface Kind {
  readonly name: string;
  readonly version: "HTTP/1.1" | "HTTP/2";
  /** Why the server should end it. */
  readonly lacks: keyof typeof SECONDS;
  /** What the client sends at once, in latin1. */
  readonly first: string;
  /** What it sends after so many seconds. */
  readonly each?: (second: number) => string;
  /** How much it reads. */
  readonly reads?: "all" | "nothing" | "a byte a second";
  /** Whether it speaks no TLS where the server does, and isn't tried in clear text. */
  readonly isHandshake?: true;
  /** Whether it ends its side at once. */
  readonly ends?: true;
}

const byte = (text: string) => (second: number) => text[second % text.length]!;
const again = (text: string) => () => text;

const HOST = "host: x\r\n";
const JSON_BODY = "content-type: application/json\r\n";
const ASK = `GET /openapi.json HTTP/1.1\r\n${HOST}\r\n`;
const SIGN_IN = `POST /v1/sessions HTTP/1.1\r\n${HOST}${JSON_BODY}`;
const CONNECT = `POST /identity.v1.UserService/SignIn HTTP/1.1\r\n${HOST}${JSON_BODY}`;

const signIn = (type: string, path = "/identity.v1.UserService/SignIn"): string =>
  begin() + headers(1, { method: "POST", path, more: { "content-type": type, te: "trailers" } });

/** Several requests over HTTP/2; the numbers of streams are odd. */
const many = (count: number, request: (stream: number) => string): string =>
  Array.from({ length: count }, (_, index) => request(2 * index + 1)).join("");

/** Answers of which a client takes only what it says later. */
const windowless = begin([[INITIAL_WINDOW_SIZE, 0]]);
const askForDocument = (stream: number): string => headers(stream, { path: "/openapi.json" });

const FIRST: readonly Kind[] = [
  { name: "nothing is sent", version: "HTTP/1.1", lacks: "silence", first: "" },
  {
    name: "a handshake of TLS, a byte a second",
    version: "HTTP/1.1",
    lacks: "silence",
    first: "\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03",
    each: again("\0"),
    isHandshake: true,
  },
  { name: "half a request line", version: "HTTP/1.1", lacks: "headers", first: "GET /heal" },
  {
    name: "a header, a byte a second",
    version: "HTTP/1.1",
    lacks: "headers",
    first: `GET /healthz HTTP/1.1\r\n${HOST}x-long: `,
    each: again("a"),
  },
  {
    name: "an answer, then an empty line a second",
    version: "HTTP/1.1",
    lacks: "rest",
    first: `GET /healthz HTTP/1.1\r\n${HOST}\r\n`,
    each: again("\r\n"),
  },
];

const BODIES: readonly Kind[] = [
  {
    name: "a body of Connect, a byte a second",
    version: "HTTP/1.1",
    lacks: "rest",
    first: `${CONNECT}content-length: 10000\r\n\r\n{`,
    each: again(" "),
  },
  {
    name: "a chunked body, a chunk a second",
    version: "HTTP/1.1",
    lacks: "rest",
    first: `${SIGN_IN}transfer-encoding: chunked\r\n\r\n1\r\n{\r\n`,
    each: again("1\r\n \r\n"),
  },
  {
    name: "100-continue expected, then nothing",
    version: "HTTP/1.1",
    lacks: "rest",
    first: `${SIGN_IN}content-length: 100\r\nexpect: 100-continue\r\n\r\n`,
  },
  {
    name: "half a body, and the client's side closed",
    version: "HTTP/1.1",
    lacks: "rest",
    first: `${SIGN_IN}content-length: 100\r\n\r\n{`,
    ends: true,
  },
];

const ANSWERS: readonly Kind[] = [
  {
    name: "200 big answers pipelined, nothing read",
    version: "HTTP/1.1",
    lacks: "rest",
    first: ASK.repeat(200),
    reads: "nothing",
  },
  {
    name: "200 big answers pipelined, read slowly",
    version: "HTTP/1.1",
    lacks: "rest",
    first: ASK.repeat(200),
    reads: "a byte a second",
  },
  {
    name: "a window of 0 for 20 big answers",
    version: "HTTP/2",
    lacks: "rest",
    first: windowless + many(20, askForDocument),
  },
  {
    name: "a window opened by a byte a second",
    version: "HTTP/2",
    lacks: "rest",
    first: windowless + askForDocument(1),
    each: again(windowUpdate(1, 1)),
  },
];

const STREAMS: readonly Kind[] = [
  {
    name: "the preface, a byte a second",
    version: "HTTP/2",
    lacks: "silence",
    first: "PRI",
    each: (second) => begin()[3 + second] ?? "",
  },
  {
    name: "the preface, and no SETTINGS",
    version: "HTTP/2",
    lacks: "silence",
    first: begin().slice(0, 24),
  },
  {
    name: "a CONTINUATION, a byte a second",
    version: "HTTP/2",
    lacks: "headers",
    first:
      begin() +
      frame("HEADERS", 1, "\x82\x84\x86", 1) +
      frame("CONTINUATION", 1, "a".repeat(10_000)).slice(0, 9),
    each: byte("\0\x01a\x01b"),
  },
  {
    name: "a body of REST, a byte a second",
    version: "HTTP/2",
    lacks: "rest",
    first: signIn("application/json", "/v1/sessions"),
    each: again(data(1, " ")),
  },
  {
    name: "100 streams opened, and nothing more",
    version: "HTTP/2",
    lacks: "rest",
    first:
      begin() + many(100, (stream) => headers(stream, { method: "POST", path: "/v1/sessions" })),
  },
  {
    name: "a message of gRPC announced, and not sent",
    version: "HTTP/2",
    lacks: "rest",
    first: signIn("application/grpc") + data(1, "\0\0\0\x01\0"),
  },
  {
    name: "a message of gRPC-Web, a byte a second",
    version: "HTTP/2",
    lacks: "rest",
    first: signIn("application/grpc-web+proto") + data(1, "\0\0\0\x01\0"),
    each: again(data(1, "\n")),
  },
];

export const KINDS: readonly Kind[] = [...FIRST, ...BODIES, ...ANSWERS, ...STREAMS];

/** Those that do nothing that a good client doesn't do. */
export const IDLE_KINDS: readonly Kind[] = [
  {
    name: "HTTP/1.1: an answer, then nothing",
    version: "HTTP/1.1",
    lacks: "request",
    first: `GET /healthz HTTP/1.1\r\n${HOST}\r\n`,
  },
  {
    name: "HTTP/2: SETTINGS, then nothing",
    version: "HTTP/2",
    lacks: "stream",
    first: begin(),
  },
  {
    name: "HTTP/2: an answer, then nothing",
    version: "HTTP/2",
    lacks: "stream",
    first: begin() + headers(1, { path: "/healthz" }),
  },
];
