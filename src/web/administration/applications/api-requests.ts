import { html, type Html } from "../../kit/html.ts";
import { IdentityError } from "../../../domain/errors.ts";
import type { WaitingRequest } from "../../../domain/oauth/clients/api-requests.ts";
import { appMark } from "../../oauth/consent.ts";
import { button, form } from "../../kit/form.ts";
import { forRecent } from "../../request/guards.ts";
import type { WebDependencies } from "../../request/dependencies.ts";
import { administrationApplicationMessages } from "./messages.ts";
import { day } from "../../kit/times.ts";
import type { Route, PageContext } from "../../request/page-context.ts";
import { fieldValue, seeOther } from "../../request/page-context.ts";
import { administeredApplicationPath, forAdministrators } from "../administration-page.ts";

const path = (act: "give" | "refuse"): string => `/administration/application/${act}-api`;

/** Renders the pending requests with their buttons; empty if there are none. */
export function waitingSection(
  context: PageContext,
  waiting: readonly WaitingRequest[],
): Html | string {
  const messages = administrationApplicationMessages[context.language];
  const answer = (act: "give" | "refuse", id: string, api: string, name: string): Html =>
    form(
      context,
      { action: path(act), values: { id, api }, className: "inline" },
      button(messages[act], {
        about: `${name}, ${api}`,
        isSecond: true,
        isSmall: true,
        isDangerous: act === "give",
      }),
    );
  const rows = waiting.map(
    ({ request: { api, createdAt }, client: { id, name } }) =>
      html`<li>
        ${appMark(name)}
        <div>
          <a href="${administeredApplicationPath(id)}"
            ><strong><bdi>${name}</bdi></strong></a
          >
          <p class="small">${messages.asksFor(api)} · ${day(context.language, createdAt)}</p>
        </div>
        ${answer("give", id, api, name)}${answer("refuse", id, api, name)}
      </li>`,
  );
  return waiting.length === 0
    ? ""
    : html`<section>
        <h2>${messages.waiting}</h2>
        <p class="quiet small">${messages.waitingWhat}</p>
        <ul class="rows">
          ${rows}
        </ul>
      </section>`;
}

export function apiRequestsRoutes(dependencies: WebDependencies): readonly Route[] {
  const { apiRequests } = dependencies;
  return (["give", "refuse"] as const).map((act): Route => ({
    method: "POST",
    path: path(act),
    page: forAdministrators(
      forRecent(
        dependencies,
        async (context) => {
          const id = fieldValue(context, "id");
          const notice = await apiRequests[act](
            context.requestContext,
            id,
            fieldValue(context, "api"),
          ).then(
            (done) => (!done ? "gone" : act === "give" ? "given" : "refused"),
            (error: unknown) => {
              if (error instanceof IdentityError && error.details.fields?.[0]?.field === "apis")
                return "realms";
              throw error;
            },
          );
          return seeOther(`${administeredApplicationPath(id)}&notice=${notice}`);
        },
        (context) => administeredApplicationPath(fieldValue(context, "id")),
      ),
    ),
  }));
}
