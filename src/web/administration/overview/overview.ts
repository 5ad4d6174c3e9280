import type { StatisticsReport } from "../../../domain/administration/statistics/statistics.ts";
import { MINUTE } from "../../../domain/durations.ts";
import { html, type Html } from "../../kit/html.ts";
import { perLanguage } from "../../kit/language.ts";
import { moment } from "../../kit/times.ts";
import type { WebDependencies } from "../../request/dependencies.ts";
import { type PageContext, queryValue, type Route, seeOther } from "../../request/page-context.ts";
import { administrationPage, forAdministrators, PATHS } from "../administration-page.ts";
import { administrationMessages } from "../messages.ts";
import { dayCharts, sessionsChart } from "./charts.ts";
import { overviewMessages } from "./messages.ts";

/** For how many days there are charts; the first by default. */
const PERIODS = [30, 7, 90] as const;

/** The parameters of the search for users, which was at this address. */
const OLD_PARAMETERS: ReadonlySet<string> = new Set(["by", "text", "realm", "page"]);

const numberOf = perLanguage((language) => new Intl.NumberFormat(language));

export const administrationOverviewRoutes = ({
  statistics,
  clock,
}: WebDependencies): readonly Route[] => [
  {
    method: "GET",
    path: PATHS.overview,
    page: forAdministrators(async (context) => {
      if (context.query.some(([name]) => OLD_PARAMETERS.has(name)))
        return seeOther(
          `${PATHS.users}?${new URLSearchParams(context.query.map(([...pair]) => pair))}`,
        );
      const period =
        PERIODS.find((days) => String(days) === queryValue(context, "days")) ?? PERIODS[0];
      const report = await statistics.read(context.requestContext, period);
      return administrationPage(context, {
        title: administrationMessages[context.language].tabs.overview,
        tab: "overview",
        body: body(context, report, { period, now: clock.now() }),
      });
    }),
  },
];

function body(
  context: PageContext,
  report: StatisticsReport,
  { period, now }: { readonly period: number; readonly now: number },
): Html {
  const { language } = context;
  const messages = overviewMessages[language];
  const { numbers, countedUntil, days } = report;
  const late =
    countedUntil >= now - MINUTE
      ? ""
      : html`<p class="notice small">${messages.countedUntil(moment(language, countedUntil))}</p>`;
  return html`<h1>${administrationMessages[language].tabs.overview}</h1>
    ${figures(context, report)}
    <section>
      ${periods(context, period)} ${late}
      <div class="charts">${dayCharts(context, days)}</div>
      <p class="quiet small">${messages.refusalsWhat}</p>
    </section>
    ${numbers === undefined ? "" : html`<section>${sessionsChart(context, numbers)}</section>`}`;
}

/** Renders how many of everything there are. */
function figures({ language }: PageContext, { numbers, waitingRequests }: StatisticsReport): Html {
  const messages = overviewMessages[language];
  const shown = (value: number): string => numberOf(language).format(value);
  const linked = (path: string, value: number): Html => html`<a href="${path}">${shown(value)}</a>`;
  const sessions = numbers?.sessions.reduce((sum, each) => sum + each.sessions, 0) ?? 0;
  const rows: readonly (readonly [name: string, value: Html | string])[] = [
    ...(numbers === undefined
      ? []
      : ([
          [messages.users, linked(PATHS.users, numbers.users.active)],
          [messages.locked, shown(numbers.users.locked)],
          [messages.deleted, shown(numbers.users.deleted)],
          [messages.applications, linked(PATHS.applications, numbers.clients)],
          [messages.sessions, shown(sessions)],
        ] as const)),
    [messages.waiting, linked(PATHS.applications, waitingRequests)],
  ];
  return html`<h2 class="hidden">${messages.numbers}</h2>
    <dl class="figures">
      ${rows.map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
    <p class="quiet small">
      ${
        numbers === undefined
          ? messages.counting
          : messages.countedAt(moment(language, numbers.countedAt))
      }
    </p>`;
}

function periods({ language }: PageContext, period: number): Html {
  const messages = overviewMessages[language];
  return html`<nav class="periods" aria-label="${messages.period}">
    ${PERIODS.toSorted((one, other) => one - other).map(
      (days) =>
        html`<a
          href="${PATHS.overview}?days=${days}"
          ${days === period ? html` aria-current="true"` : ""}
          >${messages.days(days)}</a
        >`,
    )}
  </nav>`;
}
