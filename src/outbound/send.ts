import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { LookupFunction, TcpNetConnectOpts } from "node:net";
import { OutboundError } from "../domain/outbound.ts";
import type { Address } from "./addresses.ts";

/** One request over a connection of its own. */
export interface OutboundRequest {
  readonly url: URL;
  /** The addresses that the host has, and that were checked. */
  readonly addresses: readonly Address[];
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** The authorities that certificates are checked with; undefined: those of the system. */
  readonly ca: string | undefined;
}

export interface OutboundAnswer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
  /** The body is longer than `maxBytes`, so it is cut. */
  readonly isCut: boolean;
}

/** How long an address may take to connect before the next one is tried: by default 250 ms. */
const PATIENCE: Partial<TcpNetConnectOpts> = { autoSelectFamilyAttemptTimeout: 1_000 };

/** Sends a request to the checked addresses, and reads the answer up to a length. */
export function sendOutbound(request: OutboundRequest): Promise<OutboundAnswer> {
  const { url, addresses, method, headers, body, maxBytes, signal, ca } = request;
  // The name is not resolved again: another answer would not be checked (DNS rebinding).
  const lookup: LookupFunction = (_name, { all }, callback) =>
    all === true
      ? callback(null, [...addresses])
      : callback(null, addresses[0]?.address ?? "", addresses[0]?.family);
  return new Promise((resolve, reject) => {
    const fail = (error?: unknown): void =>
      reject(new OutboundError(signal.aborted ? "timeout" : "connection", error));
    const outgoing = (url.protocol === "https:" ? requestHttps : requestHttp)({
      host: url.hostname.replace(/^\[|\]$/g, ""),
      port: url.port,
      method,
      path: url.pathname + url.search,
      headers: {
        host: url.host,
        "user-agent": "latchkey",
        "accept-encoding": "identity",
        ...headers,
        ...(body !== undefined && { "content-length": String(Buffer.byteLength(body)) }),
      },
      // Without an agent, neither a proxy of the environment nor another connection takes part.
      agent: false,
      // NODE_TLS_REJECT_UNAUTHORIZED doesn't hold here.
      rejectUnauthorized: true,
      ...(ca !== undefined && { ca }),
      lookup,
      ...PATIENCE,
      signal,
    });
    outgoing.on("error", fail);
    outgoing.on("close", fail);
    outgoing.on("response", (incoming) => {
      const { statusCode: status = 0, headers: answered } = incoming;
      // The server has switched the protocol.
      if (status < 200) return fail();
      const chunks: Buffer[] = [];
      let length = 0;
      const settle = (isCut: boolean): void => {
        resolve({ status, headers: answered, body: Buffer.concat(chunks), isCut });
        outgoing.destroy();
      };
      incoming.on("data", (chunk: Buffer) => {
        length += chunk.length;
        if (length > maxBytes) settle(true);
        else chunks.push(chunk);
      });
      incoming.on("error", fail);
      incoming.on("end", () => settle(false));
    });
    outgoing.end(body);
  });
}
