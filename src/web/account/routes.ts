import type { BrowserSessions } from "../request/browser-sessions.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import type { Route } from "../request/page-context.ts";
import { appsRoutes } from "./apps.ts";
import { communitiesRoutes } from "./communities/communities.ts";
import { detailsRoutes } from "./attributes/details.ts";
import { communityRoutes } from "./communities/community.ts";
import { deleteRoutes } from "./delete.ts";
import { emailRoutes } from "./email.ts";
import { passwordRoutes } from "./password.ts";
import { profileRoutes } from "./profile.ts";
import { sessionsRoutes } from "./sessions.ts";

/** Returns the routes of the account. Their pages show how many invitations wait for the user. */
export const accountRoutes = (
  dependencies: WebDependencies,
  browsers: BrowserSessions,
): readonly Route[] =>
  [
    ...profileRoutes(dependencies),
    ...detailsRoutes(dependencies),
    ...passwordRoutes(dependencies, browsers),
    ...emailRoutes(dependencies),
    ...deleteRoutes(dependencies, browsers),
    ...sessionsRoutes(dependencies, browsers),
    ...appsRoutes(dependencies),
    ...communitiesRoutes(dependencies),
    ...communityRoutes(dependencies),
  ].map((route) => ({
    ...route,
    page: (context) =>
      route.page({
        ...context,
        countInvitations: async () =>
          context.signedIn === undefined
            ? 0
            : dependencies.invitationLists.count(context.signedIn.user.id),
      }),
  }));
