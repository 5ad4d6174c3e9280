import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { User } from "../../domain/model.ts";
import { visibleText } from "../../domain/security/visible-text.ts";
import type { Store } from "../../domain/store.ts";
import { withDomain } from "../cli/with-domain.ts";
import { exportedText } from "./export-users.ts";
import type { UserFormatName } from "./format-names.ts";

const PAGE = 500;

/** Writes the users of a realm to standard output, and names those who need a reset there. */
export async function exportUsers(format: UserFormatName, realm: string): Promise<void> {
  await withDomain(async ({ store, clock, domain: { importedHash } }) => {
    let resets = 0;
    const onReset = (user: User): void => {
      resets += 1;
      process.stderr.write(`${visibleText(user.email)} needs a new password there.\n`);
    };
    const now = clock.now();
    const users = usersOf(store, realm, now);
    await pipeline(
      Readable.from(exportedText(users, { format, importedHash, now, onReset })),
      process.stdout,
      {
        end: false,
      },
    );
    if (resets > 0)
      process.stderr.write(
        `${resets} ${resets === 1 ? "user has" : "users have"} no hash that ${format} can check. ` +
          "Each needs a reset of the password.\n",
      );
  });
}

/** Reads the users of a realm page by page, so that memory stays flat. */
async function* usersOf(store: Store, realm: string, now: number): AsyncGenerator<User> {
  let after = "";
  for (;;) {
    const page = await store.users.list({ realm }, { after, limit: PAGE }, now);
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = last.id;
  }
}
