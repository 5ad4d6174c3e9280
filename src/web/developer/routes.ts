import type { WebDependencies } from "../request/dependencies.ts";
import type { Route } from "../request/page-context.ts";
import { applicationsRoutes } from "./applications.ts";
import { clientSecretRoutes } from "./client-secret.ts";
import { deletionRoutes } from "./deletion.ts";
import { overviewRoutes } from "./overview.ts";
import { registrationRoutes } from "./registration.ts";
import { settingsRoutes } from "./settings.ts";
import { signInButtonRoutes } from "./sign-in-button.ts";
import { snippetsRoutes } from "./snippets/snippets-page.ts";

const PAGES = [
  applicationsRoutes,
  registrationRoutes,
  overviewRoutes,
  settingsRoutes,
  snippetsRoutes,
  signInButtonRoutes,
  clientSecretRoutes,
  deletionRoutes,
];

export const developerRoutes = (dependencies: WebDependencies): readonly Route[] =>
  PAGES.flatMap((routes) => routes(dependencies));
