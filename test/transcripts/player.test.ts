import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseTranscript } from "./parse.ts";
import { Player } from "./player.ts";

const BODY = '{"token":"lks_1234","message":"已登录","ok":false}';
const HEADERS = { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" };

/** An answer of the server. */
type Answer = (response: ServerResponse) => void;

const answering =
  (
    body = BODY,
    headers: readonly (readonly [string, string])[] = Object.entries(HEADERS),
  ): Answer =>
  (response) =>
    response
      .writeHead(
        200,
        [
          ...headers,
          ...(headers.some(([name]) => name === "content-length")
            ? []
            : [["content-length", String(Buffer.byteLength(body))]]),
        ].flat(),
      )
      .end(body);

let server: Server;
let answer: Answer;
const requests: string[] = [];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    request.setEncoding("utf8");
    const body = (await request.toArray()).join("");
    requests.push(
      `${request.method} ${request.url} ${request.headers.authorization ?? ""} ${body}`,
    );
    answer(response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(() => void server.close());

/** Plays a transcript against a server that answers every request in one way. */
async function play(transcript: string, given = answering()): Promise<void> {
  answer = given;
  requests.length = 0;
  const { entries, variables } = parseTranscript(Buffer.from(transcript));
  const player = new Player(
    `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    variables,
  );
  for (const entry of entries) await player.play(entry);
}

const transcript = (status: string, headers: Record<string, string>, body: string): string =>
  `### A title\nPOST /login\n\nHTTP/1.1 ${status}\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join("")}\n${body}\n`;

const expecting = (body: string): string => transcript("200 OK", HEADERS, body);

test.each([
  ["the same", BODY],
  ["a pattern", '{"token":"lks_{{: [0-9]{4}}}","message":"已登录","ok":false}'],
  [
    "a pattern with alternatives",
    '{"token":"{{: (lka|lks)_.*}}","message":"已登录","ok":{{: (true|false)}}}',
  ],
])("passes: %s", async (_, body) => {
  await expect(play(expecting(body))).resolves.toBeUndefined();
});

describe("fails by the body", () => {
  test.each([
    ["a key more", '{"token":"lks_1234","message":"已登录","ok":false,"more":1}'],
    ["a key less", '{"token":"lks_1234","message":"已登录"}'],
    ["another order", '{"message":"已登录","token":"lks_1234","ok":false}'],
    ["a full stop", '{"token":"lks_1234","message":"已登录。","ok":false}'],
    ["a space", '{"token":"lks_1234", "message":"已登录","ok":false}'],
    ["an escape", '{"token":"lks_1234","message":"\\u5df2\\u767b\\u5f55","ok":false}'],
    ["a character of the same look", '{"token":"lks_1234","message":"⼰登录","ok":false}'],
    ["another type", '{"token":"lks_1234","message":"已登录","ok":"false"}'],
    ["a case", '{"token":"LKS_1234","message":"已登录","ok":false}'],
    ["nothing", ""],
    ["a part", '{"token":"lks_1234"'],
    ["a pattern that does not fit", '{"token":"lks_{{: [0-9]{5}}}","message":"已登录","ok":false}'],
  ])("%s", async (_, body) => {
    await expect(play(expecting(body))).rejects.toThrow("POST /login");
  });

  test("a byte behind it", async () => {
    await expect(play(expecting(BODY), answering(`${BODY}\n`))).rejects.toThrow("POST /login");
  });

  test("composed and decomposed letters", async () => {
    const composed = answering('{"name":"Zo\u00eb"}');
    await expect(play(expecting('{"name":"Zo\u00eb"}'), composed)).resolves.toBeUndefined();
    await expect(play(expecting('{"name":"Zoe\u0308"}'), composed)).rejects.toThrow("POST /login");
  });
});

describe("fails by the status and the headers", () => {
  test.each([
    ["another status", "401 Unauthorized", HEADERS],
    ["another phrase", "200 Fine", HEADERS],
    ["a header less", "200 OK", { "content-type": HEADERS["content-type"] }],
    ["a header more", "200 OK", { ...HEADERS, location: "/" }],
    ["another value", "200 OK", { ...HEADERS, "content-type": "application/json" }],
  ])("%s", async (_, status, headers) => {
    await expect(play(transcript(status, headers, BODY))).rejects.toThrow("POST /login");
  });

  test.each([
    [
      "a header twice",
      [
        ["content-type", HEADERS["content-type"]],
        ["cache-control", "no-store"],
        ["cache-control", "no-store"],
      ],
    ],
    ["a header that none was to be", [...Object.entries(HEADERS), ["set-cookie", "a=b"]]],
    ["a wrong length", [...Object.entries(HEADERS), ["content-length", "3"]]],
  ] as const)("%s", async (_, headers) => {
    await expect(play(expecting(BODY), answering(BODY, headers))).rejects.toThrow("POST /login");
  });

  test("a header of every answer that one is not to have", async () => {
    const always =
      "# every answer: content-type: application/json; charset=utf-8\n" +
      "# every answer: cache-control: no-store\n";
    await expect(play(always + transcript("200 OK", {}, BODY))).resolves.toBeUndefined();
    const without = transcript("200 OK", {}, BODY).replace("200 OK\n", "200 OK\ncache-control:\n");
    await expect(play(always + without)).rejects.toThrow("POST /login");
  });
});

describe("what is captured", () => {
  const entry = (token: string): string =>
    expecting(`{"token":"${token}","message":"已登录","ok":false}`);

  test("can be used in what follows, and must be the same", async () => {
    await play(
      `${entry("{{token: lks_[0-9]+}}")}\n` +
        `${entry("{{token}}").replace("POST /login", "POST /login?t={{token}}")}`,
    );
    expect(requests[1]).toContain("/login?t=lks_1234");
    await expect(
      play(`${entry("lks_{{number: [0-9]+}}")}\n${entry("{{number}}")}`),
    ).rejects.toThrow("POST /login");
  });

  test("is not a pattern itself", async () => {
    await expect(play(`@any = .*\n${entry("{{any}}")}`)).rejects.toThrow("POST /login");
  });

  test("has a name that must be known", async () => {
    await expect(play(entry("{{unknown}}"))).rejects.toThrow("nothing is called {{unknown}}");
  });
});

describe("what is sent", () => {
  const answered = `HTTP/1.1 200 OK\n${Object.entries(HEADERS)
    .map(([name, value]) => `${name}: ${value}`)
    .join("\n")}\n\n${BODY}\n`;

  test("goes out as it is written, each body of a list alone", async () => {
    await play(
      "@id = a\n### A title\n# times: 2\nPUT /a//b/?c=%zz&c\nGET /\nauthorization: " +
        "Basic {{id}}:b\n\nPOST /\n\n# first\n| 小明\n# second\n| {{x*3}}{{0x21}}\n\n" +
        `${answered}`,
    );
    expect(requests).toEqual([
      ...Array<string>(2).fill("PUT /a//b/?c=%zz&c  "),
      ...Array<string>(2).fill("GET / Basic YTpi "),
      "POST /  小明",
      "POST /  小明",
      "POST /  xxx!",
      "POST /  xxx!",
    ]);
  });

  test("has empty lines inside, and none at its end", async () => {
    await play(`### A title\nPOST /\n\na\n\nb\n\n\n${answered}`);
    expect(requests).toEqual(["POST /  a\n\nb"]);
  });

  test("has the line ends of a multipart form", async () => {
    await play(
      "### A title\nPOST /\ncontent-type: multipart/form-data; " +
        `boundary=x\n\n--x\n\nb\n--x--\n\n${answered}`,
    );
    expect(requests).toEqual(["POST /  --x\r\n\r\nb\r\n--x--"]);
  });
});

test.each([
  ["no entry", "# Nothing\n", "needs requests"],
  ["no answer", "### A title\nPOST /login\n\nbody\n", "A title"],
  ["two answers", `${expecting(BODY)}\nHTTP/1.1 200 OK\n`, "A title"],
  ["no request", "### A title\n\nHTTP/1.1 200 OK\n", "A title"],
  ["a broken header", "### A title\nPOST /\nbroken\n\nHTTP/1.1 200 OK\n", "is no header: broken"],
  [
    "a broken duration",
    "### A title\n# after: a while\nPOST /\n\nHTTP/1.1 200 OK\n",
    "is no duration: a while",
  ],
])("a transcript with %s can't be read", (_, text, complaint) => {
  expect(() => parseTranscript(Buffer.from(text))).toThrow(complaint);
});
