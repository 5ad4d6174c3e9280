// Plays the entries of a transcript against a server and compares the answers.
import { expect } from "vitest";
import type { Received, Sent } from "./exchange.ts";
import { exchange } from "./exchange.ts";
import type { AnswerTemplate, Entry, Header, RequestTemplate } from "./parse.ts";
import { capture, fill, type Variables } from "./placeholders.ts";

/**
 * Headers that speak of the connection and of the time. The length is compared with the body
 * instead.
 */
const OF_TRANSPORT: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "date",
  "keep-alive",
  "x-request-id",
]);

/** Plays entries, one after the other; what one captures the next ones can use. */
export class Player {
  readonly #url: string;
  readonly #variables: Variables;
  readonly #check: (sent: Sent, received: Received) => void;

  /** `check` sees every exchange, and throws what it finds wrong. */
  constructor(
    url: string,
    variables: Readonly<Record<string, string>>,
    check: (sent: Sent, received: Received) => void = () => undefined,
  ) {
    this.#url = url;
    this.#check = check;
    this.#variables = new Map(Object.entries({ ...variables, host: new URL(url).host, url }));
  }

  /**
   * Sends every request of an entry; throws when an answer is another one than expected, by a byte.
   */
  async play({ requests, answer, times }: Entry): Promise<void> {
    for (const request of requests) {
      for (const body of request.bodies) {
        for (let time = 0; time < times; time++)
          await this.#exchange(this.#fill(request, body), answer);
      }
    }
  }

  async #exchange(sent: Sent, expected: AnswerTemplate): Promise<void> {
    const received = await exchange(this.#url, sent);
    const [template, text] = [
      render(expected, expected.headers),
      render(received, received.headers),
    ];
    const request = show(`${sent.method} ${sent.target}\n${sent.body}`.slice(0, 2_000));
    if (!capture(template, text, this.#variables)) expect(show(text), request).toBe(show(template));
    const length = received.headers.find(([name]) => name === "content-length")?.[1] ?? "0";
    this.#check(sent, received);
    if (sent.method !== "HEAD")
      expect(length, `content-length: ${request}`).toBe(String(received.body.length));
  }

  #fill({ method, target, headers }: RequestTemplate, body: string): Sent {
    const filled = (text: string): string => fill(text, this.#variables);
    return {
      method,
      target: filled(target),
      headers: headers.map(([name, value]) => [name, encodeBasic(filled(value))]),
      body: filled(body),
    };
  }
}

/** A message as one text, its headers sorted by name. */
function render({ status, body }: Received | AnswerTemplate, headers: readonly Header[]): string {
  const compared = headers
    .filter(([name, value]) => value !== "" && !OF_TRANSPORT.has(name))
    .toSorted(([a], [b]) => (a < b ? -1 : Number(a > b)));
  return [status, ...compared.map(([name, value]) => `${name}: ${value}`), "", body].join("\n");
}

/** `Basic id:secret` as it goes out. */
const encodeBasic = (value: string): string =>
  value.replace(
    /^Basic (.*:.*)$/,
    (_, pair: string) => `Basic ${Buffer.from(pair, "latin1").toString("base64")}`,
  );

const show = (bytes: string): string => Buffer.from(bytes, "latin1").toString();
