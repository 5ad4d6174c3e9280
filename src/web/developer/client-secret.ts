import { HOUR } from "../../domain/durations.ts";
// The only page that shows a client secret. No address leads to it, and nothing stores the secret.
import { html, type Html } from "../kit/html.ts";
import type { Client } from "../../domain/model.ts";
import type { ClientWithSecret } from "../../domain/oauth/clients/clients.ts";
import { button, form, notice, checkboxes } from "../kit/form.ts";
import { forRecent } from "../request/guards.ts";
import { render } from "../kit/layout.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import { clientSecretMessages, OVERLAPS } from "./client-secret-messages.ts";
import { moment } from "../kit/times.ts";
import type { Route, PageContext } from "../request/page-context.ts";
import { fieldValue, namedId, seeOther } from "../request/page-context.ts";
import { about, applicationPath, ofOwn, renderOwn } from "./own-application.ts";

const PATH = "/developer/application/secret";

/** Returns the path of the page that creates a secret. */
export const newSecretPath = (id: string): string => about(PATH, id);

/**
 * Shows a secret in the response to the form that created it. No address, cookie or cache contains
 * the secret. If the browser sends the form again, as for a reload, nothing is created or shown.
 */
export function secretPage(
  context: PageContext,
  { client, secret }: ClientWithSecret,
  oldOnes: Html = html``,
): Promise<Response> {
  const messages = clientSecretMessages[context.language];
  const overview = applicationPath("overview", client.id);
  const body = html`<h1>${messages.made}</h1>
    <p class="quiet"><bdi>${client.name}</bdi></p>
    ${notice(messages.once)}
    <h2>${messages.id}</h2>
    <pre class="whole">${client.id}</pre>
    <h2>${messages.secret}</h2>
    <pre class="whole">${secret}</pre>
    ${oldOnes}
    <div class="stack short"><a class="button" href="${overview}">${messages.done}</a></div>`;
  return render(context, {
    title: messages.made,
    body,
    width: "wide",
    place: { path: "/developer/application", parameters: [["id", client.id]] },
  });
}

function newSecretPage(context: PageContext, client: Client): Promise<Response> {
  const messages = clientSecretMessages[context.language];
  const choices = OVERLAPS.map((hours) => ({
    name: "overlap",
    value: String(hours),
    label: messages.overlaps[hours],
    isTicked: hours === 24,
  }));
  const fields = html`${checkboxes("radio", messages.overlap, choices)} ${button(messages.submit)}<a
      class="button second"
      href="${applicationPath("overview", client.id)}"
      >${messages.cancel}</a
    >`;
  const body = html`<h2>${messages.title}</h2>
    <p class="quiet">${messages.why}</p>
    <div class="short">
      ${form(
        context,
        { action: PATH, values: { id: client.id, version: String(client.secretVersion) } },
        fields,
      )}
    </div>`;
  return renderOwn(context, client, { title: messages.title, body });
}

export function clientSecretRoutes(dependencies: WebDependencies): readonly Route[] {
  const { clients, clock } = dependencies;
  return [
    {
      method: "GET",
      path: PATH,
      page: forRecent(
        dependencies,
        ofOwn(dependencies, (context, client) =>
          client.public
            ? seeOther(applicationPath("overview", client.id))
            : newSecretPage(context, client),
        ),
      ),
    },
    {
      method: "POST",
      path: PATH,
      page: forRecent(
        dependencies,
        ofOwn(dependencies, async (context, client) => {
          const messages = clientSecretMessages[context.language];
          const hours =
            OVERLAPS.find((each) => String(each) === fieldValue(context, "overlap")) ?? 0;
          const endOthersAt = clock.now() + hours * HOUR;
          // The form replaces only the version that it showed.
          const version = /^\d{1,15}$/.exec(fieldValue(context, "version"))?.[0] ?? "0";
          const made = await clients.rotateSecret(
            context.requestContext,
            client.id,
            hours * HOUR,
            Number(version),
          );
          if (made.secret === "")
            return seeOther(`${applicationPath("overview", client.id)}&notice=secret-made`);
          return secretPage(
            context,
            made,
            html`<p class="quiet">
              ${
                hours === 0
                  ? messages.oldEnds
                  : html`${messages.oldWorksUntil} ${moment(context.language, endOthersAt)}`
              }
            </p>`,
          );
        }),
        (context) => newSecretPath(namedId(context)),
      ),
    },
  ];
}
