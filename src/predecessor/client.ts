import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { ticks } from "../domain/clock.ts";
import { isHopByHop } from "../http/server/headers.ts";
import { endWith } from "../http/server/send.ts";
import { Circuit, type CircuitState } from "./circuit.ts";
import type { PredecessorClient, PredecessorReply, PredecessorRequest } from "./exchange.ts";

/** The longest answer that is taken. */
const MAX_REPLY_BYTES = 1024 * 1024;
/**
 * How long an idle connection is kept, in milliseconds. Servers close theirs after two seconds or
 * more, and a call that meets the end of a connection is lost: it is never sent twice.
 */
const IDLE_MS = 1_000;
const MAX_CONNECTIONS = 256;

/** Header that names this installation to the predecessor, and to itself if the call comes back. */
export const FORWARDED = "latchkey-forwarded";

export interface PredecessorClientOptions {
  /** http or https, with a path prefix or none. */
  readonly url: URL;
  readonly timeoutMs: number;
  /** The authority that its certificate is checked with. */
  readonly ca: Buffer | undefined;
  /** The value of the header that names this installation. */
  readonly installation: string;
  /** Receives how each call went: its time, or why it failed. */
  readonly onCall?: (outcome: { readonly milliseconds: number; readonly failed: boolean }) => void;
  readonly onCircuit?: (state: CircuitState) => void;
}

/** Makes the client of one predecessor, with connections that calls share. */
export function createPredecessorClient({
  url,
  timeoutMs,
  ca,
  installation,
  onCall = () => undefined,
  onCircuit = () => undefined,
}: PredecessorClientOptions): PredecessorClient {
  const isHttps = url.protocol === "https:";
  const options = { keepAlive: true, timeout: IDLE_MS, maxSockets: MAX_CONNECTIONS };
  const agent = isHttps
    ? // NODE_TLS_REJECT_UNAUTHORIZED doesn't hold here: passwords go this way.
      new HttpsAgent({ ...options, rejectUnauthorized: true, ...(ca !== undefined && { ca }) })
    : new HttpAgent(options);
  const prefix = url.pathname.replace(/\/$/, "");
  const circuit = new Circuit(onCircuit);

  const send = ({ method, target, headers, body }: PredecessorRequest): Promise<PredecessorReply> =>
    new Promise((resolve, reject) => {
      const startedAt = ticks();
      const outgoing = (isHttps ? httpsRequest : httpRequest)({
        agent,
        host: url.hostname.replace(/^\[|\]$/g, ""),
        port: url.port,
        method,
        path: prefix + target,
        headers: headerLines(headers, {
          host: url.host,
          [FORWARDED]: installation,
          ...(body.length > 0 || method === "POST" || method === "PATCH"
            ? { "content-length": String(body.length) }
            : {}),
        }),
      });
      // Over the whole call: a server that sends a byte now and then is slow too.
      const timer = setTimeout(() => outgoing.destroy(new Error("timeout")), timeoutMs);
      const settle = (error: Error | undefined, reply?: PredecessorReply): void => {
        clearTimeout(timer);
        if (reply === undefined) reject(error ?? new Error("no answer"));
        else resolve(reply);
      };
      outgoing.on("error", settle);
      // An answer that switches the protocol ends with neither an error nor a response.
      outgoing.on("close", () => settle(new Error("the connection ended")));
      outgoing.on("response", (incoming: IncomingMessage) => {
        const chunks: Buffer[] = [];
        let length = 0;
        incoming.on("data", (chunk: Buffer) => {
          length += chunk.length;
          if (length > MAX_REPLY_BYTES) outgoing.destroy(new Error("the answer is too long"));
          else chunks.push(chunk);
        });
        incoming.on("error", settle);
        incoming.on("aborted", () => settle(new Error("the answer ended too early")));
        incoming.on("end", () => {
          if (!incoming.complete) return settle(new Error("the answer ended too early"));
          settle(undefined, {
            status: incoming.statusCode ?? 0,
            headers: pairs(incoming.rawHeaders),
            body: Buffer.concat(chunks, length),
            milliseconds: ticks() - startedAt,
          });
        });
      });
      endWith(outgoing, body);
    });

  return {
    get circuit() {
      return circuit.state;
    },
    async send(request, understood) {
      if (!circuit.allows()) return undefined;
      const startedAt = ticks();
      try {
        const reply = await send(request);
        const { milliseconds } = reply;
        const failed = !understood(reply);
        // A client can make the predecessor refuse its own call, but not the calls of others.
        if (failed && !isRefusal(reply)) circuit.failed();
        else circuit.succeeded();
        onCall({ milliseconds, failed });
        return failed ? undefined : reply;
      } catch {
        circuit.failed();
        onCall({ milliseconds: ticks() - startedAt, failed: true });
        return undefined;
      }
    },
    close: () => agent.destroy(),
  };
}

const isRefusal = ({ status }: PredecessorReply): boolean => status >= 400 && status < 500;

/** Returns the headers of a call: those that are given, and ours instead of any of their names. */
function headerLines(
  headers: PredecessorRequest["headers"],
  ours: Readonly<Record<string, string>>,
): string[] {
  const connection = headers.find(([name]) => name === "connection")?.[1];
  const theirs = headers.filter(
    ([name]) =>
      !(name in ours) &&
      name !== "content-length" &&
      name !== "expect" &&
      !isHopByHop(name, connection),
  );
  return [...Object.entries(ours), ...theirs].flat();
}

function pairs(rawHeaders: readonly string[]): [name: string, value: string][] {
  const all: [string, string][] = [];
  for (let index = 0; index < rawHeaders.length; index += 2)
    all.push([rawHeaders[index]!.toLowerCase(), rawHeaders[index + 1]!]);
  return all;
}
