import type { WebDependencies } from "../request/dependencies.ts";
import type { Route } from "../request/page-context.ts";
import { administeredApplicationsRoutes } from "./applications.ts";
import { auditRoutes } from "./audit.ts";
import { predecessorsRoutes } from "./predecessors/predecessors.ts";
import { userActionsRoutes } from "./user-actions.ts";
import { userRoutes } from "./user.ts";
import { usersRoutes } from "./users.ts";

export const administrationRoutes = (dependencies: WebDependencies): readonly Route[] => [
  ...usersRoutes(dependencies),
  ...userRoutes(dependencies),
  ...userActionsRoutes(dependencies),
  ...administeredApplicationsRoutes(dependencies),
  ...auditRoutes(dependencies),
  ...predecessorsRoutes(dependencies),
];
