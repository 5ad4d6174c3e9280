import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import {
  type GetPredecessorReportResponseSchema,
  type PredecessorOutcomesSchema,
  PredecessorService,
  PredecessorStage,
  type PredecessorSummarySchema,
} from "../../../gen/identity/v1/predecessor_pb.ts";
import type { OriginQueries } from "../../domain/administration/origin-queries.ts";
import type { OriginKind, OriginSource } from "../../domain/origins.ts";
import type { Moves } from "../../domain/predecessor/reports/moves.ts";
import type {
  PredecessorReport,
  PredecessorSummary,
} from "../../domain/predecessor/reports/report.ts";
import type { OutcomeCounts, Quantiles } from "../../domain/predecessor/reports/report-counts.ts";
import { bind, type ServiceBinding } from "../call.ts";
import { timeOrNone } from "./messages.ts";

/** The parts of the domain that the service calls. */
export interface PredecessorServiceDependencies {
  readonly moves: Moves;
  readonly originQueries: OriginQueries;
}

const STAGES = {
  mirror: PredecessorStage.MIRROR,
  fallback: PredecessorStage.FALLBACK,
  own: PredecessorStage.OWN,
} as const;

const toSummary = ({
  api,
  stage,
  percent,
  users,
}: PredecessorSummary): MessageInitShape<typeof PredecessorSummarySchema> => ({
  api,
  stage: STAGES[stage],
  percent,
  learntUsers: BigInt(users.learned),
  knownUsers: BigInt(users.known),
  missingUsers: BigInt(users.missing),
});

const toOutcomes = (counts: OutcomeCounts): MessageInitShape<typeof PredecessorOutcomesSchema> => ({
  equal: BigInt(counts.equal),
  volatile: BigInt(counts.volatile),
  different: BigInt(counts.different),
  uncompared: BigInt(counts.uncompared),
  unserved: BigInt(counts.unserved),
  own: BigInt(counts.own),
});

const toLatency = ({ p50Ms, p99Ms }: Quantiles) => ({
  ...(p50Ms !== undefined && { p50Ms }),
  ...(p99Ms !== undefined && { p99Ms }),
});

const toCounts = (counts: Readonly<Partial<Record<OriginKind, number>>>): Record<string, bigint> =>
  Object.fromEntries(Object.entries(counts).map(([kind, count]) => [kind, BigInt(count)]));

const toReport = (
  report: PredecessorReport,
): MessageInitShape<typeof GetPredecessorReportResponseSchema> => ({
  summary: toSummary(report),
  changedUsers: BigInt(report.changedHere),
  recentStartTime: timestampFromMs(report.recent.since),
  recent: toOutcomes(report.recent),
  errors: BigInt(report.predecessor.errors),
  circuit: report.predecessor.circuit,
  ownLatency: toLatency(report.own),
  predecessorLatency: toLatency(report.predecessor),
  routes: report.routes.map((each) => ({ route: each.route, outcomes: toOutcomes(each) })),
  days: report.days.map((each) => ({
    startTime: timestampFromMs(each.day),
    outcomes: toOutcomes(each),
  })),
  differences: report.differences.map(({ ours, theirs, calls, firstAt, lastAt, ...each }) => ({
    route: each.route,
    field: each.field,
    own: ours,
    predecessor: theirs,
    count: BigInt(calls),
    firstTime: timestampFromMs(firstAt),
    lastTime: timestampFromMs(lastAt),
    example: each.example,
  })),
  remaining: [...report.remaining],
});

export const predecessorService = ({
  moves,
  originQueries,
}: PredecessorServiceDependencies): ServiceBinding =>
  bind(PredecessorService, {
    listPredecessors: async (_, call) => ({
      predecessors: (await moves.list(call)).map(toSummary),
    }),
    getPredecessorReport: async ({ api }, call) => {
      const { report, learnt } = await moves.get(call, api);
      return { ...toReport(report), learnt: toCounts(learnt) };
    },
    discardLearnt: async ({ api }, call) => {
      const { removed, kept } = await moves.discard(call, api);
      return { removed: toCounts(removed), kept: BigInt(kept.length) };
    },
    listStateImports: async (_, call) => ({
      stateImports: (await originQueries.imports(call)).map((each) => ({
        id: each.id,
        startTime: timestampFromMs(each.startedAt),
        endTime: timeOrNone(each.finishedAt),
        lines: BigInt(each.lines),
        invalidLines: BigInt(each.invalid),
      })),
    }),
    listOrigins: async ({ source: text, kind, pageSize, pageToken }, call) => {
      // The contract has checked both.
      const source = text as OriginSource;
      const wanted = { source, kind: kind as OriginKind };
      const { items, nextPageToken } = await originQueries.list(call, wanted, {
        pageSize,
        pageToken,
      });
      return {
        origins: items.map(({ origin, about, detail }) => ({
          createTime: timestampFromMs(origin.at),
          userId: about?.kind === "user" ? about.id : "",
          clientId: about?.kind === "client" ? about.id : "",
          detail,
        })),
        nextPageToken,
        counts: toCounts(await originQueries.count(call, source)),
      };
    },
  });
