// What discovery and the public keys cost the server, beside bare node:http that sends a user of
// 200 bytes. Run: node bench/metadata.ts [requests]
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer } from "./contenders/floors.ts";
import { latchkeyProgram } from "./contenders/latchkey.ts";
import { type MeasuredProcess, startProcess } from "./measure/process.ts";
import { measure, type Subject } from "./measure/rounds.ts";

const PLAN = { rounds: 20, requests: Number(process.argv[2] ?? 2000), connections: 16 };
const PATHS = ["/.well-known/jwks.json", "/.well-known/oauth-authorization-server"];

const subject = (url: string, path: string, { usage }: MeasuredProcess): Subject => ({
  name: path,
  usage,
  exercise: {
    protocol: "http1",
    url,
    request: () => ({ path }),
    accepts: ({ status }) => status === 200,
  },
});

const folder = await mkdtemp(join(tmpdir(), "latchkey-metadata-"));
const bare = await startServer("http");
const server = await startProcess(latchkeyProgram({ dataDir: folder }));
try {
  const [floor, ...figures] = await measure(
    [
      subject(bare.url, "/v1/users/ada", bare.process),
      ...PATHS.map((path) => subject(server.said, path, server)),
    ],
    PLAN,
  );
  const bareCpu = floor!.cpu;
  console.log(`bare node:http: ${bareCpu.median.toFixed(1)} µs of CPU a request`);
  // Other work on the machine makes rounds dearer, so the cheapest ones are compared too.
  for (const { name, cpu } of figures)
    console.log(
      `${name}: ${cpu.median.toFixed(1)} µs (${cpu.least.toFixed(1)}–${cpu.most.toFixed(1)}), ` +
        `${(cpu.median / bareCpu.median).toFixed(2)} × bare node:http; ` +
        `${(cpu.least / bareCpu.least).toFixed(2)} × in the cheapest rounds`,
    );
} finally {
  await server.stop();
  await bare.process.stop();
  await rm(folder, { recursive: true });
}
