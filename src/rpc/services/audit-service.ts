import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import {
  type AuditEventSchema,
  AuditOutcome,
  AuditService,
  type GetStatisticsResponseSchema,
  type ListAuditEventsRequest,
} from "../../../gen/identity/v1/audit_pb.ts";
import type { AuditSearch, AuditTrail } from "../../domain/administration/audit-trail.ts";
import { REFUSAL_REASONS } from "../../domain/administration/statistics/daily-counts.ts";
import type {
  DayStatistics,
  InstallationNumbers,
  Statistics,
} from "../../domain/administration/statistics/statistics.ts";
import type { AuditEvent } from "../../domain/model.ts";
import { actorOf } from "../../domain/principal.ts";
import { bind, type ServiceBinding } from "../call.ts";
import { StreamPlaces } from "../streams.ts";
import { msOrNone, timeOrNone } from "./messages.ts";

/** The parts of the domain that the service calls. */
export interface AuditServiceDependencies {
  readonly auditTrail: AuditTrail;
  readonly statistics: Statistics;
}

/** For how many days there are statistics when a caller doesn't say. */
const DEFAULT_DAYS = 30;

/** An export reads the database for as long as its client reads the export. */
const EXPORT_LIMIT = { holder: "This client", each: 2, inAll: 8 };

type Filter = Pick<
  ListAuditEventsRequest,
  "userId" | "clientId" | "actor" | "type" | "outcome" | "startTime" | "endTime"
>;

function searchOf(filter: Filter): AuditSearch {
  const said = (text: string): string | undefined => (text === "" ? undefined : text);
  return {
    userId: said(filter.userId),
    clientId: said(filter.clientId),
    actor: said(filter.actor),
    type: said(filter.type),
    succeeded:
      filter.outcome === AuditOutcome.UNSPECIFIED
        ? undefined
        : filter.outcome === AuditOutcome.SUCCEEDED,
    from: msOrNone(filter.startTime),
    until: msOrNone(filter.endTime),
  };
}

const isOldestFirst = (orderBy: string): boolean => orderBy !== "" && !orderBy.endsWith(" desc");

const toAuditEvent = (event: AuditEvent): MessageInitShape<typeof AuditEventSchema> => ({
  id: event.id,
  createTime: timestampFromMs(event.at),
  type: event.type,
  outcome: event.succeeded ? AuditOutcome.SUCCEEDED : AuditOutcome.FAILED,
  actor: event.actor,
  userId: event.userId ?? "",
  clientId: event.clientId ?? "",
  address: event.address,
  details: event.details,
});

type StatisticsInit = MessageInitShape<typeof GetStatisticsResponseSchema>;

const toDay = (day: DayStatistics): NonNullable<StatisticsInit["days"]>[number] => ({
  startTime: timestampFromMs(day.day),
  signIns: BigInt(day.signIns),
  refusedSignIns: BigInt(day.refusedSignIns),
  registrations: BigInt(day.registrations),
  refusedRegistrations: BigInt(day.refusedRegistrations),
  refusals: REFUSAL_REASONS.map((reason) => ({ reason, refusals: BigInt(day.refusals[reason]) })),
});

const toNumbers = ({
  countedAt,
  users,
  clients,
  sessions,
}: InstallationNumbers): NonNullable<StatisticsInit["numbers"]> => ({
  countTime: timestampFromMs(countedAt),
  activeUsers: BigInt(users.active),
  lockedUsers: BigInt(users.locked),
  deletedUsers: BigInt(users.deleted),
  clients: BigInt(clients),
  sessions: sessions.map((each) => ({ api: each.api, sessions: BigInt(each.sessions) })),
});

export const auditService = ({
  auditTrail,
  statistics,
}: AuditServiceDependencies): ServiceBinding => {
  const exports = new StreamPlaces(EXPORT_LIMIT);
  return bind(
    AuditService,
    {
      listAuditEvents: async (request, call) => {
        const page = await auditTrail.list(call, {
          ...searchOf(request),
          isOldestFirst: isOldestFirst(request.orderBy),
          pageSize: request.pageSize,
          pageToken: request.pageToken,
        });
        return {
          auditEvents: page.items.map(toAuditEvent),
          nextPageToken: page.nextPageToken,
          totalSize: page.total.events,
          totalSizeTruncated: !page.total.isExact,
          searchedUntilTime: timeOrNone(page.stoppedAt),
        };
      },
      getStatistics: async ({ days }, call) => {
        const report = await statistics.read(call, days === 0 ? DEFAULT_DAYS : days);
        return {
          days: report.days.map(toDay),
          countedUntilTime: timestampFromMs(report.countedUntil),
          ...(report.numbers && { numbers: toNumbers(report.numbers) }),
          waitingApiRequests: report.waitingRequests,
        };
      },
    },
    {
      exportAuditEvents: async function* (request, call) {
        const events = auditTrail.every(call, searchOf(request), isOldestFirst(request.orderBy));
        const free = exports.take(actorOf(call.caller));
        try {
          for await (const event of events) yield { auditEvent: toAuditEvent(event) };
        } finally {
          free();
        }
      },
    },
  );
};
