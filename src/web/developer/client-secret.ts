// The secrets of an application. It owns the only page that shows one, which no address leads to,
// and must not keep any.
import { html } from "../kit/html.ts";
import type { Client } from "../../domain/model.ts";
import type { ClientWithSecret } from "../../domain/oauth/clients/clients.ts";
import { button, form, notice, checkboxes } from "../kit/form.ts";
import { forRecent } from "../request/guards.ts";
import type { Html } from "../kit/layout.ts";
import { render } from "../kit/layout.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import { clientSecretMessages, OVERLAPS } from "./client-secret-messages.ts";
import { moment } from "../kit/times.ts";
import type { Route, PageContext } from "../request/page-context.ts";
import { fieldValue, seeOther } from "../request/page-context.ts";
import { about, applicationPath, namedId, ofOwn, renderOwn } from "./own-application.ts";

const PATH = "/developer/application/secret";
const HOUR = 3_600_000;

/** The address of the page that makes a new one. */
export const newSecretPath = (id: string): string => about(PATH, id);

/**
 * Shows a secret in the answer to the form that has made it: it is at no address, in no cookie and
 * in no cache. The same form sent again, as a browser does for a reload, makes nothing and shows
 * nothing.
 */
export function secretPage(
  visit: PageContext,
  { client, secret }: ClientWithSecret,
  oldOnes: Html = html``,
): Promise<Response> {
  const texts = clientSecretMessages[visit.language];
  const overview = applicationPath("overview", client.id);
  const body = html`<h1>${texts.made}</h1>
    <p class="quiet"><bdi>${client.name}</bdi></p>
    ${notice(texts.once)}
    <h2>${texts.id}</h2>
    <pre class="whole">${client.id}</pre>
    <h2>${texts.secret}</h2>
    <pre class="whole">${secret}</pre>
    ${oldOnes}
    <div class="stack short"><a class="button" href="${overview}">${texts.done}</a></div>`;
  return render(visit, {
    title: texts.made,
    body,
    isWide: true,
    place: { path: "/developer/application", parameters: [["id", client.id]] },
  });
}

function newSecretPage(visit: PageContext, client: Client): Promise<Response> {
  const texts = clientSecretMessages[visit.language];
  const choices = OVERLAPS.map((hours) => ({
    name: "overlap",
    value: String(hours),
    label: texts.overlaps[hours],
    isTicked: hours === 24,
  }));
  const fields = html`${checkboxes("radio", texts.overlap, choices)} ${button(texts.submit)}<a
      class="button second"
      href="${applicationPath("overview", client.id)}"
      >${texts.cancel}</a
    >`;
  const body = html`<h2>${texts.title}</h2>
    <p class="quiet">${texts.why}</p>
    <div class="short">
      ${form(visit, PATH, { id: client.id, version: String(client.secretVersion) }, fields)}
    </div>`;
  return renderOwn(visit, client, texts.title, body);
}

export function clientSecretRoutes(parts: WebDependencies): readonly Route[] {
  const { clients, clock } = parts;
  return [
    {
      method: "GET",
      path: PATH,
      page: forRecent(
        parts,
        ofOwn(parts, (visit, client) =>
          client.public
            ? seeOther(applicationPath("overview", client.id))
            : newSecretPage(visit, client),
        ),
      ),
    },
    {
      method: "POST",
      path: PATH,
      page: forRecent(
        parts,
        ofOwn(parts, async (visit, client) => {
          const texts = clientSecretMessages[visit.language];
          const hours = OVERLAPS.find((each) => String(each) === fieldValue(visit, "overlap")) ?? 0;
          const endOthersAt = clock.now() + hours * HOUR;
          // Only the secret that the visitor was looking at is followed by another.
          const version = /^\d{1,15}$/.exec(fieldValue(visit, "version"))?.[0] ?? "0";
          const made = await clients.rotateSecret(
            visit.context,
            client.id,
            hours * HOUR,
            Number(version),
          );
          if (made.secret === "")
            return seeOther(`${applicationPath("overview", client.id)}&notice=secret-made`);
          return secretPage(
            visit,
            made,
            html`<p class="quiet">
              ${hours === 0 ? texts.oldEnds : html`${texts.oldWorksUntil} ${moment(visit.language, endOthersAt)}`}
            </p>`,
          );
        }),
        (visit) => newSecretPath(namedId(visit)),
      ),
    },
  ];
}
