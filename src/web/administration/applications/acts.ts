import { IdentityError } from "../../../domain/errors.ts";
import type { Client } from "../../../domain/model.ts";
import { confirmed } from "../../kit/confirmation.ts";
import { button, form } from "../../kit/form.ts";
import { html, type Html } from "../../kit/html.ts";
import { isClientUrl } from "../../../domain/oauth/documents/client-url.ts";
import type { WebDependencies } from "../../request/dependencies.ts";
import { forRecent, type UserPage } from "../../request/guards.ts";
import { fieldValue, type PageContext, type Route, seeOther } from "../../request/page-context.ts";
import { administeredApplicationPath, forAdministrators, PATHS } from "../administration-page.ts";
import { applicationActMessages } from "./act-messages.ts";
import { disablePath } from "./disable.ts";
import { editApplicationPath } from "./edit.ts";
import { administrationApplicationMessages } from "./messages.ts";
import { mayHaveScopes, scopesPath } from "./scopes.ts";

const path = (act: string): string => `/administration/application/${act}`;

/** Renders what an administrator can do with the application. */
export function acts(context: PageContext, client: Client): Html {
  const { id, updatedAt, verifiedAt, disabledAt } = client;
  const messages = applicationActMessages[context.language];
  const { end, endWhat } = administrationApplicationMessages[context.language];
  const verify = form(
    context,
    { action: path("verify"), values: { id, version: String(updatedAt) }, className: "inline" },
    button(messages.verify, { isSecond: true, isSmall: true }),
  );
  const enable = form(
    context,
    { action: path("enable"), values: { id }, className: "inline" },
    button(messages.enable, { isSecond: true, isSmall: true }),
  );
  const link = (to: string, label: string, isBad = false): Html =>
    html`<a class="button second small ${isBad ? "bad" : ""}" href="${to}">${label}</a>`;
  const edits = html`${link(editApplicationPath("usual", id), messages.edit)}
  ${link(editApplicationPath("advanced", id), messages.editAdvanced)}`;
  const confirm = (act: string, label: string, what: string): Html =>
    confirmed(context, { label, what, action: path(act), values: { id } });
  return html`${
      verifiedAt === undefined ? html`<p class="quiet small">${messages.verifyWhat}</p>` : ""
    }
    <div class="acts">
      ${isClientUrl(id) ? "" : edits} ${verifiedAt === undefined ? verify : ""}
      ${mayHaveScopes(client) ? link(scopesPath(id), messages.editScopes) : ""}
      ${disabledAt === undefined ? link(disablePath(id), messages.disable, true) : enable}
      ${
        verifiedAt === undefined
          ? ""
          : confirm("unverify", messages.unverify, messages.unverifyWhat)
      }
      ${confirm("end-tokens", end, endWhat)}
      ${confirm("delete", messages.delete, messages.deleteWhat)}
    </div>`;
}

/** Returns the routes of the actions that need no further page. */
export function applicationActsRoutes(dependencies: WebDependencies): readonly Route[] {
  const { clientAdministration, clients, clientUsage } = dependencies;
  const back = (context: PageContext): string =>
    administeredApplicationPath(fieldValue(context, "id"));
  const act = (
    name: string,
    done: string,
    run: (context: PageContext, id: string) => Promise<unknown>,
  ): Route => {
    const page: UserPage = async (context) => {
      try {
        await run(context, fieldValue(context, "id"));
      } catch (error) {
        if (!isOutdated(error)) throw error;
        return seeOther(`${back(context)}&notice=changed`);
      }
      const isGone = name === "delete";
      return seeOther(
        isGone ? `${PATHS.applications}?notice=${done}` : `${back(context)}&notice=${done}`,
      );
    };
    return {
      method: "POST",
      path: path(name),
      page: forAdministrators(forRecent(dependencies, page, back)),
    };
  };
  return [
    act("verify", "verified", (context, id) => {
      const shownAt = Number(fieldValue(context, "version"));
      return clientAdministration.verify(context.requestContext, id, shownAt);
    }),
    act("unverify", "unverified", ({ requestContext }, id) =>
      clientAdministration.unverify(requestContext, id),
    ),
    act("enable", "enabled", ({ requestContext }, id) =>
      clientAdministration.enable(requestContext, id),
    ),
    act("delete", "deleted", ({ requestContext }, id) => clients.delete(requestContext, id)),
    act("end-tokens", "ended", ({ requestContext }, id) => clientUsage.end(requestContext, id)),
  ];
}

/** Returns whether the application was changed after the page of its administrator was made. */
const isOutdated = (error: unknown): boolean =>
  error instanceof IdentityError && error.details.fields?.[0]?.field === "client_update_time";
