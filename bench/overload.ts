// What becomes of a server that is asked for ten times the passwords that it can hash, by one
// network or by many: of its work, of those that it refuses, of other people and of cheap calls.
// All addresses are loopback's, so this needs Linux. Run: node bench/overload.ts [--seconds 60]
// [--times 10] [--networks one,many] [--floods right,wrong,registrations]
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { administratorAccess, latchkeyProgram } from "./contenders/latchkey.ts";
import { startProcess } from "./measure/process.ts";
import { quantile } from "./measure/statistics.ts";
import type { Flood } from "./overload/floods.ts";
import { capacityOf, type Flooded, MANY, measureFlood, type Offer } from "./overload/measure.ts";
import type { Outcome } from "./overload/stream.ts";
import { makeSubjects } from "./overload/subjects.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "6" },
    times: { type: "string", default: "10" },
    networks: { type: "string", default: "one,many" },
    floods: { type: "string", default: "right,wrong,registrations" },
    "cpu-prof-dir": { type: "string" },
  },
});
const seconds = Number(values.seconds);
const MIB = 1024 * 1024;

const share = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`;
const p99 = (outcomes: readonly Outcome[]): string =>
  outcomes.length === 0
    ? "—"
    : `${quantile(
        outcomes.map(({ milliseconds }) => milliseconds),
        0.99,
      ).toFixed(0)} ms`;

function tell(
  { flood, networks, capacity }: Offer,
  { flooded, worked, shed, signedIn, right, asked, cheap, resident, senderLag }: Flooded,
  cpu: number,
): void {
  const rest = flooded.outcomes.length - worked.length - shed.length;
  const from = networks === "one" ? "one network" : `${MANY} networks`;
  const offered = Math.round((flooded.outcomes.length + flooded.unsent) / seconds);
  const sent = Math.round(flooded.outcomes.length / seconds);
  const alone = Math.round(capacity);
  const otherwise = rest === 0 ? "" : `, and ${rest} answered otherwise`;
  const usersServed = share(right.length, signedIn.outcomes.length + signedIn.unsent);
  const cheapServed = share(cheap.length, asked.outcomes.length + asked.unsent);
  const mib = (resident / MIB).toFixed(0);
  const load = loadavg()[0]!.toFixed(1);
  console.log(`
${flood} from ${from}: ${offered} a second offered, ${sent} sent; alone, ${alone} a second are done
  goodput       ${share((worked.length + right.length) / seconds, capacity)} of that (85 %)
  accepted p99  ${p99([...worked, ...right])} (1 s)
  shed p99      ${p99(shed)} (50 ms), ${shed.length} of them${otherwise}
  others        ${usersServed} signed in (95 %), p99 ${p99(right)}
  cheap calls   ${cheapServed} answered, p99 ${p99(cheap)} (100 ms)
  server        ${mib} MiB at most (400), ${cpu.toFixed(2)} cores; load average ${load}
  this sender   p99 ${senderLag.toFixed(0)} ms late itself, which these times contain`);
}

if (loadavg()[0]! > availableParallelism())
  console.log(
    `The machine has other work, a load average of ${loadavg()[0]!.toFixed(1)} on ` +
      `${availableParallelism()} cores: times will say little.`,
  );
const folder = await mkdtemp(join(tmpdir(), "latchkey-overload-"));
const profile = values["cpu-prof-dir"];
const server = await startProcess(
  latchkeyProgram(
    { dataDir: folder },
    profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profile}`],
  ),
);
try {
  const url = server.said;
  const subjects = await makeSubjects(
    { url, resident: async () => (await server.usage()).resident },
    await administratorAccess({ dataDir: folder }, url),
  );
  for (const networks of values.networks.split(",") as Offer["networks"][]) {
    for (const flood of values.floods.split(",") as Flood[]) {
      const capacity = await capacityOf(subjects, flood, Math.min(seconds, 10));
      const offer = { flood, networks, capacity, times: Number(values.times), seconds };
      const before = await server.usage();
      const flooded = await measureFlood(subjects, offer);
      tell(offer, flooded, ((await server.usage()).cpu - before.cpu) / 1e6 / seconds);
    }
  }
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
