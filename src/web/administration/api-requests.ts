// What applications ask administrators for. It owns the list and what is said afterwards; what may
// be given, the domain decides.
import { html } from "../kit/html.ts";
import { IdentityError } from "../../domain/errors.ts";
import type { WaitingRequest } from "../../domain/oauth/clients/api-requests.ts";
import { appMark } from "../oauth/consent.ts";
import { button, form } from "../kit/form.ts";
import { forRecent } from "../request/guards.ts";
import type { Html } from "../kit/layout.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import { administrationApplicationMessages } from "./application-messages.ts";
import { day } from "../kit/times.ts";
import type { Route, PageContext } from "../request/page-context.ts";
import { fieldValue, seeOther } from "../request/page-context.ts";
import { administeredApplicationPath, forAdministrators } from "./administration-page.ts";

const path = (act: "give" | "refuse"): string => `/administration/application/${act}-api`;

/** The requests with what can be answered; nothing where there are none. */
export function waitingSection(
  visit: PageContext,
  waiting: readonly WaitingRequest[],
): Html | string {
  const texts = administrationApplicationMessages[visit.language];
  const answer = (act: "give" | "refuse", id: string, api: string, name: string): Html =>
    form(
      visit,
      path(act),
      { id, api },
      button(texts[act], {
        about: `${name}, ${api}`,
        isSecond: true,
        isSmall: true,
        isDangerous: act === "give",
      }),
      "inline",
    );
  const rows = waiting.map(
    ({ request: { api, createdAt }, client: { id, name } }) =>
      html`<li>
        ${appMark(name)}
        <div>
          <a href="${administeredApplicationPath(id)}"
            ><strong><bdi>${name}</bdi></strong></a
          >
          <p class="small">${texts.asksFor(api)} · ${day(visit.language, createdAt)}</p>
        </div>
        ${answer("give", id, api, name)}${answer("refuse", id, api, name)}
      </li>`,
  );
  return waiting.length === 0
    ? ""
    : html`<section>
        <h2>${texts.waiting}</h2>
        <p class="quiet small">${texts.waitingWhat}</p>
        <ul class="rows">
          ${rows}
        </ul>
      </section>`;
}

export function apiRequestsRoutes(parts: WebDependencies): readonly Route[] {
  const { apiRequests } = parts;
  return (["give", "refuse"] as const).map((act): Route => ({
    method: "POST",
    path: path(act),
    page: forAdministrators(
      forRecent(
        parts,
        async (visit) => {
          const id = fieldValue(visit, "id");
          const notice = await apiRequests[act](visit.context, id, fieldValue(visit, "api")).then(
            (done) => (!done ? "gone" : act === "give" ? "given" : "refused"),
            (error: unknown) => {
              if (error instanceof IdentityError && error.details.fields?.[0]?.field === "apis")
                return "realms";
              throw error;
            },
          );
          return seeOther(`${administeredApplicationPath(id)}&notice=${notice}`);
        },
        (visit) => administeredApplicationPath(fieldValue(visit, "id")),
      ),
    ),
  }));
}
