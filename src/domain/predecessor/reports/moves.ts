import { requireAdministratorOr } from "../../administration/administrators.ts";
import { IdentityError } from "../../errors.ts";
import type { OriginKind } from "../../origins.ts";
import type { RequestContext } from "../../request-context.ts";
import { type Undone, undo } from "../../state/undo.ts";
import type { Clock } from "../../clock.ts";
import type { Store } from "../../store.ts";
import type { PredecessorReport, PredecessorReports, PredecessorSummary } from "./report.ts";

/** An API that may be moved. */
export interface MovableApi {
  readonly name: string;
  /** The realm of its users. */
  readonly realm: string;
  readonly hasPredecessor: boolean;
}

/** How many things were learnt from the traffic of an API, by kind. */
export type LearntCounts = Readonly<Partial<Record<OriginKind, number>>>;

interface MovesDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly apis: readonly MovableApi[];
  readonly predecessorReports: PredecessorReports;
}

/** The moves of APIs from other servers, as administrators and clients with a scope see them. */
export class Moves {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #apis: readonly MovableApi[];
  readonly #reports: PredecessorReports;

  constructor({ store, clock, apis, predecessorReports }: MovesDependencies) {
    this.#store = store;
    this.#clock = clock;
    this.#apis = apis;
    this.#reports = predecessorReports;
  }

  /** Lists the APIs that have a predecessor, or of which something was learnt. */
  async list(context: RequestContext): Promise<readonly PredecessorSummary[]> {
    requireAdministratorOr(context, "predecessors.read");
    const areMoved = await Promise.all(this.#apis.map((api) => this.#isMoved(api)));
    return Promise.all(
      this.#apis
        .filter((_, index) => areMoved[index])
        .map(({ name, realm }) => this.#reports.summary(name, realm)),
    );
  }

  /** Returns how far the move of an API is, and what was learnt from its traffic. */
  async get(
    context: RequestContext,
    name: string,
  ): Promise<{ readonly report: PredecessorReport; readonly learnt: LearntCounts }> {
    requireAdministratorOr(context, "predecessors.read");
    const { realm } = await this.#find(name);
    return { report: await this.#reports.of(name, realm), learnt: await this.#learntOf(name) };
  }

  /** Refuses an API that isn't moved. */
  async require(context: RequestContext, name: string): Promise<void> {
    requireAdministratorOr(context, "predecessors.read");
    await this.#find(name);
  }

  /** Forgets what was learnt of an API and neither used nor changed since. */
  async discard(context: RequestContext, name: string): Promise<Undone> {
    if (context.caller.kind !== "operator") {
      requireAdministratorOr(context, "predecessors.write");
      await this.#find(name);
    }
    return undo({ store: this.#store, clock: this.#clock }, context, `learned:${name}`);
  }

  async #find(name: string): Promise<MovableApi> {
    const api = this.#apis.find((each) => each.name === name);
    if (api === undefined || !(await this.#isMoved(api)))
      throw new IdentityError("PREDECESSOR_NOT_FOUND", "The API has no predecessor.");
    return api;
  }

  #learntOf(name: string): Promise<LearntCounts> {
    return this.#store.origins.count(`learned:${name}`);
  }

  async #isMoved({ name, hasPredecessor }: MovableApi): Promise<boolean> {
    return hasPredecessor || Object.keys(await this.#learntOf(name)).length > 0;
  }
}
