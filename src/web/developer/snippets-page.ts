// The page with code to copy. It owns how pieces of code are shown and must not know what is in
// them.
import { html } from "../kit/html.ts";
import type { Client } from "../../domain/model.ts";
import { forUsers } from "../request/guards.ts";
import { APIS, type WebDependencies } from "../request/dependencies.ts";
import { snippetsMessages } from "./snippets-messages.ts";
import type { Route, PageContext } from "../request/page-context.ts";
import { ofOwn, renderOwn } from "./own-application.ts";
import { snippetsOf } from "./snippets.ts";

function snippetsPage(
  visit: PageContext,
  client: Client,
  parts: WebDependencies,
): Promise<Response> {
  const texts = snippetsMessages[visit.language];
  const used = APIS.filter((api) => parts.apis[api] && client.apis.includes(api));
  const body = html`<p class="quiet">${texts.why}</p>
    ${snippetsOf({ ...parts, client }, used).map(
      ({ api, snippets }) =>
        html`<section>
          <h2>${api ?? texts.standard}</h2>
          ${snippets.map(
            ({ name, code }) =>
              html`<div class="snippet">
                <h3>${texts.names[name]}</h3>
                ${name === "sdk" ? html`<p class="hint">${texts.sdkWhy}</p>` : ""}
                <pre id="${name}">${code}</pre>
              </div>`,
          )}
        </section>`,
    )}`;
  return renderOwn(visit, client, texts.title, body);
}

export const snippetsRoutes = (parts: WebDependencies): readonly Route[] => [
  {
    method: "GET",
    path: "/developer/application/snippets",
    page: forUsers(ofOwn(parts, (visit, client) => snippetsPage(visit, client, parts))),
  },
];
