// bodies that are wrong in ways that a seed decides, over every route and protocol.
import fc from "fast-check";
import { Code } from "@connectrpc/connect";
import {
  formRequests,
  jsonRequests,
  multipartRequests,
  queryRequests,
} from "../../../test/fuzz/generators/requests.ts";
import type { Sent } from "../../../test/fuzz/generators/request.ts";
import { render } from "../../../test/fuzz/generators/request.ts";
import { gotCalls, postedCalls } from "../../../test/fuzz/generators/rpc-requests.ts";
import { type Answer, KeptConnection } from "../../../test/fuzz/target/connection.ts";
import { enrol, FUZZ_ENVIRONMENT, type Principals } from "../../../test/fuzz/target/enrol.ts";
import { complaint } from "../../../test/fuzz/target/invariants.ts";
import { callComplaint, codeOf } from "../../../test/fuzz/target/rpc-answers.ts";
import { atLeast, type Check, exactly, type Figure } from "../../check.ts";
import type { Stage } from "../../engine.ts";
import { withServer } from "./given.ts";

const LANES = 8;
const BATCH = 400;

type Complaint = (sent: Sent, answer: Answer) => string | undefined;

/** One kind of requests; `part` of 100 are of it. */
interface Kind {
  readonly name: string;
  readonly part: number;
  readonly complains: Complaint;
  requests(principals: Principals): fc.Arbitrary<Sent>;
}

/** Metadata whose bytes are no base64, or nearly. */
const binaryMetadata = fc
  .tuple(fc.uint8Array({ maxLength: 40 }), fc.nat(), fc.constantFrom("%", "*", "=", "-", " ", ""))
  .map(([bytes, at, wrong]): readonly [string, string] => {
    const text = Buffer.from(bytes).toString("base64");
    const place = at % (text.length + 1);
    return ["x-torture-bin", text.slice(0, place) + wrong + text.slice(place)];
  });

const withMetadata = (requests: fc.Arbitrary<Sent>): fc.Arbitrary<Sent> =>
  fc
    .tuple(requests, binaryMetadata)
    .map(([sent, header]) => ({ ...sent, headers: [...sent.headers, header] }));

const isJson = ({ headers }: Sent): boolean =>
  headers.some(([name, value]) => name === "content-type" && value === "application/json") &&
  !headers.some(([name]) => name === "content-encoding");

/** JSON without its last brace, which no reader may take. */
const unclosed = (principals: Principals): fc.Arbitrary<Sent> =>
  jsonRequests(principals)
    .filter((sent) => isJson(sent) && /^\{[^]*\}\s*$/.test(sent.body ?? ""))
    .map((sent) => ({ ...sent, body: sent.body!.trimEnd().slice(0, -1) }));

const refused: Complaint = (sent, answer) =>
  complaint(sent, answer) ??
  (answer.status < 400 ? `what can't be read was taken, with ${answer.status}` : undefined);

const KINDS: readonly Kind[] = [
  { name: "JSON", part: 20, complains: complaint, requests: jsonRequests },
  { name: "JSON that doesn't end", part: 10, complains: refused, requests: unclosed },
  { name: "forms", part: 15, complains: complaint, requests: formRequests },
  { name: "multipart forms", part: 10, complains: complaint, requests: multipartRequests },
  { name: "queries", part: 5, complains: complaint, requests: queryRequests },
  { name: "calls by POST", part: 25, complains: callComplaint, requests: postedCalls },
  { name: "calls by GET", part: 5, complains: callComplaint, requests: gotCalls },
  {
    name: "calls with binary metadata",
    part: 10,
    complains: callComplaint,
    requests: (principals) => withMetadata(postedCalls(principals)),
  },
];

const FAULTS: readonly (number | undefined)[] = [Code.Unknown, Code.Internal, Code.DataLoss];

/** Whether an answer says that the server has failed. */
const isFault = (answer: Answer): boolean =>
  (answer.status >= 500 && answer.status !== 501 && answer.status !== 504) ||
  FAULTS.includes(codeOf(answer));

/** Whether an answer refuses the request. */
const isRefusal = (answer: Answer): boolean => answer.status >= 400 || (codeOf(answer) ?? 0) > 0;

const measureMalformed = ({ engine, amount, random, say }: Stage): Promise<readonly Figure[]> =>
  withServer(
    engine,
    async ({ server, port, installation, ended }) => {
      const principals = await enrol(server.url, await installation.administrator());
      const lanes = Array.from({ length: LANES }, () => new KeptConnection(port));
      const counts = { sent: 0, refused: 0, faults: 0, others: 0 };
      const judge = (complains: Complaint, sent: Sent, answer: Answer): void => {
        counts.sent++;
        if (isRefusal(answer)) counts.refused++;
        const why = complains(sent, answer);
        if (isFault(answer) && why !== undefined) counts.faults++;
        else if (why !== undefined) counts.others++;
        if (why !== undefined)
          say(`${why}: ${JSON.stringify({ sent, status: answer.status, body: answer.body })}`);
      };
      try {
        for (const { part, complains, requests } of KINDS) {
          const cases = requests(principals);
          for (let left = Math.ceil((amount * part) / 100); left > 0; left -= BATCH) {
            const seed = Math.floor(random() * 2 ** 31);
            const batch = fc.sample(cases, { seed, numRuns: Math.min(left, BATCH) });
            await Promise.all(
              lanes.map(async (lane) => {
                for (let sent = batch.pop(); sent !== undefined; sent = batch.pop())
                  judge(complains, sent, await lane.send(render(sent), sent.verb === "HEAD"));
              }),
            );
          }
        }
      } finally {
        for (const lane of lanes) lane.close();
      }
      const errors = server.output.stderr.match(/"level":"error"/g)?.length ?? 0;
      return [
        atLeast("requests", counts.sent, amount),
        atLeast("of them refused", counts.refused, amount / 2),
        exactly("5xx, INTERNAL, UNKNOWN and DATA_LOSS", counts.faults, 0),
        exactly("answers that are otherwise wrong", counts.others, 0),
        exactly("faults in the log", errors, 0),
        exactly("processes that ended", await ended(), 0),
      ];
    },
    FUZZ_ENVIRONMENT,
  );

export const MALFORMED: readonly Check[] = [
  {
    id: "R-16",
    title: "malformed bodies",
    how:
      "Requests of the fuzzers' generators over every route: JSON, JSON that breaks off, forms, " +
      "multipart, queries, protobuf and base64 in frames and bare, binary metadata. A right one " +
      "among them may succeed. Each other must have an answer that the contract declares.",
    engines: ["SQLite"],
    aside: "in turn",
    amounts: { quick: 2_000, full: 50_000 },
    unit: "requests",
    measure: measureMalformed,
  },
];
