import type { Exchange } from "./exchange.ts";

/** Learns from the calls that the predecessor has answered. */
export interface Learner {
  /** Makes ours what an answer shows that came `at` a time; nothing when it shows nothing. */
  learn(exchange: Exchange, at: number): Promise<void>;
}
