// The first administrator is one, however many processes start at once.
import { describe, expect, test } from "vitest";
import { systemClock } from "../../../src/domain/clock.ts";
import {
  admitAdministrator,
  hasAdministrator,
  newAdministrator,
} from "../../../src/domain/oauth/clients/bootstrap-admin-client.ts";
import { stores } from "../../mariadb.ts";

describe.each(stores)("on $engine", ({ use }) => {
  const kept = use();

  test("admitted many times at once, with the same credentials", async () => {
    expect(await hasAdministrator(kept.store)).toBe(false);
    const key = newAdministrator(systemClock);
    await Promise.all(
      Array.from({ length: 10 }, () => admitAdministrator(kept.store, systemClock, key)),
    );
    expect(await hasAdministrator(kept.store)).toBe(true);
    expect(await kept.store.clients.list(undefined, { limit: 10 })).toHaveLength(1);
    expect(await kept.store.clients.secrets(key.clientId, systemClock.now())).toHaveLength(1);
  });
});
