// How a predecessor misbehaves when a test asks for it.
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { Answer } from "./exchange.ts";

/**
 * What a lying server sends: a page of another program, JSON of another form, half of the body that
 * it announced, or nothing before it closes the connection.
 */
export const LIES = ["page", "json", "half", "reset"] as const;
export type Lie = (typeof LIES)[number];

export interface Behaviour {
  /** How long each answer waits. */
  readonly delayMs: number;
  /** While it is down, connections are refused. */
  readonly down: boolean;
  /** Absent while it says the truth. */
  readonly lie?: Lie | undefined;
}

export const HONEST: Behaviour = { delayMs: 0, down: false };

/** Sends an answer; the headers keep their order and case. */
export function send(response: ServerResponse, { status, headers, body }: Answer): void {
  const length = ["Content-Length", String(Buffer.byteLength(body))] as const;
  response.writeHead(status, [...headers, length].flat());
  response.end(body);
}

/** Sends a lie in place of the answer that the server has made already. */
function lieTo(request: IncomingMessage, response: ServerResponse, lie: Lie): void {
  const type = { "Content-Type": "application/json" };
  switch (lie) {
    case "page":
      response.writeHead(200, { "Content-Type": "text/html" });
      response.end("<h1>It works!</h1>");
      return;
    case "json":
      response.writeHead(200, type).end('["maintenance",null]');
      return;
    case "half":
      response.writeHead(200, { ...type, "Content-Length": "500" });
      response.write('{"token":"', () => request.socket.destroy());
      return;
    case "reset":
      request.socket.destroy();
  }
}

/** Sends the answer, or what the behaviour makes of it. */
export async function behave(
  { delayMs, lie }: Behaviour,
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
): Promise<void> {
  if (delayMs > 0) await delay(delayMs);
  if (lie === undefined) send(response, answer);
  else lieTo(request, response, lie);
}
