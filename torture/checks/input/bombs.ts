// bodies of a few kilobytes that decompress to gigabytes.
import { gzipSync } from "node:zlib";
import { quantile } from "../../../bench/measure/statistics.ts";
import { frame } from "../../../test/protocols/raw.ts";
import { atMost, type Check, exactly, type Figure, timed } from "../../check.ts";
import type { Stage } from "../../engine.ts";
import { watchMemory } from "../../load/memory.ts";
import { isCutOrTooLarge, isMalformed, isTooLarge, shown } from "./answers.ts";
import { withServer } from "./given.ts";
import { type Heard, inPieces } from "./senders.ts";
import { WAYS, type Way } from "./ways.ts";

const MB = 1_000_000;
const AT_ONCE = 50;
const LIMIT = 64 * 1024;

interface Bomb {
  readonly name: string;
  /** How often the bytes are sent: a stream of gzip may have many members, RFC 1952 section 2.2. */
  readonly times: number;
  readonly bytes: Buffer;
  readonly isRefused: (heard: Heard) => boolean;
}

function bombs(): readonly Bomb[] {
  const member = gzipSync(Buffer.alloc(100 * MB));
  const longest = gzipSync(Buffer.alloc(60 * MB));
  const gigabytes = Buffer.concat(Array.from({ length: 100 }, () => member));
  const bomb = (name: string, bytes: Buffer, times = 1): Bomb => ({
    name,
    bytes,
    times,
    isRefused: bytes.length * times > LIMIT ? isCutOrTooLarge : isTooLarge,
  });
  // Only the outer coding is taken off: what is below may be short, and is no message then.
  const nested = (name: string, bytes: Buffer): Bomb => ({
    ...bomb(name, bytes),
    isRefused: (heard) => isTooLarge(heard) || isMalformed(heard),
  });
  return [
    bomb("60 MB in one body", longest),
    bomb("300 MB", member, 3),
    bomb("10 GB", member, 100),
    nested("300 MB, twice compressed", gzipSync(Buffer.concat([member, member, member]))),
    nested("10 GB, three times compressed", gzipSync(gzipSync(gigabytes))),
    bomb("60 MB, truncated", longest.subarray(0, -9)),
    {
      name: "a short one, truncated",
      bytes: gzipSync(Buffer.from('{"password":"a"}')).subarray(0, -9),
      times: 1,
      isRefused: isMalformed,
    },
  ];
}

function send(port: number, way: Way, { bytes, times }: Bomb): Promise<Heard> {
  const pieces = function* (): Generator<Buffer> {
    if (way.isFramed) yield frame(new Uint8Array(), { flags: 1, length: bytes.length * times });
    for (let turn = 0; turn < times; turn++) yield* inPieces(bytes);
  };
  return way.send(port, {
    path: way.path,
    headers: { ...way.headers, [way.isFramed ? "grpc-encoding" : "content-encoding"]: "gzip" },
    pieces: pieces(),
    length: bytes.length * times + (way.isFramed ? 5 : 0),
  });
}

const measureBombs = ({ engine, amount, say }: Stage): Promise<readonly Figure[]> =>
  withServer(engine, async ({ server: { pid }, port, ended }) => {
    const all = bombs();
    const cases = WAYS.flatMap((way) => all.map((bomb) => ({ way, bomb })));
    let [sent, wrong, slowest, grown] = [0, 0, 0, 0];
    const crowd: number[] = [];
    const judge = ({ way, bomb }: (typeof cases)[number], heard: Heard): number => {
      sent++;
      if (!bomb.isRefused(heard)) {
        wrong++;
        say(`${bomb.name}, ${way.name}: ${shown(heard)}`);
      }
      return heard.took;
    };
    for (const one of cases) {
      const times: number[] = [];
      for (let round = 0; round <= amount; round++) {
        const took = judge(one, await send(port, one.way, one.bomb));
        if (round > 0) times.push(took);
      }
      slowest = Math.max(slowest, quantile(times, 0.5));
    }
    for (let round = 0; round < amount; round++) {
      for (const bomb of all) {
        const { result, grownMib } = await watchMemory(pid, () =>
          Promise.all(
            Array.from({ length: AT_ONCE }, async (_, index) => {
              const way = WAYS[index % WAYS.length]!;
              return judge({ way, bomb }, await send(port, way, bomb));
            }),
          ),
        );
        crowd.push(...result);
        grown = Math.max(grown, grownMib);
      }
    }
    return [
      exactly(`bombs not refused, of ${sent}`, wrong, 0),
      timed(atMost("one at a time, slowest median", slowest, 50, "ms")),
      timed(atMost(`${AT_ONCE} at once, p99`, quantile(crowd, 0.99), 50, "ms")),
      atMost(`memory during ${AT_ONCE} at once, beyond before`, grown, 32, "MiB"),
      exactly("processes that ended", await ended(), 0),
    ];
  });

export const BOMBS: readonly Check[] = [
  {
    id: "R-19",
    title: "bodies that decompress to gigabytes",
    how:
      "gzip of 60 MB, 300 MB and 10 GB of zeros, also compressed two and three times, and " +
      `truncated, over ${WAYS.length} ways: a body's \`content-encoding\`, and a frame's of gRPC ` +
      `and gRPC-Web. First one at a time, then ${AT_ONCE} at once.`,
    engines: ["SQLite"],
    amounts: { quick: 1, full: 10 },
    unit: "rounds",
    measure: measureBombs,
  },
];
