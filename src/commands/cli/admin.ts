// `admin create`: makes an administrator's client and prints its credentials, once. `admin grant`
// and `admin revoke`: who may use the pages of administration.
import { readConfig } from "../../config/settings.ts";
import { setAdministrator } from "../../domain/administration/administrators.ts";
import { systemClock } from "../../domain/clock.ts";
import {
  admitAdministrator,
  newAdministrator,
} from "../../domain/oauth/clients/bootstrap-admin-client.ts";
import { migrate } from "../../store/engine/migrate.ts";
import { openStore } from "../../store/engine/create-store.ts";
import { withDomain } from "./with-domain.ts";
import { prepareInstallation } from "./installation.ts";

/** Makes the client; the JSON on standard output is the only place where its secret is shown. */
export async function createAdministrator(): Promise<void> {
  const { options } = prepareInstallation(readConfig());
  await migrate(options);
  const store = await openStore(options);
  try {
    const key = newAdministrator(systemClock);
    await admitAdministrator(store, systemClock, key);
    process.stdout.write(
      `${JSON.stringify({ client_id: key.clientId, client_secret: key.clientSecret })}\n`,
    );
  } finally {
    await store.close();
  }
}

/**
 * Said on standard error: any visitor can register an address, and only the reader of a letter
 * confirms it.
 */
const unconfirmed = (id: string, email: string): string =>
  `Careful: the address ${email} is unconfirmed. The user administers now, and has not shown to read mail there.
If you don't know this user, take it back: latchkey admin revoke ${id}
`;

/**
 * Makes a user an administrator in the browser, or takes that back; at once, wherever the user is
 * signed in.
 */
export const changeAdministrator = (
  text: string,
  realm: string,
  administrator: boolean,
): Promise<void> =>
  withDomain(async ({ domain: { users }, store, context }) => {
    const { id, email, emailVerifiedAt } = await users.identify(realm, text);
    const changed = await setAdministrator(
      { store, clock: systemClock },
      context,
      id,
      administrator,
    );
    process.stdout.write(
      `${email} (${id}) ${changed ? "is" : "was"} ${administrator ? "an" : "no"} administrator ${changed ? "now" : "already"}.\n`,
    );
    if (administrator && emailVerifiedAt === undefined)
      process.stderr.write(unconfirmed(id, email));
  });
