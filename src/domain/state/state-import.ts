import type { HashParameters, HashReading } from "../accounts/import/given-hash.ts";
import { readHashParameters } from "../accounts/import/hash-parameters.ts";
import { auditEvent } from "../audit.ts";
import type { Clock } from "../clock.ts";
import { newId } from "../ids.ts";
import type { Origin, OriginKind } from "../origins.ts";
import type { PasswordHasher } from "../passwords/hasher.ts";
import type { RequestContext } from "../request-context.ts";
import type { Aggregates, Store } from "../store.ts";
import { StateFields } from "./fields.ts";
import { KINDS } from "./kinds/kinds.ts";
import { type Brought, type Kind, type LineContext, UNCHANGED } from "./kinds/kind.ts";
import {
  isParameters,
  isUser,
  type LineProblem,
  type NumberedLine,
  type StateLine,
  unreadable,
} from "./lines.ts";
import { References } from "./references.ts";
import { rowsOf, withOneConsent } from "./rows.ts";
import type { StateImportProgress } from "./store.ts";
import { problemOf, readUserLines, type UserLines } from "./user-lines.ts";

/**
 * Writes problems into the report after its first `after` bytes, and discards any bytes after them.
 * Returns the new length. It may be called again for the same part.
 */
export type StateReport = (after: number, problems: readonly LineProblem[]) => Promise<number>;

export interface StateImportPlan extends HashReading {
  /** A digest of the file and the realm; empty when the file can't be read again. */
  readonly file: string;
  readonly realm: string;
  readonly dryRun: boolean;
  /** Starts a batch of its own, also if one of the same file was cut off. */
  readonly anew: boolean;
}

export interface StateImportDependencies extends Pick<
  LineContext,
  "rules" | "foreignSecrets" | "derivedSecrets" | "realmOf" | "issuer" | "unusedClientMs"
> {
  readonly store: Store;
  readonly clock: Clock;
  readonly hasher: PasswordHasher;
}

/** An import of state in parts, each committed with the progress. */
export class StateImport {
  readonly #dependencies: StateImportDependencies;
  readonly #plan: StateImportPlan;
  readonly #context: LineContext;
  #progress: StateImportProgress;
  /** What holds for the hashes of the lines that follow. */
  #parameters: HashParameters;
  /** In a dry run, what the lines before would have brought. */
  readonly #brought = new Set<string>();

  private constructor(
    dependencies: StateImportDependencies,
    plan: StateImportPlan,
    progress: StateImportProgress,
  ) {
    this.#dependencies = dependencies;
    this.#plan = plan;
    this.#progress = progress;
    this.#parameters = plan.parameters ?? {};
    const { store } = dependencies;
    const { realm } = plan;
    const now = progress.startedAt;
    this.#context = { ...dependencies, realm, now, references: new References(store, realm) };
  }

  /** Starts a batch, or resumes one of the same file after its last committed part. */
  static async open(
    dependencies: StateImportDependencies,
    plan: StateImportPlan,
  ): Promise<StateImport> {
    const { store, clock } = dependencies;
    const before =
      plan.file === "" || plan.dryRun || plan.anew
        ? undefined
        : await store.state.findUnfinished(plan.file);
    return new StateImport(
      dependencies,
      plan,
      before ?? {
        id: newId(clock),
        file: plan.file,
        realm: plan.realm,
        startedAt: clock.now(),
        rank: 0,
        line: 0,
        lines: 0,
        imported: {},
        unchanged: 0,
        invalid: 0,
        reportBytes: 0,
      },
    );
  }

  get progress(): StateImportProgress {
    return this.#progress;
  }

  /**
   * Takes the next lines of a rank. `last` is the number of the last line that was read, of any
   * rank.
   */
  async take(
    rank: number,
    lines: readonly StateLine[],
    last: number,
    report: StateReport,
  ): Promise<void> {
    const { store, clock, hasher } = this.#dependencies;
    const problems: LineProblem[] = [];
    const known: NumberedLine[] = [];
    const users: UserLines[] = [];
    const claimed = new Set<string>();
    const readUsers = async (): Promise<void> => {
      const some = known.splice(0).filter(isUser);
      if (some.length === 0) return;
      const settings = { ...this.#userSettings(), hasher, clock, claimed };
      users.push(await readUserLines({ store, hasher }, some, settings));
    };
    const others: NumberedLine[] = [];
    for (const line of lines) {
      const problem = unreadable(line.number, line.fields);
      if (problem !== undefined) problems.push(problem);
      else if (isParameters(line)) {
        await readUsers();
        this.note(line, problems);
      } else if (isUser(line as NumberedLine)) known.push(line as NumberedLine);
      else others.push(line as NumberedLine);
    }
    await readUsers();
    const userLines = joined(users);
    problems.push(...userLines.problems);
    const brought = await this.#readOthers(others, problems);
    const imported = counted(this.#progress.imported, [
      ...userLines.users.map(() => "user" as const),
      ...brought.brought.map(({ kind }) => kind.name),
    ]);
    const sorted = problems.toSorted((one, other) => one.line - other.line);
    await this.#commit(async (tx) => {
      const next: StateImportProgress = {
        ...this.#progress,
        rank,
        line: last,
        lines: Math.max(this.#progress.lines, last),
        imported,
        unchanged: this.#progress.unchanged + userLines.unchanged + brought.unchanged,
        invalid: this.#progress.invalid + problems.length,
        // Before the part is committed, so that every line counted as bad is reported.
        reportBytes: await report(this.#progress.reportBytes, sorted),
      };
      if (this.#plan.dryRun || tx === undefined) return next;
      if (userLines.users.length > 0) await tx.userImports.insert(userLines.users);
      await tx.state.insert(rowsOf(brought.brought));
      await tx.origins.insert([
        ...userLines.users.map(({ id }) => this.#origin("user", id, "")),
        ...brought.brought.map(({ kind, ref, mark = "" }) => this.#origin(kind.name, ref, mark)),
      ]);
      await tx.state.save(next);
      return next;
    });
    if (!this.#plan.dryRun) return;
    this.#context.references.note({ users: userLines.users });
    for (const { rows } of brought.brought) this.#context.references.note(rows);
    for (const { kind, ref, keys = [] } of brought.brought)
      for (const key of [ref, ...keys]) this.#brought.add(`${kind.name} ${key}`);
  }

  /** Records the whole import as one audit event. */
  async finish(context: RequestContext): Promise<void> {
    if (this.#plan.dryRun) return;
    const { store, clock } = this.#dependencies;
    const { id, lines, imported, unchanged, invalid, realm } = this.#progress;
    const counts = { lines, unchanged, invalid, ...imported };
    const details = Object.fromEntries(
      Object.entries(counts).map(([name, count]) => [name, String(count)]),
    );
    this.#progress = { ...this.#progress, finishedAt: clock.now() };
    await store.transaction(async (tx) => {
      await tx.state.save(this.#progress);
      await tx.audit.append(
        auditEvent(clock, context, "state.import", { details: { batch: id, realm, ...details } }),
      );
    });
  }

  /** Sets what holds for the lines after one of parameters; they are kept nowhere in clear. */
  note({ number, fields }: StateLine, problems: LineProblem[] = []): void {
    if (!isParameters({ number, fields })) return;
    try {
      this.#parameters = { ...this.#parameters, ...readHashParameters(fields) };
    } catch (error) {
      problems.push(problemOf(number, error));
    }
  }

  #userSettings() {
    const { realm, dryRun, scheme } = this.#plan;
    const parameters = this.#parameters;
    return { realm, dryRun, scheme, parameters, now: this.#progress.startedAt };
  }

  /** Reads the lines of all kinds but users, together, so that their look-ups share queries. */
  async #readOthers(
    lines: readonly NumberedLine[],
    problems: LineProblem[],
  ): Promise<{
    readonly brought: (Brought & { readonly kind: Kind })[];
    readonly unchanged: number;
  }> {
    const read = await Promise.all(
      lines.map(async ({ number, fields }) => {
        const kind = KINDS.get(String(fields["kind"]))!;
        try {
          const result = await kind.read(
            new StateFields(fields, kind.fields),
            this.#context,
            fields,
          );
          return { number, kind, result };
        } catch (error) {
          return { number, kind, result: problemOf(number, error) };
        }
      }),
    );
    const brought: (Brought & { readonly kind: Kind })[] = [];
    const seen = new Set<string>();
    const consents = new Map<string, string>();
    let unchanged = 0;
    for (const { number, kind, result } of read) {
      if (result === UNCHANGED) unchanged++;
      else if ("reason" in result) problems.push(result);
      else {
        const keys = [result.ref, ...(result.keys ?? [])].map((key) => `${kind.name} ${key}`);
        if (keys.some((key) => seen.has(key) || this.#brought.has(key)))
          problems.push({ line: number, field: "", reason: "names what a line before names too" });
        else {
          for (const key of keys) seen.add(key);
          brought.push({ kind, ...result, rows: withOneConsent(result.rows, consents) });
        }
      }
    }
    return { brought, unchanged };
  }

  #origin(kind: OriginKind, ref: string, mark: string): Origin {
    const { id, startedAt } = this.#progress;
    return { kind, ref, source: `import:${id}`, at: startedAt, mark };
  }

  async #commit(work: (tx: Aggregates | undefined) => Promise<StateImportProgress>): Promise<void> {
    this.#progress = this.#plan.dryRun
      ? await work(undefined)
      : await this.#dependencies.store.transaction(work);
  }
}

const joined = (all: readonly UserLines[]): UserLines => ({
  users: all.flatMap(({ users }) => users),
  unchanged: all.reduce((sum, { unchanged }) => sum + unchanged, 0),
  problems: all.flatMap(({ problems }) => problems),
});

function counted(
  before: Readonly<Record<string, number>>,
  kinds: readonly OriginKind[],
): Record<string, number> {
  const counts = { ...before };
  for (const kind of kinds) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
