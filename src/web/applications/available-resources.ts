import { scopeText } from "../../domain/oauth/resources/resource.ts";
import type { AvailableResource } from "../../domain/oauth/resources/resources.ts";
import { html, type Html } from "../kit/html.ts";
import type { PageContext } from "../request/page-context.ts";
import { availableResourcesMessages } from "./available-resources-messages.ts";
import { type ApplicationFields, FOR_ITSELF, shapeOf } from "./kinds.ts";

/** Renders the resources that an application can ask for; empty if none is registered. */
export function availableResources(
  { language }: PageContext,
  client: ApplicationFields,
  resources: readonly AvailableResource[],
): Html | string {
  const messages = availableResourcesMessages[language];
  const actsForItself = client.grantTypes.includes(FOR_ITSELF);
  // Without users, the application gets only what an administrator has allowed.
  const isOnlyForItself = actsForItself && !shapeOf(client).hasUsers;
  const row = ({ uri, name, scopes, isForItself, isServer }: AvailableResource): Html => {
    const notes = [
      ...(isForItself ? [messages.forItself] : []),
      ...(isOnlyForItself && !isForItself ? [messages.notForItself] : []),
      ...(isServer ? [messages.isServer] : []),
    ];
    return html`<li>
      <div>
        <strong><bdi>${name}</bdi></strong>
        <p class="small"><code>${uri}</code></p>
        ${notes.map((note) => html`<p class="hint">${note}</p>`)}
      </div>
      <div>
        ${
          scopes.length === 0
            ? html`<p class="hint">${messages.noScopes}</p>`
            : scopes.map(
                (scope) =>
                  html`<p class="small">
                    <code>${scope.name}</code>
                    <span class="hint"><bdi>${scopeText(scope, language)}</bdi></span>
                  </p>`,
              )
        }
      </div>
    </li>`;
  };
  return resources.length === 0
    ? ""
    : html`<section>
        <h2>${messages.title}</h2>
        <p class="hint">${messages.what}</p>
        <ul class="rows">
          ${resources.map(row)}
        </ul>
      </section>`;
}
