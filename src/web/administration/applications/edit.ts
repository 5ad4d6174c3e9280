import { isClientUrl } from "../../../domain/oauth/documents/client-url.ts";
import { applicationFormRoutes, type FormFrame } from "../../applications/form-routes.ts";
import { html } from "../../kit/html.ts";
import type { WebDependencies } from "../../request/dependencies.ts";
import { namedId, type Route, seeOther } from "../../request/page-context.ts";
import {
  administeredApplicationPath,
  administrationPage,
  forAdministrators,
} from "../administration-page.ts";

const EDIT_PATHS: FormFrame["paths"] = {
  usual: "/administration/application/settings",
  advanced: "/administration/application/advanced",
};

/** Returns the path of a form that changes an application. */
export const editApplicationPath = (form: keyof FormFrame["paths"], id: string): string =>
  `${EDIT_PATHS[form]}?${new URLSearchParams({ id })}`;

/** The forms by which administrators change an application: those of its developer. */
export function editRoutes(dependencies: WebDependencies): readonly Route[] {
  const { adminQueries, clients } = dependencies;
  const frame: FormFrame = {
    paths: EDIT_PATHS,
    givesApis: true,
    guard: (page) =>
      forAdministrators(async (context) => {
        const { client } = await adminQueries.client(context.requestContext, namedId(context));
        // Only its document changes such an application.
        return isClientUrl(client.id)
          ? seeOther(administeredApplicationPath(client.id))
          : page(context, client);
      }),
    render: (context, { id, name }, { title, body, ...content }) =>
      administrationPage(context, {
        ...content,
        title: `${title} · ${name}`,
        tab: "applications",
        body: html`<p class="small">
            <a href="${administeredApplicationPath(id)}">← <bdi>${name}</bdi></a>
          </p>
          <h1><bdi>${name}</bdi></h1>
          ${body}`,
        place: { path: context.path, parameters: [["id", id]] },
      }),
    chosenApis: async ({ apis }) => apis,
    save: ({ requestContext }, { id }, change) => clients.update(requestContext, id, change),
    saved: (id) => `${administeredApplicationPath(id)}&notice=saved`,
  };
  return applicationFormRoutes(dependencies, frame);
}
