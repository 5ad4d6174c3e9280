// A transcoder on a port of its own, for tests.
import { fromJson, toJson, type JsonObject, type Message } from "@bufbuild/protobuf";
import type { ConnectError } from "@connectrpc/connect";
import { connect, type Socket } from "node:net";
import {
  request as httpRequest,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from "node:http";
import { onTestFinished } from "vitest";
import type { Invocation } from "../../src/http/protocols/invocation.ts";
import { DECLINED, pipeline, type Step } from "../../src/http/pipeline.ts";
import { listen } from "../../src/http/server/listen.ts";
import { createTranscoder, type TranscoderOptions } from "../../src/http/transcoding/transcoder.ts";
import { buildContract, type Contract } from "./contract.ts";

/** What a test sends. */
export interface Sent {
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Uint8Array;
}

/** What comes back. */
export interface Received {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A contract that is served. */
export interface Served {
  readonly port: number;
  /** What was called, in order. */
  readonly calls: readonly Invocation[];
  /** The unexpected errors, in order. */
  readonly faults: readonly unknown[];
  request(method: string, path: string, sent?: Sent): Promise<Received>;
  /** The message of a call as JSON. */
  messageOf(call: Invocation): JsonObject;
  /** The message of the last call as JSON. */
  lastMessage(): JsonObject;
  connect(): Socket;
}

/** What the methods do: answer a message in JSON, or throw. */
export type Answering = (invocation: Invocation) => JsonObject | ConnectError | Error;

/** What a test may set of the transcoder, and a page behind it. */
interface ServeOptions extends Partial<TranscoderOptions> {
  readonly page?: Step;
}

/**
 * Serves a contract until the test ends; every method answers an empty message when `answer` is not
 * given.
 */
export async function serveContract(
  contract: Contract,
  answer: Answering = () => ({}),
  { page, ...options }: ServeOptions = {},
): Promise<Served> {
  const { service } = buildContract(contract);
  const calls: Invocation[] = [];
  const faults: unknown[] = [];
  const invoke = async (invocation: Invocation): Promise<Message> => {
    calls.push(invocation);
    const answered = answer(invocation);
    if (answered instanceof Error) throw answered;
    return fromJson(invocation.method.output, answered);
  };
  const transcoder = createTranscoder({
    services: [service],
    invoke,
    now: () => 1_000_000,
    errorDomain: "test",
    onFault: (fault) => faults.push(fault),
    ...options,
  });
  const pages: Step[] = page
    ? [(...asked) => (transcoder.mayBePage(asked[0]) ? page(...asked) : DECLINED)]
    : [];
  const { port, drain } = await listen({
    host: "127.0.0.1",
    port: 0,
    handler: pipeline([transcoder.answer, ...pages, transcoder.refuse]),
  });
  onTestFinished(() => drain(0));
  return {
    port,
    calls,
    faults,
    request: (method, path, sent = {}) => send(port, method, path, sent),
    messageOf,
    lastMessage: () => messageOf(calls.at(-1)!),
    connect: () => connect(port, "127.0.0.1"),
  };
}

const messageOf = ({ method, message }: Invocation): JsonObject =>
  toJson(method.input, message) as JsonObject;

/** Sends one request over a connection of its own. */
export function send(
  port: number,
  method: string,
  path: string,
  { headers = {}, body }: Sent,
): Promise<Received> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: "127.0.0.1", port, method, path, headers, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
        response.on("error", reject);
      },
    );
    request.on("error", reject);
    request.end(body);
  });
}
