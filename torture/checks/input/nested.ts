// bodies that are nested deeply.
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { quantile } from "../../../bench/measure/statistics.ts";
import { frame } from "../../../test/protocols/raw.ts";
import { atMost, type Check, exactly, type Figure, timed } from "../../check.ts";
import type { Stage } from "../../engine.ts";
import { isCutOrTooLarge, isMalformed, shown } from "./answers.ts";
import { withServer } from "./given.ts";
import { inPieces } from "./senders.ts";
import { BOUNDARY, WAYS, type Way } from "./ways.ts";

const LIMIT = 64 * 1024;

/** Braces of JSON: alone, in a field that there is, and in one that there isn't. */
function* jsonBodies(): Generator<readonly [name: string, body: Buffer]> {
  for (const depth of [100, 3_000, 30_000, 1_000_000]) {
    const arrays = "[".repeat(depth) + "]".repeat(depth);
    const objects = `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
    yield [`${depth} arrays`, Buffer.from(arrays)];
    yield [`${depth} objects`, Buffer.from(objects)];
    yield [`${depth} arrays in a field`, Buffer.from(`{"password":${arrays}}`)];
    yield [`${depth} objects in a field`, Buffer.from(`{"email":${objects}}`)];
    yield [`${depth} arrays in no field`, Buffer.from(`{"unknown":${arrays}}`)];
    yield [`${depth} arrays that don't end`, Buffer.from("[".repeat(depth))];
  }
}

const START_GROUP = 0x7b;
const END_GROUP = 0x7c;

/** Messages in messages, in a field that there isn't. */
function messages(depth: number): Buffer {
  let inner: Uint8Array = new Uint8Array();
  for (let level = 0; level < depth; level++)
    inner = new BinaryWriter().tag(15, WireType.LengthDelimited).bytes(inner).finish();
  return Buffer.from(inner);
}

function* protoBodies(): Generator<readonly [name: string, body: Buffer]> {
  for (const depth of [101, 10_000]) {
    const open = Buffer.alloc(depth, START_GROUP);
    yield [`${depth} groups`, Buffer.concat([open, Buffer.alloc(depth, END_GROUP)])];
    yield [`${depth} groups that don't end`, open];
    yield [`${depth} messages`, messages(depth)];
  }
}

const DEEP_NAME = `a${"[b]".repeat(1_000)}`;

const BODIES: Readonly<Record<Way["codec"], readonly (readonly [string, Buffer])[]>> = {
  json: [...jsonBodies()],
  proto: [...protoBodies()],
  form: [["1,000 brackets", Buffer.from(`${DEEP_NAME}=1`)]],
  multipart: [
    [
      "1,000 brackets",
      Buffer.from(
        `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${DEEP_NAME}"\r\n\r\n1\r\n` +
          `--${BOUNDARY}--\r\n`,
      ),
    ],
  ],
};

const measureNested = ({ engine, amount, say }: Stage): Promise<readonly Figure[]> =>
  withServer(engine, async ({ server, port, ended }) => {
    let [kinds, wrong, slowest] = [0, 0, 0];
    for (const way of WAYS) {
      for (const [name, message] of BODIES[way.codec]) {
        const body = way.isFramed ? frame(message) : message;
        const times: number[] = [];
        kinds++;
        // The first of each kind finds code that was never run.
        for (let round = 0; round <= amount; round++) {
          const heard = await way.send(port, {
            path: way.path,
            headers: way.headers,
            length: body.length,
            pieces: inPieces(body),
          });
          if (round > 0) times.push(heard.took);
          if ((message.length > LIMIT ? isCutOrTooLarge : isMalformed)(heard)) continue;
          wrong++;
          say(`${name}, ${way.name}: ${shown(heard)}`);
        }
        const median = quantile(times, 0.5);
        if (median > 20) say(`${name}, ${way.name}: ${median.toFixed(1)} ms`);
        slowest = Math.max(slowest, median);
      }
    }
    const overflows = server.output.stderr.match(/call stack|RangeError/g)?.length ?? 0;
    return [
      exactly(`answers that don't blame the caller, of ${kinds * (amount + 1)}`, wrong, 0),
      timed(atMost(`slowest of ${kinds} kinds, median`, slowest, 20, "ms")),
      exactly("overflows of the stack in the log", overflows, 0),
      exactly("processes that ended", await ended(), 0),
    ];
  });

export const NESTED: readonly Check[] = [
  {
    id: "R-18",
    title: "bodies that are nested deeply",
    how:
      "JSON 100, 3,000, 30,000 and a million deep, protobuf's groups and messages 101 and 10,000 " +
      `deep, names with 1,000 brackets in forms, over ${WAYS.length} ways. What is longer than ` +
      "64 KiB must be refused as too long, the rest as malformed.",
    engines: ["SQLite"],
    amounts: { quick: 3, full: 25 },
    unit: "times each",
    measure: measureNested,
  },
];
