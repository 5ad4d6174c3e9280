// Imports of users by the thousand: in batches, each with how far it has come, so that whatever
// ends one, none is lost and none comes twice. It owns what is imported, refused and counted, and
// must not know what kind of file it is.
import { auditEvent } from "../audit.ts";
import type { RequestContext } from "../principal.ts";
import type { Clock } from "../clock.ts";
import { IdentityError } from "../errors.ts";
import type { ImportedUser } from "./imported-user.ts";
import { readImportedUser } from "./imported-user.ts";
import { ownWork } from "../security/concurrency-limiter.ts";
import type { PasswordHasher } from "../passwords/hasher.ts";
import type { Aggregates, Store } from "../store.ts";
import type { TakenValues, UserImportProgress } from "./user-import-progress.ts";

/** A line of the file: its fields, or why it has none. */
export interface ImportLine {
  readonly number: number;
  readonly fields: Readonly<Record<string, unknown>> | string;
}

/** Why a line is not imported. Never holds what the line says. */
export interface ImportProblem {
  readonly line: number;
  readonly field: string;
  readonly reason: string;
}

/**
 * Writes what is wrong with a batch after the first so many bytes of the report, in the place of
 * whatever was there; answers how long the report is then. May be asked again for the same batch.
 */
export type Report = (after: number, problems: readonly ImportProblem[]) => Promise<number>;

/** What is imported, and how. */
export interface ImportPlan {
  /** A digest of the file; absent when it can't be read again, and so can't be gone on with. */
  readonly id: string | undefined;
  readonly realm: string;
  /** Looks at everything and changes nothing. */
  readonly dryRun: boolean;
  /** Begins again what was cut off. */
  readonly anew?: boolean;
}

type Candidate = ImportedUser & { readonly line: number };

/** So many passwords are hashed at once; fewer than wait in the lanes at most. */
const HASHES = 16;

/** One import, from its first line or from where it was cut off. */
export class UserImport {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #hasher: PasswordHasher;
  readonly #plan: ImportPlan;
  #progress: UserImportProgress;
  /** What lines before would have taken, had they been imported. */
  readonly #taken = new Set<string>();

  private constructor(
    store: Store,
    clock: Clock,
    hasher: PasswordHasher,
    plan: ImportPlan,
    progress: UserImportProgress,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#hasher = hasher;
    this.#plan = plan;
    this.#progress = progress;
  }

  /** Begins, or goes on after the last batch that was committed. */
  static async open(
    store: Store,
    clock: Clock,
    hasher: PasswordHasher,
    plan: ImportPlan,
  ): Promise<UserImport> {
    const before =
      plan.id === undefined || plan.dryRun || plan.anew
        ? undefined
        : await store.userImports.find(plan.id);
    const none = {
      id: plan.id ?? "",
      startedAt: clock.now(),
      lines: 0,
      imported: 0,
      duplicates: 0,
      invalid: 0,
      reportBytes: 0,
    };
    return new UserImport(store, clock, hasher, plan, before ?? none);
  }

  get progress(): UserImportProgress {
    return this.#progress;
  }

  /** Imports the next lines of the file, as many of them as can be. */
  async take(lines: readonly ImportLine[], report: Report): Promise<void> {
    const { candidates, problems } = await this.#read(lines);
    this.#progress = await this.#atOnce(async (tx) => {
      const { fresh, duplicates } = await this.#sort(tx, candidates);
      const all = [...problems, ...duplicates].sort((one, other) => one.line - other.line);
      const { imported, ...before } = this.#progress;
      const next: UserImportProgress = {
        ...before,
        lines: lines.at(-1)?.number ?? before.lines,
        imported: imported + fresh.length,
        duplicates: before.duplicates + duplicates.length,
        invalid: before.invalid + problems.length,
        // On the disk before the batch is: a line that is counted as bad is reported.
        reportBytes: await report(before.reportBytes, all),
      };
      if (this.#plan.dryRun) for (const { user } of fresh) this.#claim(this.#taken, user);
      else await tx.userImports.insert(fresh.map(({ user }) => user));
      if (!this.#plan.dryRun && this.#plan.id !== undefined) await tx.userImports.save(next);
      return next;
    });
  }

  /** Leaves the one trace of the whole import. */
  async finish(context: RequestContext): Promise<void> {
    if (this.#plan.dryRun) return;
    const { id, startedAt, lines, imported, duplicates, invalid } = this.#progress;
    const counts = Object.entries({ startedAt, lines, imported, duplicates, invalid }).map(
      ([name, count]) => [name, String(count)],
    );
    await this.#store.transaction(async (tx) => {
      await tx.userImports.delete(id);
      await tx.audit.append(
        auditEvent(this.#clock, context, "user.import", {
          details: { file: id, realm: this.#plan.realm, ...Object.fromEntries(counts) },
        }),
      );
    });
  }

  #atOnce<T>(work: (tx: Aggregates) => Promise<T>): Promise<T> {
    return this.#plan.dryRun ? work(this.#store) : this.#store.transaction(work);
  }

  /** What can be said of each line by itself; the passwords that came as they are get hashed. */
  async #read(
    lines: readonly ImportLine[],
  ): Promise<{ candidates: Candidate[]; problems: ImportProblem[] }> {
    const candidates: Candidate[] = [];
    const problems: ImportProblem[] = [];
    for (const { number, fields } of lines) {
      try {
        if (typeof fields === "string") problems.push({ line: number, field: "", reason: fields });
        else
          candidates.push({
            line: number,
            ...readImportedUser(
              fields,
              this.#plan.realm,
              this.#clock,
              this.#progress.startedAt,
              this.#hasher,
            ),
          });
      } catch (error) {
        if (!(error instanceof IdentityError)) throw error;
        const { field, description } = error.details.fields?.[0] ?? {
          field: "",
          description: error.message,
        };
        problems.push({ line: number, field, reason: description });
      }
    }
    return {
      candidates: this.#plan.dryRun ? candidates : await this.#hashed(candidates),
      problems,
    };
  }

  async #hashed(candidates: readonly Candidate[]): Promise<Candidate[]> {
    const done: Candidate[] = [];
    const hashed = async ({ user, password, line }: Candidate): Promise<Candidate> =>
      password === undefined
        ? { user, password, line }
        : {
            line,
            password: undefined,
            user: {
              ...user,
              passwordHash: await this.#hasher.withPlace(ownWork, (place) => place.hash(password)),
            },
          };
    for (let start = 0; start < candidates.length; start += HASHES)
      done.push(...(await Promise.all(candidates.slice(start, start + HASHES).map(hashed))));
    return done;
  }

  /**
   * Whom nobody has been before, in the file or in the database; why the others are not imported.
   */
  async #sort(
    tx: Aggregates,
    candidates: readonly Candidate[],
  ): Promise<{ fresh: Candidate[]; duplicates: ImportProblem[] }> {
    const users = candidates.map(({ user }) => user);
    const taken = await tx.userImports.taken(this.#plan.realm, {
      ids: users.map(({ id }) => id),
      emailKeys: users.map(({ emailKey }) => emailKey),
      usernames: users.flatMap(({ username }) => (username === "" ? [] : [username])),
    });
    const inBatch = new Set<string>();
    const fresh: Candidate[] = [];
    const duplicates: ImportProblem[] = [];
    for (const candidate of candidates) {
      const problem = this.#duplicate(candidate, taken, inBatch);
      if (problem !== undefined) duplicates.push(problem);
      else {
        fresh.push(candidate);
        this.#claim(inBatch, candidate.user);
      }
    }
    return { fresh, duplicates };
  }

  #duplicate(
    { line, user }: Candidate,
    taken: TakenValues,
    inBatch: ReadonlySet<string>,
  ): ImportProblem | undefined {
    const values = [
      ["id", user.id, taken.ids],
      ["email", user.emailKey, taken.emailKeys],
      ["username", user.username, taken.usernames],
    ] as const;
    for (const [field, value, changes] of values) {
      const key = `${field}:${value}`;
      const changedAt = changes.get(value);
      // Who was put in by the lines before has not changed since this import began.
      if (inBatch.has(key) || this.#taken.has(key) || changedAt === this.#progress.startedAt)
        return { line, field, reason: "is in a line before too" };
      if (changedAt !== undefined)
        return { line, field, reason: "is that of a user in the database" };
    }
    return undefined;
  }

  #claim(keys: Set<string>, { id, emailKey, username }: ImportedUser["user"]): void {
    keys.add(`id:${id}`).add(`email:${emailKey}`);
    if (username !== "") keys.add(`username:${username}`);
  }
}
