import type { User } from "../../../src/domain/model.ts";
import type { Clock } from "../../../src/domain/clock.ts";
import type { SignedIn, UsedServer } from "../../use-server.ts";
import { Agent } from "../agent.ts";

/** Returns how users sign in and become administrators, and what is stored of them. */
export function administrationPages(used: UsedServer, clock: Clock) {
  const signedIn = async (who: SignedIn): Promise<Agent> => {
    const agent = new Agent(used.url);
    await agent.signIn(who);
    return agent;
  };

  const stored = async ({ id }: SignedIn): Promise<User> =>
    (await used.server.store.users.find(id))!;

  const administrate = (who: SignedIn, may = true) =>
    used.server.store.users.setAdministrator(who.id, may, clock.now());

  const userPath = ({ id }: SignedIn): string => `/administration/user?id=${id}`;
  return { signedIn, stored, administrate, userPath };
}
