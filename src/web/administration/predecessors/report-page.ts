import type { PredecessorReport } from "../../../domain/predecessor/reports/report.ts";
import type { OriginKind } from "../../../domain/origins.ts";
import { OUTCOMES } from "../../../domain/predecessor/observation.ts";
import { lines } from "../../kit/charts/lines.ts";
import { pairBars } from "../../kit/charts/pair-bars.ts";
import { shareBar } from "../../kit/charts/share-bar.ts";
import { stackedBars } from "../../kit/charts/stacked-bars.ts";
import { scrollTable } from "../../kit/charts/table.ts";
import { html, type Html } from "../../kit/html.ts";
import { moment } from "../../kit/times.ts";
import type { PageContext } from "../../request/page-context.ts";
import { originMessages } from "../origins/messages.ts";
import { originsPath } from "../origins/origin.ts";
import { predecessorMessages } from "./messages.ts";

/** What the page of an API shows. */
export interface ShownReport {
  readonly report: PredecessorReport;
  /** The calls of each day by outcome, the oldest first. */
  readonly days: PredecessorReport["days"];
  /** How many things were learnt, by kind. */
  readonly learnt: readonly (readonly [OriginKind, number])[];
}

/** Renders the charts and the tables of an API. */
export function reportBody(
  { language }: PageContext,
  { report, days, learnt }: ShownReport,
  discard: Html,
): Html {
  const messages = predecessorMessages[language];
  const { api, stage, percent, users, recent, own, predecessor } = report;
  const tableName = messages.numbers;
  const requests = stackedBars({
    id: "requests",
    title: messages.requests,
    heading: messages.day,
    labels: days.map(({ day }) => new Date(day).toISOString().slice(5, 10)),
    series: OUTCOMES.map((outcome) => ({
      name: messages.outcomes[outcome],
      values: days.map((each) => each[outcome]),
    })),
    tableName,
  });
  const shares = shareBar({
    id: "users",
    title: messages.users,
    heading: "",
    labels: [messages.users],
    // Those learnt have a password here too: the bar shows each user once.
    series: [users.learned, Math.max(0, users.known - users.learned), users.missing].map(
      (value, index) => ({ name: messages.groups[index] ?? "", values: [value] }),
    ),
    tableName,
  });
  // A side that was never measured has no bars: 0 ms would be a figure.
  const sides = [predecessor, own].map(({ p50Ms, p99Ms }, index) => ({
    name: messages.sides[index] ?? "",
    values: [p50Ms, p99Ms],
  }));
  const latency =
    predecessor.p50Ms === undefined && own.p50Ms === undefined
      ? html`<p class="quiet">${messages.latency}: ${messages.noLatency}</p>`
      : pairBars({
          id: "latency",
          title: messages.latency,
          heading: messages.quantile,
          labels: ["p50", "p99"],
          series: sides,
          tableName,
          unit: " ms",
        });
  return html`<h1>${api}</h1>
    <p class="quiet">
      ${messages.stage}: <strong>${stage}</strong>,
      ${messages.stages[stage]}${percent < 100 ? html` (${messages.share(percent)})` : ""}
    </p>
    <p class="quiet small">${messages.command} <code>latchkey predecessor stage ${api} …</code></p>
    <section>
      <h2>${messages.remaining}</h2>
      ${todoList(language, report)}
      ${
        report.obstacles.length === 0
          ? ""
          : html`<p class="quiet small">${messages.since(moment(language, recent.since))}</p>`
      }
    </section>
    <section>${requests} ${shares} ${latency} ${latencyByDay(language, report)}</section>
    ${routesTable(language, report)} ${differencesTable(language, report)}
    <section>
      <h2>${messages.learnt}</h2>
      ${learntList(language, api, learnt)} ${learnt.length === 0 ? "" : discard}
    </section>`;
}

/** Draws the latency of both sides by day; nothing until a call was measured. */
function latencyByDay(language: Language, { latencies }: PredecessorReport): Html | string {
  if (latencies.length === 0) return "";
  const messages = predecessorMessages[language];
  const quantiles = [
    ["p50", "p50Ms"],
    ["p99", "p99Ms"],
  ] as const;
  const sides = ["predecessor", "own"] as const;
  return lines({
    id: "latency-by-day",
    title: messages.latencyByDay,
    heading: messages.day,
    labels: latencies.map(({ day }) => new Date(day).toISOString().slice(5, 10)),
    series: sides.flatMap((side, index) =>
      quantiles.map(([name, key]) => ({
        name: `${messages.sides[index] ?? ""}, ${name}`,
        values: latencies.map((each) => each[side][key]),
      })),
    ),
    tableName: messages.numbers,
    unit: " ms",
  });
}

type Language = PageContext["language"];

function todoList(language: Language, { obstacles, remaining }: PredecessorReport): Html {
  const { todo, done } = predecessorMessages[language];
  if (remaining.length === 0) return html`<p class="quiet">${done}</p>`;
  const open = obstacles.map((each) => todo[each.kind](each as never));
  return html`<ul class="plain">
    ${(open.length === 0 ? [todo.next] : open).map((text) => html`<li>${text}</li>`)}
  </ul>`;
}

function routesTable(language: Language, { routes }: PredecessorReport): Html {
  const { routes: title, route, total, outcomes } = predecessorMessages[language];
  const headings = [route, total, ...OUTCOMES.map((outcome) => outcomes[outcome])];
  const rows = routes.map(
    (each) =>
      html`<tr>
        <th scope="row"><code>${each.route}</code></th>
        <td>${each.requests}</td>
        ${OUTCOMES.map((outcome) => html`<td>${each[outcome]}</td>`)}
      </tr>`,
  );
  return html`<section>
    <h2>${title}</h2>
    ${scrollTable(title, headings, rows)}
  </section>`;
}

/** Renders a time without its year, in UTC: the table has many columns. */
function shortTime(at: number): Html {
  const text = new Date(at).toISOString();
  return html`<time datetime="${text}">${text.slice(5, 16).replace("T", " ")}</time>`;
}

function differencesTable(language: Language, { differences }: PredecessorReport): Html {
  const messages = predecessorMessages[language];
  const { differences: title, route, field, ours, theirs, count, last, example } = messages;
  const rows = differences.map(
    (each) =>
      html`<tr>
        <th scope="row"><code>${each.route}</code></th>
        <td>${each.field}</td>
        <td>${each.ours}</td>
        <td>${each.theirs}</td>
        <td>${each.calls}</td>
        <td>${shortTime(each.lastAt)}</td>
        <td><code>${each.example}</code></td>
      </tr>`,
  );
  return html`<section>
    <h2>${title}</h2>
    ${
      rows.length === 0
        ? html`<p class="quiet">${messages.noDifferences}</p>`
        : scrollTable(title, [route, field, ours, theirs, count, last, example], rows)
    }
  </section>`;
}

function learntList(
  language: Language,
  api: string,
  learnt: readonly (readonly [OriginKind, number])[],
): Html {
  const { nothingLearnt } = predecessorMessages[language];
  const { kinds } = originMessages[language];
  return learnt.length === 0
    ? html`<p class="quiet">${nothingLearnt}</p>`
    : html`<ul class="plain">
        ${learnt.map(
          ([kind, count]) =>
            html`<li>
              <a href="${originsPath(`learned:${api}`, kind)}">${kinds[kind]}</a>: ${count}
            </li>`,
        )}
      </ul>`;
}
