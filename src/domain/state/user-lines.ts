import { IdentityError } from "../errors.ts";
import { readImportedUser, type ImportedUser } from "../accounts/import/imported-user.ts";
import { difference, namedUser } from "../accounts/import/known-user.ts";
import type { User } from "../model.ts";
import type { PasswordHasher } from "../passwords/hasher.ts";
import { ownWork } from "../security/concurrency-limiter.ts";
import type { Store } from "../store.ts";
import type { ImportSettings } from "../accounts/import/imported-user.ts";
import type { NumberedLine, LineProblem } from "./lines.ts";

/** How many passwords are hashed at once; fewer than the places in the queue for hashing. */
const HASHES = 16;

interface UserLinesDependencies {
  readonly store: Store;
  readonly hasher: PasswordHasher;
}

/** What the lines of users in one part bring. */
export interface UserLines {
  readonly users: readonly User[];
  readonly unchanged: number;
  readonly problems: readonly LineProblem[];
}

type Read = ImportedUser & { readonly line: number };

/** Reads lines of users, and splits them into new, unchanged and refused ones. */
export async function readUserLines(
  { store, hasher }: UserLinesDependencies,
  lines: readonly NumberedLine[],
  settings: ImportSettings & { readonly dryRun: boolean },
): Promise<UserLines> {
  const problems: LineProblem[] = [];
  const read: Read[] = [];
  for (const { number, fields } of lines) {
    try {
      const { kind: _, ...rest } = fields;
      read.push({ line: number, ...readImportedUser(rest, settings) });
    } catch (error) {
      problems.push(problemOf(number, error));
    }
  }
  const taken = await store.userImports.taken(settings.realm, {
    ids: read.map(({ user }) => user.id),
    emailKeys: read.map(({ user }) => user.emailKey),
    usernames: read.flatMap(({ user }) => (user.username === "" ? [] : [user.username])),
  });
  const users: User[] = [];
  const claimed = new Set<string>();
  let unchanged = 0;
  const compare = async (each: Read): Promise<void> => {
    const { line, user } = each;
    const keys = keysOf(user);
    const known = namedUser(each, taken);
    if (known !== undefined) {
      const differs = await difference({ store, hasher }, each, known);
      if (differs === undefined) unchanged++;
      else
        problems.push({
          line,
          field: differs,
          reason: "differs from that of the user in the database",
        });
      return;
    }
    const field = takenField(each, taken);
    if (field !== undefined)
      problems.push({ line, field, reason: "is that of a user in the database" });
    else if (keys.some((key) => claimed.has(key)))
      problems.push({ line, field: "email", reason: "is in a line before too" });
    else {
      for (const key of keys) claimed.add(key);
      users.push(await hashed(hasher, each, settings.dryRun));
    }
  };
  for (let start = 0; start < read.length; start += HASHES)
    await Promise.all(read.slice(start, start + HASHES).map(compare));
  return { users, unchanged, problems };
}

const keysOf = ({ id, emailKey, username }: User): string[] => [
  `id ${id}`,
  ...(emailKey === "" ? [] : [`email ${emailKey}`]),
  ...(username === "" ? [] : [`name ${username}`]),
];

function takenField(
  { user, given }: ImportedUser,
  taken: Awaited<ReturnType<Store["userImports"]["taken"]>>,
): string | undefined {
  if (given.includes("id") && taken.ids.has(user.id)) return "id";
  if (taken.emailKeys.has(user.emailKey)) return "email";
  return taken.usernames.has(user.username) ? "username" : undefined;
}

async function hashed(
  hasher: PasswordHasher,
  { user, password }: ImportedUser,
  dryRun: boolean,
): Promise<User> {
  if (password === undefined || dryRun) return user;
  const passwordHash = await hasher.withPlace(ownWork, (place) => place.hash(password));
  return { ...user, passwordHash };
}

/** Returns why a line is refused; throws what isn't about the line. */
export function problemOf(line: number, error: unknown): LineProblem {
  if (!(error instanceof IdentityError)) throw error;
  const { field, description } = error.details.fields?.[0] ?? {
    field: "",
    description: error.message,
  };
  return { line, field, reason: description };
}
