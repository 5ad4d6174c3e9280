import { readConfig } from "../../../src/config/settings.ts";
import { createDomain, type Domain } from "../../../src/create-domain.ts";
import type { User } from "../../../src/domain/model.ts";
import type { Principal } from "../../../src/domain/principal.ts";
import type { RequestContext } from "../../../src/domain/request-context.ts";
import { movableClock } from "../../identity/clock.ts";
import { stores } from "../../mariadb.ts";
import { aSession, aUser } from "../../store/samples.ts";

export const NO_PAGES = { sessions: "", grants: "", groups: "", clients: "" };

export const by = (caller: Principal): RequestContext => ({
  caller,
  address: "192.0.2.1",
  userAgent: "",
  expired: () => false,
});

/** Returns a store and an administrator; `build` builds the domain and stores the administrator. */
export function administered() {
  const clock = movableClock();
  const kept = stores[0].use();
  const administrator = aUser({ administrator: true });
  const session = aSession({ api: "browser", userId: administrator.id, createdAt: clock.now() });
  const context = by({ kind: "user", user: administrator, session });
  const insert = async (given: Partial<User> = {}): Promise<User> => {
    const user = aUser(given);
    await kept.store.users.insert(user);
    return user;
  };
  const build = async (): Promise<Domain> => {
    const domain = await createDomain({
      config: readConfig({ HASH_LANES: "1" }),
      store: kept.store,
      clock,
      secret: "a server's secret that only tests have, 0123456789",
      issuer: "",
    });
    await kept.store.users.insert(administrator);
    await kept.store.sessions.insert(session);
    return domain;
  };
  return { clock, kept, administrator, session, context, insert, build };
}
