// The least that an RPC can be: the health check, an empty request with two bytes in its response.
// Latchkey answers it as it is delivered, beside bare servers of grpc-js and connect-node.
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { startServer } from "../contenders/floors.ts";
import { latchkeyProgram } from "../contenders/latchkey.ts";
import type { Answer, Request } from "../measure/connection.ts";
import type { Exercise } from "../measure/load.ts";
import { startProcess } from "../measure/process.ts";
import { type Figures, measure } from "../measure/rounds.ts";
import type { Stage } from "./stage.ts";

const PATH = "/grpc.health.v1.Health/Check";

/** The status SERVING, as protobuf. */
const SERVING = Buffer.from([0x08, 0x01]);

/** The prefix of a message without bytes. */
const EMPTY_FRAME = Buffer.alloc(5);

const post = (type: string, body: string | Uint8Array): Request => ({
  method: "POST",
  path: PATH,
  headers: { "content-type": type, "connect-protocol-version": "1" },
  body,
});

/** The ways of the call, by their names in the document. */
const WAYS = {
  gRPC: {
    protocol: "grpc",
    request: { path: PATH },
    accepts: ({ status, body }: Answer) => status === 200 && body.equals(SERVING),
  },
  "gRPC-Web": {
    protocol: "http1",
    request: post("application/grpc-web+proto", EMPTY_FRAME),
    accepts: ({ status, body }: Answer) =>
      status === 200 && body.subarray(5, 7).equals(SERVING) && body.includes("grpc-status: 0", 7),
  },
  "Connect, protobuf": {
    protocol: "http1",
    request: post("application/proto", ""),
    accepts: ({ status, body }: Answer) => status === 200 && body.equals(SERVING),
  },
  "Connect, JSON": {
    protocol: "http1",
    request: post("application/json", "{}"),
    accepts: ({ status, body }: Answer) => status === 200 && body.includes('"SERVING"'),
  },
} as const;

export type Way = keyof typeof WAYS;

/** The figures of one way. */
export interface EchoFigures {
  readonly way: Way;
  readonly figures: readonly Figures[];
}

/** So little is done in each call that many are needed. */
const MORE = 4;

/** Measures each way at each server that has it. */
export async function measureEcho({ folder, options, say }: Stage): Promise<EchoFigures[]> {
  const latchkey = await startProcess(
    latchkeyProgram({ dataDir: await mkdtemp(join(folder, "echo-")) }),
  );
  const [grpcJs, connect, connectHttp2] = [
    await startServer("grpc-js"),
    await startServer("connect"),
    await startServer("connect", ["http2"]),
  ];
  const results: EchoFigures[] = [];
  for (const [name, { protocol, request, accepts }] of Object.entries(WAYS)) {
    say(`echo by ${name}`);
    const subject = (of: string, url: string, usage: typeof latchkey.usage) => {
      const exercise: Exercise = { protocol, url, request: () => request, accepts };
      return { name: of, exercise, usage };
    };
    const node = protocol === "grpc" ? connectHttp2 : connect;
    const subjects = [
      subject("Latchkey", latchkey.said, latchkey.usage),
      subject("connect-node", node.url, node.process.usage),
      ...(protocol === "grpc" ? [subject("grpc-js", grpcJs.url, grpcJs.process.usage)] : []),
    ];
    const plan = { ...options, requests: options.requests * MORE };
    results.push({ way: name as Way, figures: await measure(subjects, plan) });
  }
  for (const process of [latchkey, ...[grpcJs, connect, connectHttp2].map((each) => each.process)])
    await process.stop();
  return results;
}
