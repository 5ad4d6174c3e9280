import { html } from "../kit/html.ts";
import type { Client } from "../../domain/model.ts";
import { forUsers } from "../request/guards.ts";
import { APIS, type WebDependencies } from "../request/dependencies.ts";
import { snippetsMessages } from "./snippets-messages.ts";
import type { Route, PageContext } from "../request/page-context.ts";
import { ofOwn, renderOwn } from "./own-application.ts";
import { snippetsOf } from "./snippets.ts";

function snippetsPage(
  context: PageContext,
  client: Client,
  dependencies: WebDependencies,
): Promise<Response> {
  const messages = snippetsMessages[context.language];
  const used = APIS.filter((api) => dependencies.apis[api].enabled && client.apis.includes(api));
  const body = html`<p class="quiet">${messages.why}</p>
    ${snippetsOf({ ...dependencies, client }, used).map(
      ({ api, snippets }) =>
        html`<section>
          <h2>${api ?? messages.standard}</h2>
          ${snippets.map(
            ({ name, code }) =>
              html`<div class="snippet">
                <h3>${messages.names[name]}</h3>
                ${name === "sdk" ? html`<p class="hint">${messages.sdkWhy}</p>` : ""}
                <pre id="${name}">${code}</pre>
              </div>`,
          )}
        </section>`,
    )}`;
  return renderOwn(context, client, { title: messages.title, body });
}

export const snippetsRoutes = (dependencies: WebDependencies): readonly Route[] => [
  {
    method: "GET",
    path: "/developer/application/snippets",
    page: forUsers(
      ofOwn(dependencies, (context, client) => snippetsPage(context, client, dependencies)),
    ),
  },
];
