import { applicationFormRoutes, type FormFrame } from "../applications/form-routes.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import { forUsers } from "../request/guards.ts";
import type { Route } from "../request/page-context.ts";
import { APPLICATION_PATHS, applicationPath, ofOwn, renderOwn } from "./own-application.ts";

/** The forms by which the owner of an application changes it. */
export function settingsRoutes(dependencies: WebDependencies): readonly Route[] {
  const { apiRequests, clients } = dependencies;
  const frame: FormFrame = {
    paths: { usual: APPLICATION_PATHS.settings, advanced: APPLICATION_PATHS.advanced },
    givesApis: false,
    guard: (page) => forUsers(ofOwn(dependencies, page)),
    render: renderOwn,
    chosenApis: async (client) => [
      ...client.apis,
      ...(await apiRequests.of(client)).map(({ api }) => api),
    ],
    save: async ({ requestContext }, client, { apis, ...change }) => {
      if (apis === undefined) return clients.update(requestContext, client.id, change);
      const { taken, asked } = apiRequests.sort(apis, client);
      await clients.update(requestContext, client.id, { ...change, apis: taken });
      return apiRequests.ask(requestContext, client, asked);
    },
    saved: (id) => `${applicationPath("overview", id)}&notice=saved`,
  };
  return applicationFormRoutes(dependencies, frame);
}
