import { auditEvent } from "../../audit.ts";
import type { RequestContext } from "../../request-context.ts";
import type { Clock } from "../../clock.ts";
import { IdentityError } from "../../errors.ts";
import type { ImportedUser } from "./imported-user.ts";
import { difference, namedUser } from "./known-user.ts";
import { readImportedUser } from "./imported-user.ts";
import { ownWork } from "../../security/concurrency-limiter.ts";
import type { PasswordHasher } from "../../passwords/hasher.ts";
import type { Aggregates, Store } from "../../store.ts";
import type { TakenValues, UserImportProgress } from "./user-import-progress.ts";

/** A line of the file: its fields, or why it could not be parsed. */
export interface ImportLine {
  readonly number: number;
  readonly fields: Readonly<Record<string, unknown>> | string;
  /** The field of a line that could not be parsed. */
  readonly field?: string;
}

/** The reason why a line is not imported. It never quotes the line. */
export interface ImportProblem {
  readonly line: number;
  readonly field: string;
  readonly reason: string;
  /** The first field in which the line differs from the user that it names. */
  readonly differs?: string;
}

/**
 * Writes the problems of a batch into the report after its first `after` bytes, and discards any
 * bytes after them. Returns the new length. It may be called again for the same batch.
 */
export type Report = (after: number, problems: readonly ImportProblem[]) => Promise<number>;

/** The settings of an import. */
export interface ImportPlan {
  /** A digest of the file; absent when the file can't be read again, so it can't be resumed. */
  readonly id: string | undefined;
  readonly realm: string;
  /** Checks every line and changes nothing. */
  readonly dryRun: boolean;
  /** Starts again from the first line instead of resuming. */
  readonly anew?: boolean;
}

/** A line that was read. */
type Candidate = ImportedUser & {
  readonly line: number;
  /** The stored user that the line names, and how it differs. */
  readonly known?: { readonly id: string; readonly differs: string | undefined } | undefined;
};

/** How many passwords are hashed at once; fewer than the places in the queue for hashing. */
const HASHES = 16;

interface UserImportDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly hasher: PasswordHasher;
}

/**
 * One import of users in batches. Each batch is committed with the progress, so that an interrupted
 * import neither loses a user nor imports one twice.
 */
export class UserImport {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #hasher: PasswordHasher;
  readonly #plan: ImportPlan;
  #progress: UserImportProgress;
  #unchanged = 0;
  /** In a dry run, the values that the lines before would have taken. */
  readonly #taken = new Set<string>();

  private constructor(
    { store, clock, hasher }: UserImportDependencies,
    plan: ImportPlan,
    progress: UserImportProgress,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#hasher = hasher;
    this.#plan = plan;
    this.#progress = progress;
  }

  /** Starts an import, or resumes it after the last committed batch. */
  static async open(dependencies: UserImportDependencies, plan: ImportPlan): Promise<UserImport> {
    const { store, clock } = dependencies;
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
    return new UserImport(dependencies, plan, before ?? none);
  }

  get progress(): UserImportProgress {
    return this.#progress;
  }

  /** How many lines had a user who is stored already just as the line says. */
  get unchanged(): number {
    return this.#unchanged;
  }

  /** Skips the lines that were taken before the import was cut off; `count` of them so far. */
  skip(count: number): void {
    const { imported, duplicates, invalid } = this.#progress;
    this.#unchanged = Math.max(0, count - imported - duplicates - invalid);
  }

  /** Imports the valid ones among the next lines of the file. */
  async take(lines: readonly ImportLine[], report: Report): Promise<void> {
    const { candidates, problems } = await this.#read(lines);
    let unchanged = 0;
    this.#progress = await this.#atOnce(async (tx) => {
      const { fresh, duplicates } = await this.#split(tx, candidates);
      const all = [...problems, ...duplicates].sort((one, other) => one.line - other.line);
      unchanged = candidates.length - fresh.length - duplicates.length;
      const { imported, ...before } = this.#progress;
      const next: UserImportProgress = {
        ...before,
        lines: lines.at(-1)?.number ?? before.lines,
        imported: imported + fresh.length,
        duplicates: before.duplicates + duplicates.length,
        invalid: before.invalid + problems.length,
        // Written before the batch is committed, so that every line counted as bad is reported.
        reportBytes: await report(before.reportBytes, all),
      };
      if (this.#plan.dryRun) for (const { user } of fresh) this.#claim(this.#taken, user);
      else await tx.userImports.insert(fresh.map(({ user }) => user));
      if (!this.#plan.dryRun && this.#plan.id !== undefined) await tx.userImports.save(next);
      return next;
    });
    this.#unchanged += unchanged;
  }

  /** Records the whole import as one audit event. */
  async finish(context: RequestContext): Promise<void> {
    if (this.#plan.dryRun) return;
    const { id, startedAt, lines, imported, duplicates, invalid } = this.#progress;
    const unchanged = this.#unchanged;
    const counts = Object.entries({
      startedAt,
      lines,
      imported,
      ...(unchanged > 0 && { unchanged }),
      duplicates,
      invalid,
    }).map(([name, count]) => [name, String(count)]);
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

  /** Checks each line by itself, and hashes the passwords that came in clear text. */
  async #read(
    lines: readonly ImportLine[],
  ): Promise<{ candidates: Candidate[]; problems: ImportProblem[] }> {
    const candidates: Candidate[] = [];
    const problems: ImportProblem[] = [];
    const settings = {
      realm: this.#plan.realm,
      clock: this.#clock,
      now: this.#progress.startedAt,
      hasher: this.#hasher,
    };
    for (const { number, fields, field: unread = "" } of lines) {
      try {
        if (typeof fields === "string")
          problems.push({ line: number, field: unread, reason: fields });
        else candidates.push({ line: number, ...readImportedUser(fields, settings) });
      } catch (error) {
        if (!(error instanceof IdentityError)) throw error;
        const { field, description } = error.details.fields?.[0] ?? {
          field: "",
          description: error.message,
        };
        problems.push({ line: number, field, reason: description });
      }
    }
    return { candidates: await this.#prepared(candidates), problems };
  }

  /** Compares lines of known users with them, and hashes the passwords of the others. */
  async #prepared(candidates: readonly Candidate[]): Promise<Candidate[]> {
    const taken = await this.#takenBy(this.#store, candidates);
    const done: Candidate[] = [];
    for (let start = 0; start < candidates.length; start += HASHES) {
      const some = candidates.slice(start, start + HASHES);
      done.push(...(await Promise.all(some.map((each) => this.#prepare(each, taken)))));
    }
    return done;
  }

  async #prepare(candidate: Candidate, taken: TakenValues): Promise<Candidate> {
    const { user, password } = candidate;
    const stored = namedUser(candidate, taken);
    if (stored !== undefined && stored.updatedAt !== this.#progress.startedAt) {
      const dependencies = { store: this.#store, hasher: this.#hasher };
      const differs = await difference(dependencies, candidate, stored);
      return { ...candidate, known: { id: stored.id, differs } };
    }
    if (password === undefined || this.#plan.dryRun) return candidate;
    const passwordHash = await this.#hasher.withPlace(ownWork, (place) => place.hash(password));
    return { ...candidate, password: undefined, user: { ...user, passwordHash } };
  }

  #takenBy(tx: Aggregates, candidates: readonly Candidate[]): Promise<TakenValues> {
    const users = candidates.map(({ user }) => user);
    return tx.userImports.taken(this.#plan.realm, {
      ids: users.map(({ id }) => id),
      emailKeys: users.map(({ emailKey }) => emailKey),
      usernames: users.flatMap(({ username }) => (username === "" ? [] : [username])),
    });
  }

  /**
   * Splits candidates into new users and duplicates (of an earlier line or of a stored user). A
   * line of a stored user that differs in nothing is neither.
   */
  async #split(
    tx: Aggregates,
    candidates: readonly Candidate[],
  ): Promise<{ fresh: Candidate[]; duplicates: ImportProblem[] }> {
    const taken = await this.#takenBy(tx, candidates);
    const inBatch = new Set<string>();
    const fresh: Candidate[] = [];
    const duplicates: ImportProblem[] = [];
    for (const candidate of candidates) {
      const { known } = candidate;
      const isSame = known !== undefined && known.differs === undefined;
      if (isSame && namedUser(candidate, taken)?.id === known.id) continue;
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
    { line, user, known }: Candidate,
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
      const changedAt = changes.get(value)?.updatedAt;
      // A user inserted by an earlier line has not changed since this import began.
      if (inBatch.has(key) || this.#taken.has(key) || changedAt === this.#progress.startedAt)
        return { line, field, reason: "is in a line before too" };
      if (changedAt !== undefined)
        return {
          line,
          field,
          reason: "is that of a user in the database",
          ...(known?.differs !== undefined && { differs: known.differs }),
        };
    }
    // The known user was deleted since the comparison; the password of the line is not hashed.
    return known && { line, field: "email", reason: "is that of a user in the database" };
  }

  #claim(keys: Set<string>, { id, emailKey, username }: ImportedUser["user"]): void {
    keys.add(`id:${id}`).add(`email:${emailKey}`);
    if (username !== "") keys.add(`username:${username}`);
  }
}
