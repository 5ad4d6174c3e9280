import { DAY } from "../../../domain/durations.ts";
import type { OriginKind } from "../../../domain/origins.ts";
import { button, form } from "../../kit/form.ts";
import { html } from "../../kit/html.ts";
import { forRecent } from "../../request/guards.ts";
import type { WebDependencies } from "../../request/dependencies.ts";
import { fieldValue, queryValue, type Route, seeOther } from "../../request/page-context.ts";
import { administrationPage, forAdministrators, PATHS } from "../administration-page.ts";
import { administrationMessages } from "../messages.ts";
import { predecessorMessages } from "./messages.ts";
import { importsSection } from "./imports.ts";
import { reportBody } from "./report-page.ts";

/** How many days the chart of requests shows. */
const DAYS = 30;

const pathOf = (api: string): string =>
  `/administration/predecessor?${new URLSearchParams({ api }).toString()}`;
const DISCARD = "/administration/predecessor/discard";

export function predecessorsRoutes(dependencies: WebDependencies): readonly Route[] {
  const { clock, moves, originQueries } = dependencies;
  return [
    {
      method: "GET",
      path: PATHS.predecessors,
      page: forAdministrators(async (context) => {
        const messages = predecessorMessages[context.language];
        const reports = await moves.list(context.requestContext);
        const imports = await originQueries.imports(context.requestContext);
        const title = administrationMessages[context.language].tabs.predecessors;
        const body = html`<h1>${title}</h1>
          <p class="quiet">${reports.length === 0 ? messages.none : messages.what}</p>
          <ul class="rows">
            ${reports.map(
              ({ api, stage, percent, users }) =>
                html`<li>
                  <div>
                    <a href="${pathOf(api)}"><strong>${api}</strong></a>
                    <p class="quiet small">
                      ${stage},
                      ${messages.stages[stage]}${
                        percent < 100 ? html` (${messages.share(percent)})` : ""
                      }
                    </p>
                    <p class="quiet small">
                      ${messages.groups[0]}: ${users.learned} · ${messages.groups[1]}:
                      ${users.known} · ${messages.groups[2]}: ${users.missing}
                    </p>
                  </div>
                </li>`,
            )}
          </ul>
          ${importsSection(context, imports)}`;
        return administrationPage(context, { title, tab: "predecessors", body });
      }),
    },
    {
      method: "GET",
      path: "/administration/predecessor",
      page: forAdministrators(async (context) => {
        const messages = predecessorMessages[context.language];
        const api = queryValue(context, "api");
        const { report, learnt } = await moves.get(context.requestContext, api);
        const since = clock.now() - DAYS * DAY;
        const days = report.days.filter(({ day }) => day >= since);
        const discard = html`<p class="below">
          <a
            class="button second small"
            href="${DISCARD}?${new URLSearchParams({ api }).toString()}"
            >${messages.discard}</a
          >
        </p>`;
        return administrationPage(context, {
          title: api,
          tab: "predecessors",
          body: reportBody(
            context,
            { report, days, learnt: Object.entries(learnt) as [OriginKind, number][] },
            discard,
          ),
          notices: messages.notices,
        });
      }),
    },
    {
      method: "GET",
      path: DISCARD,
      page: forAdministrators(
        forRecent(dependencies, async (context) => {
          const messages = predecessorMessages[context.language];
          const api = queryValue(context, "api");
          await moves.require(context.requestContext, api);
          const body = html`<h1>${messages.discard}</h1>
            <p class="quiet">${api}. ${messages.discardWhat}</p>
            ${form(
              context,
              { action: DISCARD, values: { api } },
              html`<div class="answers">
                ${button(messages.discard, { isSecond: true, isDangerous: true })}
                <a class="button second" href="${pathOf(api)}">${messages.cancel}</a>
              </div>`,
            )}`;
          return administrationPage(context, {
            title: messages.discard,
            tab: "predecessors",
            body,
          });
        }),
      ),
    },
    {
      method: "POST",
      path: DISCARD,
      page: forAdministrators(
        forRecent(
          dependencies,
          async (context) => {
            const api = fieldValue(context, "api");
            await moves.discard(context.requestContext, api);
            return seeOther(`${pathOf(api)}&notice=discarded`);
          },
          (context) => pathOf(fieldValue(context, "api")),
        ),
      ),
    },
  ];
}
