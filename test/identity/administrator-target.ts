import { delegate } from "../oauth/flow.ts";
import type { SignedIn, UsedServer } from "../use-server.ts";

/** The ids that a call names. */
export interface Target {
  readonly id: string;
  readonly sessionId: string;
  readonly grantId: string;
}

export type State = "active" | "locked" | "deleted";

/** A user in a state, with a session and an agreement. */
export async function target(
  used: UsedServer,
  state: State,
  administrator: boolean,
): Promise<Target & { user: SignedIn; application: string; before: unknown }> {
  const { store } = used.server;
  const user = await used.signUp();
  const { accessToken: application } = await delegate(
    used.url,
    used.administrator,
    user,
    "profile groups",
  );
  const [session] = (await user.users.listSessions({})).sessions;
  const [grant] = (await user.oauth.listGrants({})).grants;
  if (administrator) await store.users.setAdministrator(user.id, true, Date.now());
  if (state === "locked") await store.users.lock(user.id, "by the operator", undefined, Date.now());
  if (state === "deleted") await store.users.delete(user.id, Date.now());
  const found = { id: user.id, sessionId: session!.id, grantId: grant!.id };
  return { ...found, user, application, before: await record(used, found) };
}

/** Everything of a user that an attack could change. */
export async function record(
  used: UsedServer,
  { id, sessionId, grantId }: Target,
): Promise<unknown> {
  const { users, sessions, grants } = used.server.store;
  const session = await sessions.find(sessionId);
  return {
    user: await users.find(id),
    session: session && { ...session, lastUsedAt: 0 },
    grant: (await grants.find(grantId))?.scopes,
  };
}
