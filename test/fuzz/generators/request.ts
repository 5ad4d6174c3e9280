// A request of a fuzzer as it goes out.

/** All texts are bytes, one character each. */
export interface Sent {
  readonly verb: string;
  readonly target: string;
  /** As written, in this order, besides Host and the length of the body. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
  /** Whether the body goes in chunks of that many bytes. */
  readonly chunk?: number;
}

/** UTF-8, one character for each byte. */
export const bytes = (text: string): string => Buffer.from(text).toString("latin1");

/** The bytes of a request. */
export function render({ verb, target, headers, body = "", chunk = 0 }: Sent): string {
  const framing = chunk > 0 ? "transfer-encoding: chunked" : `content-length: ${body.length}`;
  const lines = [
    `${verb} ${target} HTTP/1.1`,
    ...(headers.some(([name]) => name.toLowerCase() === "host") ? [] : ["host: localhost"]),
    ...headers.map(([name, value]) => `${name}: ${value}`),
    framing,
  ];
  return `${lines.join("\r\n")}\r\n\r\n${chunk > 0 ? chunked(body, chunk) : body}`;
}

function chunked(body: string, size: number): string {
  const parts: string[] = [];
  for (let at = 0; at < body.length; at += size) {
    const part = body.slice(at, at + size);
    parts.push(`${part.length.toString(16)}\r\n${part}\r\n`);
  }
  return `${parts.join("")}0\r\n\r\n`;
}
