import type { StageSetting } from "./stage.ts";

export interface StageStore {
  /** Lists the settings of all APIs that have one. */
  list(): Promise<StageSetting[]>;
  /** Stores the setting of its API. */
  save(setting: StageSetting): Promise<void>;
}
