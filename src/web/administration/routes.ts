// All pages of administration. It owns their list and must not know what is on them.
import type { WebParts } from "../request/dependencies.ts";
import type { Route } from "../request/page-context.ts";
import { applicationsRoutes } from "./applications.ts";
import { auditRoutes } from "./audit.ts";
import { userActsRoutes } from "./user-actions.ts";
import { userRoutes } from "./user.ts";
import { usersRoutes } from "./users.ts";

export const administrationRoutes = (parts: WebParts): readonly Route[] => [
  ...usersRoutes(parts),
  ...userRoutes(parts),
  ...userActsRoutes(parts),
  ...applicationsRoutes(parts),
  ...auditRoutes(parts),
];
