import type { DomainDependencies } from "../create-domain.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";

/** What the process gives the application. */
export interface AppDependencies extends Omit<DomainDependencies, "mailer" | "instrumentation"> {
  readonly telemetry: Telemetry;
}
