// What TLS costs: the same calls in clear text and encrypted, over connections that stay open and
// with a new one for each request.
import { readFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { makeCertificate } from "../../test/clients/certificate.ts";
import { startServer } from "../contenders/floors.ts";
import { startLatchkey } from "../contenders/latchkey.ts";
import type { Exercise } from "../measure/load.ts";
import { type Figures, measure, type Subject } from "../measure/rounds.ts";
import type { Stage } from "./stage.ts";

/** The figures of one way of asking. */
export interface TlsFigures {
  readonly name: string;
  readonly figures: readonly Figures[];
}

export async function measureTls({ folder, options, say }: Stage): Promise<TlsFigures[]> {
  say("TLS");
  const place = () => mkdtemp(join(folder, "tls-"));
  const { cert, key } = await makeCertificate(folder);
  const more = { TLS_CERT: cert, TLS_KEY: key };
  setDefaultCACertificates([...getCACertificates("default"), readFileSync(cert, "utf8")]);
  const latchkeys = [
    await startLatchkey("Latchkey, clear text", { dataDir: await place(), users: 8 }),
    await startLatchkey("Latchkey, TLS", { dataDir: await place(), users: 8, more }),
  ];
  const bare = [
    { name: "bare node:http", ...(await startServer("http")) },
    { name: "bare node:https", ...(await startServer("http", [cert, key])) },
  ];
  const ofLatchkey = (row: "getByRest" | "getByGrpc", reconnects: boolean): Subject[] =>
    latchkeys.map(({ name, exercises, process }) => ({
      name,
      exercise: { ...exercises[row]!, reconnects },
      usage: process.usage,
    }));
  const ofBare = (reconnects: boolean): Subject[] =>
    bare.map(({ name, url, process }) => {
      const exercise: Exercise = {
        protocol: "http1",
        url,
        reconnects,
        request: () => ({ path: "/v1/users/user" }),
        accepts: ({ status }) => status === 200,
      };
      return { name, exercise, usage: process.usage };
    });
  const { requests } = options;
  const results = [
    {
      name: "GET user by REST, open connections",
      figures: await measure([...ofLatchkey("getByRest", false), ...ofBare(false)], options),
    },
    {
      name: "GET user by gRPC, open connections",
      figures: await measure(ofLatchkey("getByGrpc", false), options),
    },
    {
      name: "GET user by REST, a new connection for each request",
      figures: await measure([...ofLatchkey("getByRest", true), ...ofBare(true)], {
        ...options,
        requests: Math.round(requests / 2),
      }),
    },
  ];
  for (const { process } of [...latchkeys, ...bare]) await process.stop();
  return results;
}
