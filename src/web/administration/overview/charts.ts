import { REFUSAL_REASONS } from "../../../domain/administration/statistics/daily-counts.ts";
import type {
  DayStatistics,
  InstallationNumbers,
} from "../../../domain/administration/statistics/statistics.ts";
import { BROWSER_API } from "../../../domain/sessions/sessions.ts";
import { pairBars } from "../../kit/charts/pair-bars.ts";
import { stackedBars } from "../../kit/charts/stacked-bars.ts";
import { html, type Html } from "../../kit/html.ts";
import type { PageContext } from "../../request/page-context.ts";
import { overviewMessages } from "./messages.ts";

/** The colour of what was refused, which tells it from what was done. */
const REFUSED = 3;
/** Neighbours differ much, also for people who see few colours. */
const REASON_COLORS = [3, 1, 4, 2, 5];

/** Draws sign-ins, registrations and refusals of each day. */
export function dayCharts(
  { language }: PageContext,
  days: readonly DayStatistics[],
): readonly Html[] {
  const messages = overviewMessages[language];
  const [succeeded, refused] = messages.outcomes;
  const shared = {
    heading: messages.day,
    labels: days.map(({ day }) => new Date(day).toISOString().slice(5, 10)),
    tableName: messages.table,
  };
  return [
    stackedBars({
      ...shared,
      id: "sign-ins",
      title: messages.signIns,
      series: [
        { name: succeeded, values: days.map(({ signIns }) => signIns) },
        { name: refused, color: REFUSED, values: days.map(({ refusedSignIns }) => refusedSignIns) },
      ],
    }),
    stackedBars({
      ...shared,
      id: "registrations",
      title: messages.registrations,
      series: [
        { name: succeeded, values: days.map(({ registrations }) => registrations) },
        {
          name: refused,
          color: REFUSED,
          values: days.map(({ refusedRegistrations }) => refusedRegistrations),
        },
      ],
    }),
    stackedBars({
      ...shared,
      id: "refusals",
      title: messages.refusals,
      series: REFUSAL_REASONS.map((reason, index) => ({
        name: messages.reasons[reason],
        color: REASON_COLORS[index],
        values: days.map(({ refusals }) => refusals[reason]),
      })),
    }),
  ];
}

/** Draws the active sessions of each API. */
export function sessionsChart({ language }: PageContext, { sessions }: InstallationNumbers): Html {
  const messages = overviewMessages[language];
  if (sessions.length === 0) return html`<p class="quiet">${messages.noSessions}</p>`;
  return pairBars({
    id: "sessions",
    title: messages.sessionsByApi,
    heading: messages.api,
    labels: sessions.map(({ api }) => (api === BROWSER_API ? messages.browser : api)),
    series: [{ name: messages.sessions, values: sessions.map((each) => each.sessions) }],
    tableName: messages.table,
  });
}
