import { act } from "../acting.ts";
import { auditEvent } from "../audit.ts";
import type { Clock } from "../clock.ts";
import type { RequestContext } from "../request-context.ts";
import type { Store } from "../store.ts";
import { ownStage, type Stage, type StageSetting } from "./stage.ts";

/** How often a process reads the settings; they must be followed within a second. */
const FOLLOW_MS = 400;

/** A stage that an operator sets. */
export interface StageChange {
  readonly stage: Stage;
  readonly percent: number;
  readonly only: StageSetting["only"];
}

interface StagesDependencies {
  readonly store: Pick<Store, "stages" | "transaction">;
  readonly clock: Clock;
  /** The APIs that have a predecessor. */
  readonly apis: readonly string[];
}

/** The stages of the APIs that have a predecessor. Every other API is `own`. */
export class Stages {
  readonly #store: StagesDependencies["store"];
  readonly #clock: Clock;
  readonly #apis: ReadonlySet<string>;
  #settings: ReadonlyMap<string, StageSetting> = new Map();

  constructor({ store, clock, apis }: StagesDependencies) {
    this.#store = store;
    this.#clock = clock;
    this.#apis = new Set(apis);
  }

  /** Returns the setting of an API, as it was read last. */
  of(api: string): StageSetting {
    return this.#settings.get(api) ?? ownStage(api);
  }

  /** Reads the settings again. */
  async refresh(): Promise<void> {
    if (this.#apis.size === 0) return;
    const all = await this.#store.stages.list();
    this.#settings = new Map(
      all.filter(({ api }) => this.#apis.has(api)).map((setting) => [setting.api, setting]),
    );
  }

  /**
   * Reads the settings until the returned function is called. A failed read keeps the last ones:
   * the calls themselves report that the database is away.
   */
  follow(): () => void {
    if (this.#apis.size === 0) return () => undefined;
    let timer: NodeJS.Timeout | undefined;
    const next = async (): Promise<void> => {
      await this.refresh().catch(() => undefined);
      timer?.refresh();
    };
    timer = setTimeout(() => void next(), FOLLOW_MS).unref();
    return () => {
      clearTimeout(timer);
      timer = undefined;
    };
  }

  /** Sets the stage of an API. Every process follows within a second. */
  async set(context: RequestContext, api: string, change: StageChange): Promise<StageSetting> {
    const now = this.#clock.now();
    const setting = await act(this.#store, context.caller, async (tx) => {
      const current = (await tx.stages.list()).find((each) => each.api === api) ?? ownStage(api);
      // Another share of the same stage leaves the others where they were.
      const before = current.stage === change.stage ? current.before : current.stage;
      const next: StageSetting = { api, ...change, before, changedAt: now };
      await tx.stages.save(next);
      await tx.audit.append(
        auditEvent(this.#clock, context, "predecessor.stage", {
          details: {
            api,
            stage: next.stage,
            before: next.before,
            percent: String(next.percent),
            // The names only: a value names a user.
            ...(next.only.length > 0 && { only: next.only.map(({ name }) => name).join(" ") }),
          },
        }),
      );
      return next;
    });
    await this.refresh();
    return setting;
  }
}
