// Headers that are as long as headers may be.
import { ASCII_TEXTS } from "./texts.ts";

/** All headers of a request together have 16 kB. */
const MOST = 14 * 1024;

/** Each header with the texts that its reader may stumble over. */
const READ: Readonly<Record<string, (text: string) => string>> = {
  "authorization, bearer": (text) => `Bearer ${text}`,
  "authorization, basic": (text) => `Basic ${Buffer.from(text).toString("base64")}`,
  "authorization, basic of garbage": (text) => `Basic ${text.replaceAll(/[^\w+/=]/g, "A")}`,
  authorization: (text) => text,
  "cookie, credential": (text) => `latchkey=${text.replaceAll(/[;, ]/g, "a")}`,
  cookie: (text) => text,
  "accept-language": (text) => text,
  accept: (text) => text,
  "content-type, form": (text) => `application/x-www-form-urlencoded; ${text}`,
  "content-type, multipart": (text) => `multipart/form-data; ${text}`,
  "content-type, JSON": (text) => `application/json;${text}`,
  "content-type": (text) => text,
  "user-agent": (text) => text,
  "x-request-id": (text) => text,
  origin: (text) => text,
  traceparent: (text) => text,
  tracestate: (text) => text,
  "grpc-timeout": (text) => text,
  "connect-timeout-ms": (text) => text,
  "if-none-match": (text) => text,
  "accept-encoding": (text) => text,
};

/** Headers by what is special about them. */
export function* headerFloods(): Generator<{
  readonly kind: string;
  readonly headers: Readonly<Record<string, string>>;
}> {
  for (const [name, write] of Object.entries(READ)) {
    for (const [kind, make] of Object.entries(ASCII_TEXTS)) {
      const value = write(make(name.includes("basic") ? MOST * 0.7 : MOST)).trim();
      yield { kind: `${name}: ${kind}`, headers: { [name.split(",", 1)[0]!]: value } };
    }
  }
  yield { kind: "cookies of one name", headers: { cookie: "latchkey=a; ".repeat(1_100) } };
  yield {
    kind: "cookies of many names",
    headers: { cookie: Array.from({ length: 1_400 }, (_, index) => `a${index}=b`).join("; ") },
  };
  yield {
    kind: "x-forwarded-for of trusted proxies",
    headers: { "x-forwarded-for": "127.0.0.1,".repeat(1_300) },
  };
  yield {
    kind: "x-forwarded-for of no addresses",
    headers: { "x-forwarded-for": `${"1:".repeat(6_000)}` },
  };
  yield {
    kind: "x-forwarded-for of brackets",
    headers: { "x-forwarded-for": `${"[".repeat(12_000)}` },
  };
  yield {
    kind: "many headers",
    headers: Object.fromEntries(Array.from({ length: 900 }, (_, index) => [`x-a${index}`, "b"])),
  };
  yield {
    kind: "many metadata",
    headers: Object.fromEntries(
      Array.from({ length: 400 }, (_, index) => [`x-a${index}-bin`, "AAAA=AAAA"]),
    ),
  };
}

/** How many bytes a target may have. */
const MOST_OF_TARGET = 8_000;

/** Queries by what is special about them, for these names. */
export function* queryFloods(
  names: readonly string[],
): Generator<{ readonly kind: string; readonly query: string }> {
  const cut = (text: string): string => text.slice(0, MOST_OF_TARGET).replace(/%[0-9A-F]?$/, "");
  for (const name of names) {
    for (const [kind, make] of Object.entries(ASCII_TEXTS))
      yield {
        kind: `query, ${name}: ${kind}`,
        query: cut(`${name}=${encodeURIComponent(make(MOST_OF_TARGET))}`),
      };
    for (const [kind, text] of Object.entries({
      marks: "\u0345\u0315\u0300",
      emoji: "🙂",
      quotes: '"',
    })) {
      const encoded = encodeURIComponent(text);
      const repeated = encoded.repeat(MOST_OF_TARGET / encoded.length - 20);
      yield { kind: `query, ${name}: ${kind}`, query: `${name}=${repeated}` };
    }
    yield { kind: `query, ${name} again and again`, query: cut(`${name}=a&`.repeat(2_000)) };
  }
  yield { kind: "query, many names", query: cut("a&".repeat(MOST_OF_TARGET)) };
  yield {
    kind: "query, many different names",
    query: cut(Array.from({ length: 2_000 }, (_, index) => `${index.toString(36)}=%22`).join("&")),
  };
  yield { kind: "query, dots", query: cut("a.".repeat(MOST_OF_TARGET)) };
}
