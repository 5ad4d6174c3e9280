// All pages of administration. It owns their list and must not know what is on them.
import type { WebParts } from "../parts.ts";
import type { Route } from "../visit.ts";
import { applicationsRoutes } from "./applications.ts";
import { auditRoutes } from "./audit.ts";
import { userActsRoutes } from "./user-acts.ts";
import { userRoutes } from "./user.ts";
import { usersRoutes } from "./users.ts";

export const administrationRoutes = (parts: WebParts): readonly Route[] => [
  ...usersRoutes(parts),
  ...userRoutes(parts),
  ...userActsRoutes(parts),
  ...applicationsRoutes(parts),
  ...auditRoutes(parts),
];
