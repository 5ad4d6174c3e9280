import { createHash } from "node:crypto";
import { emailKey } from "../accounts/email-address.ts";

/** Who answers: the predecessor, Latchkey that asks the predecessor, or Latchkey alone. */
export const STAGES = ["mirror", "fallback", "own"] as const;
export type Stage = (typeof STAGES)[number];

/** A parameter of a documented call, or a value of a user. */
export interface NamedValue {
  readonly name: string;
  readonly value: string;
}

/** The stage of an API as an operator has set it. */
export interface StageSetting {
  readonly api: string;
  readonly stage: Stage;
  /** The stage of the users whom `percent` and `only` leave out. */
  readonly before: Stage;
  /** The share of users who are in `stage`, from 0 to 100. */
  readonly percent: number;
  /** Parameters and values, one of which puts a user into `stage` without regard to the share. */
  readonly only: readonly NamedValue[];
  readonly changedAt: number;
}

/** What a call says of its user; an absent or empty value says nothing. */
export interface StageIdentifiers {
  readonly accId?: string | undefined;
  readonly email?: string | undefined;
  readonly username?: string | undefined;
  /** The documented parameters of the call, which `only` may name. */
  readonly parameters?: ReadonlyMap<string, string> | undefined;
}

/** Returns what holds for an API without a setting. */
export const ownStage = (api: string): StageSetting => ({
  api,
  stage: "own",
  before: "own",
  percent: 100,
  only: [],
  changedAt: 0,
});

/**
 * Returns the stage of a user. A user stays in it while the share grows. A call that names no user
 * is in the stage only when all users are.
 */
export function stageOf(setting: StageSetting, identifiers: StageIdentifiers): Stage {
  const { stage, before, percent, only } = setting;
  if (percent >= 100 && only.length === 0) return stage;
  const { accId = "", email = "", username = "", parameters } = identifiers;
  if (only.some(({ name, value }) => parameters?.get(name) === value)) return stage;
  // With `only` and no share, the others stay where they were.
  const sticky = accId || (email && (emailKey(email) ?? email)) || username;
  return sticky !== "" && shareOf(setting.api, sticky) < percent ? stage : before;
}

/** Returns a number from 0 to 100 that is always the same for a user of an API. */
const shareOf = (api: string, sticky: string): number =>
  (createHash("sha256").update(`${api}\n${sticky}`).digest().readUInt32BE() / 2 ** 32) * 100;
