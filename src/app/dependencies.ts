import type { DomainDependencies } from "../create-domain.ts";
import type { Clock } from "../domain/clock.ts";
import type { DatabaseClock } from "../domain/database-clock.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";

/** What the process gives the application. */
export interface AppDependencies extends Omit<DomainDependencies, "mailer" | "instrumentation"> {
  /** One that is measured says how far the machine's clock is off. */
  readonly clock: Clock & Partial<Pick<DatabaseClock, "aheadMs" | "suspect">>;
  readonly telemetry: Telemetry;
}
