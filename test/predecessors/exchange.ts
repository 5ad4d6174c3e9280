// A call and its answer, as the servers of this folder see them.
import type { IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";

/** A call after its body has been read. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly form: URLSearchParams;
  readonly cookies: ReadonlyMap<string, string>;
  header(name: string): string;
}

/** What a server answers; the headers are sent in this order and in this case. */
export interface Answer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** One old server: its calls, and what an owner can export of it. */
export interface OldServer {
  /** Answers a call; undefined where it has no such path. */
  answer(call: Call): Promise<Answer | undefined>;
  /** Returns its state in Latchkey's vocabulary, one object for each line. */
  state(): Iterable<object>;
  /** Locks a user; only zimoxy knows locks. */
  lock?(email: string): void;
}

/** Reads JSON bodies into the same fields as forms. */
function fieldsOf(type: string, body: string): URLSearchParams {
  if (!type.startsWith("application/json")) return new URLSearchParams(body);
  try {
    const entries = Object.entries(JSON.parse(body) as object);
    return new URLSearchParams(entries.map(([name, value]) => [name, String(value)]));
  } catch {
    return new URLSearchParams();
  }
}

/** Reads a request; `json` says whether the server takes JSON bodies. */
export async function readCall(request: IncomingMessage, json: boolean): Promise<Call> {
  const url = new URL(request.url ?? "/", "http://predecessor");
  const body = (await buffer(request)).toString();
  const header = (name: string): string => String(request.headers[name] ?? "");
  const type = header("content-type");
  const isRead = json || type.startsWith("application/x-www-form-urlencoded");
  const cookies = header("cookie")
    .split("; ")
    .map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)] as const);
  return {
    method: request.method ?? "GET",
    path: url.pathname,
    query: url.searchParams,
    form: isRead ? fieldsOf(type, body) : new URLSearchParams(),
    cookies: new Map(cookies),
    header,
  };
}

/** Writes JSON with everything but ASCII escaped, as PHP and Python do by default. */
export const toAscii = (json: string): string =>
  json.replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** Escapes a text for HTML. */
export const escape = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** Writes JSON as Python's json.dumps does: spaces after commas and colons, ASCII only. */
export function pythonJson(value: unknown): string {
  if (value === null || typeof value !== "object") return toAscii(JSON.stringify(value));
  const members = Object.entries(value).map(
    ([name, member]) => `${toAscii(JSON.stringify(name))}: ${pythonJson(member)}`,
  );
  return `{${members.join(", ")}}`;
}
