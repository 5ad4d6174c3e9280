import { APIS, type WebDependencies } from "../request/dependencies.ts";
import type { Route } from "../request/page-context.ts";
import { administeredApplicationsRoutes } from "./applications/application.ts";
import { appearanceRoutes } from "./appearance/appearance.ts";
import { letterTextRoutes } from "./appearance/letter-texts.ts";
import { auditRoutes } from "./audit.ts";
import { originsRoutes } from "./origins/origins.ts";
import { administrationOverviewRoutes } from "./overview/overview.ts";
import { predecessorsRoutes } from "./predecessors/predecessors.ts";
import { resourcesRoutes } from "./resources/resources.ts";
import { editUserRoutes } from "./users/edit-user.ts";
import { newUserRoutes } from "./users/new-user.ts";
import { userActionsRoutes } from "./users/user-actions.ts";
import { userRoutes } from "./users/user.ts";
import { usersRoutes } from "./users/users.ts";

/** Returns the routes. Their pages have the tab of the take-over only when there is one. */
export function administrationRoutes(dependencies: WebDependencies): readonly Route[] {
  const { apis, originQueries } = dependencies;
  const isConfigured = APIS.some((api) => apis[api].predecessor !== undefined);
  const hasTakeOver = async (): Promise<boolean> => isConfigured || (await originQueries.hasAny());
  return [
    ...administrationOverviewRoutes(dependencies),
    ...usersRoutes(dependencies),
    ...userRoutes(dependencies),
    ...userActionsRoutes(dependencies),
    ...newUserRoutes(dependencies),
    ...editUserRoutes(dependencies),
    ...administeredApplicationsRoutes(dependencies),
    ...resourcesRoutes(dependencies),
    ...auditRoutes(dependencies),
    ...appearanceRoutes(dependencies),
    ...letterTextRoutes(dependencies),
    ...predecessorsRoutes(dependencies),
    ...originsRoutes(dependencies),
  ].map(({ page, ...route }) => ({
    ...route,
    page: (context) => page({ ...context, hasTakeOver }),
  }));
}
